"""The curated catalogue is well-formed, plausible, and its beaches lie where the map has them."""

import csv
import json
import math
import re
import unicodedata
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from butler.columns import SCHEMAS, C
from butler.errors import ContractViolation
from butler.world.catalogue import (
    CREATED_AT,
    FILE,
    MUNICIPALITY,
    SEASON,
    frame,
    load,
    season_months,
)
from butler.world.taxonomy import GROUPS, kinds

SHARED = Path(__file__).parents[2].parent / "shared"
BEACHES = SHARED / "data" / "beaches-spain"
DOCS = Path(__file__).parents[2] / "docs" / "catalogue.md"
needs_beaches = pytest.mark.skipif(
    not BEACHES.exists(), reason="../shared/data/beaches-spain is absent: beaches are not checked"
)

REGION = {"south": 37.80, "north": 38.95, "west": -1.05, "east": 0.30}
LONGEST_BEACH_OFFSET_M = 600  # a beach is a line, the catalogue and the map each hold one point

# Town centre (latitude, longitude) and how far from it, in km, its places may lie.
TOWNS = {
    "Agres": (38.779, -0.516, 3),
    "Alacant": (38.345, -0.483, 12),  # Tabarca lies apart, see ISLANDS
    "Alcoi": (38.698, -0.474, 8),
    "Altea": (38.599, -0.051, 7),
    "Banyeres de Mariola": (38.715, -0.657, 3),
    "Benidoleig": (38.792, -0.030, 3),
    "Benidorm": (38.541, -0.123, 6),
    "Benissa": (38.715, 0.049, 10.5),  # the Bèrnia ridge is its corner
    "Biar": (38.631, -0.765, 3),
    "Bocairent": (38.767, -0.611, 3),
    "Busot": (38.483, -0.419, 5),
    "Callosa d'en Sarrià": (38.651, -0.122, 5),
    "Calp": (38.645, 0.045, 5),
    "Castalla": (38.597, -0.672, 3),
    "Cocentaina": (38.745, -0.440, 3),
    "Confrides": (38.684, -0.270, 6),
    "Crevillent": (38.250, -0.810, 9),
    "Dénia": (38.841, 0.106, 16),  # Les Deveses reaches far west
    "El Campello": (38.428, -0.398, 9),
    "El Castell de Guadalest": (38.677, -0.198, 3),
    "El Pinós": (38.402, -1.042, 3),
    "El Poble Nou de Benitatxell": (38.733, 0.143, 5),
    "Elda": (38.478, -0.792, 3),
    "Elx": (38.267, -0.698, 18),  # its beaches are its eastern edge
    "Finestrat": (38.567, -0.212, 8),
    "Guardamar del Segura": (38.090, -0.655, 6),
    "Ibi": (38.626, -0.572, 3),
    "L'Alfàs del Pi": (38.580, -0.103, 5.5),
    "La Vall d'Ebo": (38.805, -0.158, 3),
    "La Vall de Laguar": (38.777, -0.106, 3),
    "La Vila Joiosa": (38.507, -0.233, 6),
    "Monòver": (38.438, -0.840, 3),
    "Novelda": (38.385, -0.768, 4),
    "Ondara": (38.827, 0.018, 3),
    "Orihuela": (38.085, -0.945, 30),  # its coast is 25 km from its town
    "Parcent": (38.744, -0.064, 3),
    "Pego": (38.843, -0.117, 6),
    "Petrer": (38.484, -0.772, 3),
    "Pilar de la Horadada": (37.866, -0.793, 5),
    "Planes": (38.784, -0.344, 3),
    "Polop": (38.622, -0.130, 3),
    "Redován": (38.116, -0.908, 3),
    "Rojales": (38.088, -0.724, 4),
    "Santa Pola": (38.192, -0.557, 6),
    "Sax": (38.537, -0.817, 3),
    "Teulada": (38.729, 0.102, 7),
    "Torrevieja": (37.979, -0.682, 7),
    "Villena": (38.635, -0.866, 3),
    "Xaló": (38.742, -0.009, 3),
    "Xixona": (38.540, -0.508, 3),
    "Xàbia": (38.789, 0.166, 9),
}
TABARCA = (38.165, -0.478, 2)
MAJOR_TOWNS = (
    "Alacant",
    "Alcoi",
    "Altea",
    "Benidorm",
    "Calp",
    "Dénia",
    "El Campello",
    "El Castell de Guadalest",
    "Elx",
    "Finestrat",
    "Guardamar del Segura",
    "L'Alfàs del Pi",
    "La Vila Joiosa",
    "Orihuela",
    "Pilar de la Horadada",
    "Santa Pola",
    "Teulada",
    "Torrevieja",
    "Xàbia",
)
GENERIC = frozenset(
    (
        *("platja", "platgeta", "playa", "cala", "calas", "caletes"),
        *("de", "del", "dels", "la", "el", "els", "les", "los", "l", "d", "en"),
    )
)
COASTAL_KINDS = ("nature/beach", "nature/cove")


