"""Random numbers that are a function of their keys, so that any of them can be asked alone.

A stateful generator gives the millionth number only after the first 999,999. Here the keys
(seed, stream, place, day) are mixed into 64 bits by the finaliser of SplitMix64
(Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Key = int | npt.NDArray[Any]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)


def bits(*keys: Key) -> npt.NDArray[np.uint64]:
    """64 well-mixed bits for the keys (integers or integer arrays), broadcast together."""
    with np.errstate(over="ignore"):
        state = np.zeros((), dtype=np.uint64)
        for key in keys:
            word = np.asarray(key).astype(np.int64).view(np.uint64)
            state = _finalise(state * _GOLDEN + word + _GOLDEN)
    return np.asarray(state)


def uniform(*keys: Key) -> Floats:
    """Uniform in the open interval (0, 1)."""
    top = (bits(*keys) >> np.uint64(11)).astype(np.float64)
    return np.asarray((top + 0.5) / 2.0**53)


def normal(*keys: Key) -> Floats:
    """Standard normal, by Box and Muller's transform of two uniforms."""
    radius = np.sqrt(-2.0 * np.log(uniform(*keys, 1)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(*keys, 2)))


def text_keys(texts: list[str]) -> Ints:
    """A stable integer for each text (FNV-1a, 64 bit): Python's own `hash` is salted."""
    return np.array([_fnv1a(text.encode()) for text in texts], dtype=np.uint64).view(np.int64)


def _finalise(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * _M1
    x = (x ^ (x >> np.uint64(27))) * _M2
    return np.asarray(x ^ (x >> np.uint64(31)))


def _fnv1a(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value
