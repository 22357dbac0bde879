"""The climate of Alicante, month by month, and how it changes from the station to the coast.

Computed from the daily records of station 8025 (Alicante, 38.3725 N 0.4942 W, 81 m), 1995 to
2012. Source of the data: AEMET (Agencia Estatal de Meteorología). January comes first.
`tests/data/test_world.py` computes them again from the records.
"""

import numpy as np

from butler.world.noise import Floats

MAX_C = (17.10, 17.65, 19.67, 21.67, 24.61, 28.42, 30.46, 31.11, 28.50, 25.14, 20.35, 17.59)
MIN_C = (6.72, 6.95, 9.09, 11.49, 14.82, 18.84, 21.26, 21.75, 18.78, 14.96, 10.32, 7.49)
DAILY_SD_C = (2.58, 2.79, 2.84, 2.21, 2.24, 2.12, 1.46, 1.38, 1.99, 2.19, 2.78, 2.55)
"""Standard deviation of the daily mean within the month."""
WET_DAY = (0.118, 0.090, 0.106, 0.131, 0.113, 0.044, 0.014, 0.047, 0.124, 0.137, 0.131, 0.154)
"""Share of days with 1 mm or more."""
WET_DAY_MM = (6.04, 4.75, 7.01, 6.75, 6.80, 5.23, 4.68, 5.56, 16.78, 8.12, 8.13, 5.66)
"""Mean rain of a wet day. September is what cold drops make of it."""
WIND_MS = (1.78, 1.90, 2.12, 2.25, 2.21, 2.26, 2.15, 2.07, 2.04, 1.65, 1.72, 1.61)
SUN_HOURS = (5.96, 6.83, 7.56, 8.39, 9.22, 10.35, 10.85, 10.16, 8.33, 7.15, 5.91, 5.21)
LEVANTE = (0.231, 0.273, 0.333, 0.300, 0.345, 0.402, 0.407, 0.392, 0.328, 0.285, 0.206, 0.203)
"""Share of days whose strongest gust came from the east (40 to 120 degrees)."""

DAY_TO_DAY = 0.72  # correlation of the daily mean's anomaly with the next day's
WET_AFTER_WET = 0.325  # share of wet days among those after a wet day
LEVANTE_WIND = 1.27  # mean wind of a levante day over that of another
WET_RANGE, DRY_RANGE = 0.77, 1.03  # daily temperature range over the month's mean
WET_ANOMALY_C, DRY_ANOMALY_C = -0.95, 0.11  # of the daily mean

STATION = (38.3725, -0.4942)

# latitude, longitude, elevation in m, coastalness (1 on the shore, 0 where the sea is not felt)
TERRAIN = (
    (*STATION, 81.0, 0.7),
    (38.84, 0.11, 10.0, 1.0),  # Dénia
    (38.79, 0.18, 20.0, 1.0),  # Xàbia
    (38.64, 0.05, 15.0, 1.0),  # Calp
    (38.54, -0.13, 15.0, 1.0),  # Benidorm
    (38.345, -0.48, 5.0, 0.95),  # Alicante, the seafront
    (38.19, -0.56, 10.0, 1.0),  # Santa Pola
    (37.98, -0.68, 5.0, 1.0),  # Torrevieja
    (38.27, -0.70, 86.0, 0.6),  # Elche
    (38.08, -0.95, 24.0, 0.4),  # Orihuela
    (38.63, -0.86, 505.0, 0.1),  # Villena
    (38.48, -0.79, 395.0, 0.1),  # Elda
    (38.70, -0.47, 562.0, 0.1),  # Alcoi
    (38.68, -0.20, 580.0, 0.3),  # Guadalest
    (38.65, -0.27, 1300.0, 0.1),  # Aitana
    (38.84, -0.12, 80.0, 0.7),  # Pego
)
LAPSE_C_PER_M = 0.006
FAR_DEGREES = 0.6  # farther than this from all of TERRAIN: taken as shore at 10 m


def at_day(monthly: tuple[float, ...], day_of_year: Floats) -> Floats:
    """The monthly value at a day of the year (0 .. 366), joined from mid-month to mid-month."""
    middles = (np.arange(14) - 0.5) * 365.25 / 12
    values = np.array([monthly[-1], *monthly, monthly[0]])
    return np.asarray(np.interp(day_of_year, middles, values))


def terrain(points: Floats) -> tuple[Floats, Floats]:
    """Elevation (m) and coastalness (0 .. 1) of points (n, 2): inverse distance weighting."""
    known = np.array(TERRAIN)
    squared = ((points[:, None, :] - known[None, :, :2]) ** 2).sum(axis=2)
    weight = 1.0 / (squared + 1e-6)
    weight /= weight.sum(axis=1, keepdims=True)
    far = squared.min(axis=1) > FAR_DEGREES**2
    elevation = np.where(far, 10.0, weight @ known[:, 2])
    return elevation, np.where(far, 1.0, weight @ known[:, 3])