@pytest.fixture(scope="module")
def places() -> pl.DataFrame:
    return load()


@pytest.fixture(scope="module")
def rows(places: pl.DataFrame) -> list[dict]:
    return places.to_dicts()


@pytest.fixture(scope="module")
def mapped_beaches() -> list[dict]:
    spain = json.loads((BEACHES / "beaches.json").read_text(encoding="utf-8"))
    return [beach for beach in spain if in_region(beach["lat"], beach["lng"])]


def in_region(latitude: float, longitude: float) -> bool:
    return (
        REGION["south"] <= latitude <= REGION["north"]
        and REGION["west"] <= longitude <= REGION["east"]
    )


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two points, on a plane at their latitude: good to 0.1 % at these ranges."""
    north = (a[0] - b[0]) * 111_195
    east = (a[1] - b[1]) * 111_195 * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(north, east)


def point(row: dict) -> tuple[float, float]:
    return row[C.LATITUDE], row[C.LONGITUDE]


def bare_name(name: str) -> str:
    """A beach's name without its generic word, articles and accents."""
    plain = unicodedata.normalize("NFKD", name.replace("\u2019", "'")).encode("ascii", "ignore")
    words = re.split(r"[^a-z]+", plain.decode().lower())
    return " ".join(word for word in words if word and word not in GENERIC)


class TestForm:
    def test_it_has_the_columns_of_the_pois_table_and_two_more(self, places):
        wanted = SCHEMAS["pois"].columns | {SEASON: pl.String, MUNICIPALITY: pl.String}
        assert dict(places.schema) == wanted

    def test_it_holds_at_least_250_places(self, places):
        assert places.height >= 250

    def test_every_place_has_its_own_id_an_ascii_slug(self, places):
        ids = places[C.POI]
        assert ids.is_unique().all()
        assert ids.str.contains(r"^[a-z0-9]+(-[a-z0-9]+)*$").all()

    def test_no_two_places_share_a_point_or_a_name_within_a_town(self, places):
        assert not places.select(C.LATITUDE, C.LONGITUDE).is_duplicated().any()
        assert not places.select(C.NAME, MUNICIPALITY).is_duplicated().any()

    def test_every_category_is_in_the_taxonomy_and_every_kind_has_a_place(self, places):
        assert set(places[C.CATEGORY]) == set(kinds())

    def test_no_kind_holds_more_than_a_quarter_of_the_places(self, places):
        most = places[C.CATEGORY].value_counts()["count"].max()
        assert most <= places.height / 4

    def test_every_place_has_a_local_and_an_english_name(self, rows):
        for row in rows:
            names = json.loads(row[C.NAMES])
            local = next(names[language] for language in ("es", "ca") if language in names)
            assert len(names) == 2, row[C.POI]
            assert local == row[C.NAME], row[C.POI]
            assert names["en"], row[C.POI]

    def test_tags_are_unique_plain_words(self, rows):
        for row in rows:
            tags = row[C.TAGS].split(";")
            assert all(re.fullmatch(r"[a-z_]+", tag) for tag in tags), row[C.POI]
            assert len(tags) == len(set(tags)), row[C.POI]

    def test_all_places_are_older_than_any_simulated_day(self, places):
        assert (places[C.CREATED_AT] == CREATED_AT).all()

    def test_what_everyone_may_enter_freely_costs_nothing(self, places):
        open_land = places.filter(pl.col(C.OPENING_HOURS) == "24/7")
        assert (open_land[C.PRICE_LEVEL] == 0).all()


