"""Moments of many keys in one line, in which a window is two places: what every count is made of."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Line:
    """Known moments of all keys, key after key.

    A moment is its rank among all of them, so that key and moment make one whole number.
    """

    moments: Index  # distinct, sorted, microseconds since 1970
    line: Index  # sorted

    @classmethod
    def of(cls, key: Index, at: Index) -> "Line":
        """Of entries sorted by their key (a number from 0) and moment."""
        moments, rank = np.unique(at, return_inverse=True)
        return cls(moments, key * (len(moments) + 1) + rank)

    def before(self, key: Index, at: Index, side: Literal["left", "right"] = "left") -> Index:
        """For each key asked, how much of the line lies before that moment of it: `right` counts the
        moment itself, too. Before it all for the key -1."""
        start = key * (len(self.moments) + 1)
        return np.searchsorted(self.line, start + np.searchsorted(self.moments, at, side))
