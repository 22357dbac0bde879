"""Words as they are compared: without case, accents and what each alphabet does to a letter."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# letters of their own that travellers write without their stroke or dot
_PLAIN = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ŀ": "l", "ð": "d", "ʼ": "'"}
)


def folded(text: str) -> str:
    """`CASTELL de Santa Bàrbara` -> `castell de santa barbara`; Łódź -> lodz, Straße -> strasse."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = bare.casefold().translate(_PLAIN)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """The folded words of a text, in its order."""
    return _WORD.findall(folded(text))