class TestHours:
    def test_every_opening_hours_string_parses(self, rows):
        broken = []
        for row in rows:
            try:
                OpeningHours(row[C.OPENING_HOURS] or "24/7")
            except Exception as error:  # the parser's own error type; all are listed at once
                broken.append((row[C.POI], row[C.OPENING_HOURS], str(error)))
        assert broken == []

    def test_every_place_opens_in_every_month_of_its_season(self, rows):
        never = [
            (row[C.POI], month)
            for row in rows
            for month in season_months(row[SEASON])
            if not opens_in(row, month)
        ]
        assert never == []

    def test_night_life_is_open_at_half_past_ten_on_a_summer_saturday(self, rows):
        night = datetime(2026, 7, 18, 22, 30)
        shut = [
            row[C.POI]
            for row in rows
            if row[C.CATEGORY].startswith("nightlife/")
            and not OpeningHours(row[C.OPENING_HOURS]).is_open(night)
        ]
        assert shut == []

    def test_water_parks_are_shut_in_winter(self, rows):
        noon = datetime(2026, 1, 17, 12)
        parks = [row for row in rows if row[C.CATEGORY] == "fun/water_park"]
        assert parks
        assert not any(OpeningHours(row[C.OPENING_HOURS]).is_open(noon) for row in parks)


def opens_in(row: dict, month: int) -> bool:
    """Whether the place is open at some time of the month."""
    first = datetime(2026, month, 1)
    hours = OpeningHours(row[C.OPENING_HOURS], coords=point(row), auto_timezone=False)
    spans = hours.intervals(first, first + timedelta(days=28))
    return any(str(span[2]) == "open" for span in spans)


class TestSeason:
    def test_a_season_may_pass_over_the_end_of_the_year(self):
        assert season_months("10-5") == {10, 11, 12, 1, 2, 3, 4, 5}

    @given(st.integers(1, 12), st.integers(1, 12))
    def test_a_season_begins_and_ends_with_the_months_it_names(self, first, last):
        months = season_months(f"{first}-{last}")
        assert {first, last} <= months
        assert len(months) == (last - first) % 12 + 1

    @pytest.mark.parametrize("season", ["", "summer", "0-3", "5-13", "6"])
    def test_a_season_that_names_no_months_is_refused(self, season):
        with pytest.raises(ValueError, match=r"invalid literal|expected 1"):
            season_months(season)


class TestPlace:
    def test_every_place_lies_in_the_region(self, rows):
        assert [row[C.POI] for row in rows if not in_region(*point(row))] == []

    def test_every_place_lies_near_its_town(self, rows):
        strays = [(row[C.POI], round(over)) for row in rows if (over := metres_too_far(row)) > 0]
        assert strays == []

    def test_every_major_town_has_at_least_six_places(self, places):
        counts = dict(places[MUNICIPALITY].value_counts().iter_rows())
        assert {town: counts.get(town, 0) for town in MAJOR_TOWNS if counts.get(town, 0) < 6} == {}


def metres_too_far(row: dict) -> float:
    """How far the place lies outside its municipality's circle; below zero is inside."""
    latitude, longitude, radius_km = TOWNS[row[MUNICIPALITY]]
    over = distance_m(point(row), (latitude, longitude)) - radius_km * 1000
    if row[MUNICIPALITY] == "Alacant":
        over = min(over, distance_m(point(row), TABARCA[:2]) - TABARCA[2] * 1000)
    return over


