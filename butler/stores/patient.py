"""Connections to PostgreSQL that do not wait for ever.

A server that is frozen, or whose disk is, keeps its connections open and says nothing; the driver
waits for it without an end, and a thread with it.
"""

from typing import TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

T = TypeVar("T")
ANSWER_SECONDS = 5.0


class PatientConnection(psycopg.Connection[TupleRow]):
    """Raises OperationalError, and is closed, where an answer takes longer than ANSWER_SECONDS."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        try:
            return super().wait(gen, interval, min(timeout or ANSWER_SECONDS, ANSWER_SECONDS))
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.pgconn.finish()  # the answer may still come: not to be taken for the next one
            raise psycopg.OperationalError(
                f"the server did not answer within {ANSWER_SECONDS:g} s"
            ) from error
