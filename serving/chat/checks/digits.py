"""How a language writes numbers: its groups and decimals."""

import re
from functools import lru_cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from serving.chat.checks.text import clean


@lru_cache(maxsize=32)
def pattern(language: str) -> re.Pattern[str]:
    group, decimal = re.escape(clean(get_group_symbol(language))), get_decimal_symbol(language)
    return re.compile(rf"\d+(?:{group}\d{{3}}(?!\d))*(?:{re.escape(decimal)}\d+)?")


def value(said: str, language: str) -> float:
    group = clean(get_group_symbol(language))
    return float(said.replace(group, "").replace(get_decimal_symbol(language), "."))
