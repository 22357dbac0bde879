"""Where the sample world is: base towns, the Spanish coast, the points of the weather table."""

import numpy as np

from butler.world.noise import Floats

KM_PER_DEGREE = 111.2

# town, latitude, longitude, share of the trips based there
BASES = (
    ("Dénia", 38.8408, 0.1057, 0.08),
    ("Xàbia / Jávea", 38.7890, 0.1663, 0.07),
    ("Calp", 38.6447, 0.0445, 0.08),
    ("Altea", 38.5989, -0.0514, 0.05),
    ("Benidorm", 38.5382, -0.1310, 0.22),
    ("La Vila Joiosa", 38.5053, -0.2331, 0.04),
    ("El Campello", 38.4286, -0.3972, 0.05),
    ("Alicante / Alacant", 38.3452, -0.4810, 0.17),
    ("Santa Pola", 38.1917, -0.5566, 0.05),
    ("Elx / Elche", 38.2669, -0.6986, 0.03),
    ("Guardamar del Segura", 38.0903, -0.6556, 0.04),
    ("Torrevieja", 37.9787, -0.6822, 0.08),
    ("Alcoi / Alcoy", 38.6984, -0.4736, 0.02),
    ("Villena", 38.6373, -0.8657, 0.02),
)

# Where a scaled world puts its further places: towns of the coast, clockwise from Catalonia.
COAST = (
    ("Roses", 42.262, 3.175),
    ("L'Estartit", 42.053, 3.193),
    ("Palamós", 41.848, 3.129),
    ("Lloret de Mar", 41.700, 2.846),
    ("Barcelona", 41.380, 2.176),
    ("Sitges", 41.237, 1.811),
    ("Salou", 41.076, 1.131),
    ("L'Ampolla", 40.811, 0.709),
    ("Peníscola", 40.359, 0.406),
    ("Orpesa", 40.092, 0.137),
    ("València", 39.470, -0.376),
    ("Cullera", 39.165, -0.253),
    ("Gandia", 38.995, -0.166),
    ("La Manga", 37.645, -0.730),
    ("Cartagena", 37.605, -0.986),
    ("Águilas", 37.406, -1.583),
    ("Mojácar", 37.139, -1.851),
    ("Almería", 36.840, -2.468),
    ("Motril", 36.745, -3.517),
    ("Nerja", 36.746, -3.879),
    ("Málaga", 36.720, -4.420),
    ("Marbella", 36.510, -4.886),
    ("Tarifa", 36.014, -5.606),
    ("Cádiz", 36.529, -6.292),
    ("Huelva", 37.261, -6.945),
    ("Vigo", 42.240, -8.720),
    ("A Coruña", 43.362, -8.411),
    ("Gijón", 43.545, -5.663),
    ("Santander", 43.462, -3.810),
    ("San Sebastián", 43.318, -1.981),
    ("Palma", 39.570, 2.650),
    ("Eivissa", 38.907, 1.432),
)

WEATHER_POINTS = (
    (38.80, 0.10),  # coast, north
    (38.54, -0.13),  # Benidorm
    (38.35, -0.48),  # Alicante
    (38.05, -0.65),  # coast, south
    (38.55, -0.85),  # inland
    (38.68, -0.30),  # mountains
)


def distance_km(lat: Floats, lon: Floats, other_lat: Floats, other_lon: Floats) -> Floats:
    """Distance on the equirectangular plane: within 0.1 % of the great circle below 150 km."""
    north = other_lat - lat
    east = (other_lon - lon) * np.cos(np.radians((lat + other_lat) / 2))
    return np.asarray(KM_PER_DEGREE * np.hypot(north, east))


def nearest(lat: Floats, lon: Floats, points: Floats) -> np.ndarray:
    """Index of the nearest of `points` (m, 2) to each of the n places: shape (n,)."""
    best = np.zeros(len(lat), dtype=np.int64)
    closest = np.full(len(lat), np.inf)
    for number, (point_lat, point_lon) in enumerate(points):
        away = distance_km(lat, lon, np.full(1, point_lat), np.full(1, point_lon))
        best[away < closest] = number
        closest = np.minimum(closest, away)
    return best