@needs_beaches
class TestAgainstTheMap:
    def test_nine_of_ten_beaches_lie_on_a_mapped_beach(self, rows, mapped_beaches):
        shore = [row for row in rows if row[C.CATEGORY] in COASTAL_KINDS]
        metres = [metres_to_any(row, mapped_beaches) for row in shore]
        assert sum(m <= LONGEST_BEACH_OFFSET_M for m in metres) / len(shore) >= 0.9

    def test_a_beach_lies_on_the_mapped_beach_of_its_name(self, rows, mapped_beaches):
        by_name: dict[str, list[dict]] = {}
        for beach in mapped_beaches:
            by_name.setdefault(bare_name(beach["nombre"]), []).append(beach)
        shore = [row for row in rows if row[C.CATEGORY] in COASTAL_KINDS]
        matched = [row for row in shore if bare_name(row[C.NAME]) in by_name]
        astray = [
            (row[C.POI], round(metres))
            for row in matched
            if (metres := metres_to_any(row, by_name[bare_name(row[C.NAME])]))
            > LONGEST_BEACH_OFFSET_M
        ]
        assert astray == []
        assert len(matched) >= 0.6 * len(shore)

    def test_a_blue_flag_tag_is_in_its_towns_list_of_blue_flags(self, rows):
        flags = json.loads((BEACHES / "blue_flags_2026.json").read_text(encoding="utf-8"))
        flown = {
            (town_key(flag["municipio"]), stem) for flag in flags for stem in stems(flag["playa"])
        }
        tagged = [row for row in rows if "blue_flag" in row[C.TAGS].split(";")]
        unknown = [
            row[C.POI]
            for row in tagged
            if not any((town_key(row[MUNICIPALITY]), stem) in flown for stem in stems(row[C.NAME]))
        ]
        assert len(tagged) >= 50
        assert unknown == []


def stems(beach: str) -> set[str]:
    """The beginnings of a name's words: they agree in Spanish and Valencian."""
    return {word[:4] for word in bare_name(beach).split()}


def town_key(municipality: str) -> str:
    return {"alicante": "alacant"}.get(bare_name(municipality), bare_name(municipality))


def metres_to_any(row: dict, beaches: list[dict]) -> float:
    return min(distance_m(point(row), (beach["lat"], beach["lng"])) for beach in beaches)


class TestABrokenFile:
    @pytest.fixture
    def lines(self) -> list[str]:
        text = files("butler.world").joinpath(FILE).read_text(encoding="utf-8")
        return text.splitlines(keepends=True)[:4]

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            (C.LATITUDE, "38,7"),
            (C.LONGITUDE, "nan"),
            (C.CATEGORY, "nature/volcano"),
            (C.PRICE_LEVEL, "5"),
            (C.KID_FRIENDLY, "yes"),
            (C.INDOOR_SHARE, "1.5"),
            (SEASON, "0-3"),
            (C.NAME, ""),
        ],
    )
    def test_a_wrong_value_is_reported_with_its_row_and_column(self, lines, column, value):
        header = lines[0].strip().split(",")
        good = next(csv.reader([lines[1]]))
        cells = [value if name == column else cell for name, cell in zip(header, good, strict=True)]
        broken = ",".join(f'"{cell}"' for cell in cells) + "\n"
        with pytest.raises(ContractViolation, match=rf"row 3, column {column}"):
            frame([lines[0], lines[2], broken])

    def test_a_row_with_too_few_fields_is_reported_with_its_row(self, lines):
        with pytest.raises(ContractViolation, match="row 2"):
            frame([lines[0], "somewhere,Somewhere\n"])

    def test_a_missing_column_is_reported_by_name(self, lines):
        with pytest.raises(ContractViolation, match=C.OPENING_HOURS):
            frame([lines[0].replace(C.OPENING_HOURS, "hours"), *lines[1:]])


class TestDocs:
    def test_the_page_gives_the_count_of_every_category_and_municipality(self, places):
        text = DOCS.read_text(encoding="utf-8")
        for column in (C.CATEGORY, MUNICIPALITY):
            for value, count in places[column].value_counts().iter_rows():
                assert f"| {value} | {count} |" in text, value

    def test_the_page_names_every_group(self):
        text = DOCS.read_text(encoding="utf-8")
        assert [group for group in GROUPS if f"{group}/" not in text] == []
