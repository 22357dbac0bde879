"""Frames in the schemas of the dataset's tables."""

import polars as pl

from butler.columns import SCHEMAS


def schema(table: str) -> pl.Schema:
    return pl.Schema(SCHEMAS[table].columns)


def typed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """The frame with exactly the table's columns, in their order and types."""
    columns = schema(table)
    return frame.select(list(columns)).cast(columns)


def empty(table: str) -> pl.DataFrame:
    return pl.DataFrame(schema=schema(table))
