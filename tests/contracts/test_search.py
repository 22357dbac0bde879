"""One suite for every adapter of the search for places: SQLite always; Elasticsearch's client before a server
of our own that keeps the vendor's schema, and a real one where there is one."""

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from butler.columns import SCHEMAS, C
from butler.errors import StoreUnavailable
from butler.stores.folding import words_of
from butler.stores.open import OpenSearch, open_search
from tests.conftest import shared
from tests.elastic_server import Elastic, elastic_server

SCHEMA = "contracts/elasticsearch/es-9.5.0.schema.json"
CASTLE_AT = (38.3490, -0.4780)


def place(
    poi_id: str, name: str, category: str, at: tuple[float, float], **more: object
) -> dict[str, object]:
    row = {C.POI: poi_id, C.NAME: name, C.CATEGORY: category}
    return row | {C.LATITUDE: at[0], C.LONGITUDE: at[1], **more}


PLACES = [
    place(
        "castle",
        "Castell de Santa Bàrbara",
        "culture/castle",
        CASTLE_AT,
        names='{"en": "Santa Barbara Castle", "de": "Burg Santa Bárbara", "pl": "Zamek Łódzki"}',
        tags="view;hill",
        words="castle burg zamek замок قلعة",
    ),
    place(
        "beach",
        "Platja del Postiguet",
        "nature/beach",
        (38.3460, -0.4745),
        names='{"el": "Παραλία Ποστιγκέτ", "he": "חוף פוסטיגט"}',
        words="beach strand plage playa пляж παραλία",
    ),
    place(
        "far beach",
        "Platja Llarga",
        "nature/beach",
        (38.6300, -0.0040),
        tags="sand",
        words="beach strand",
    ),
    place("barrel", "Barrel Bar", "food/bar", (38.3450, -0.4830), words="bar"),
    place("bar", "Bar", "food/bar", (38.3452, -0.4831), words="bar"),
]


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    schema = {**SCHEMAS["pois"].columns, C.WORDS: pl.String}
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


@pytest.fixture(scope="module")
def elastic() -> Iterator[tuple[str, Elastic]]:
    with elastic_server(shared(SCHEMA)) as started:
        yield started


@pytest.fixture(params=["sqlite", "elasticsearch's contract", "elasticsearch"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where nothing is held yet."""
    alias = f"butler-test-{uuid.uuid4().hex[:8]}"
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/home/search.db"
    elif request.param == "elasticsearch's contract":
        yield f"{request.getfixturevalue('elastic')[0]}/{alias}"
    else:
        real = os.environ.get("BUTLER_TEST_ELASTIC_URL")
        if real is None:
            pytest.skip("BUTLER_TEST_ELASTIC_URL names no Elasticsearch, elasticsearch://HOST:PORT")
        yield f"{real.rstrip('/')}/{alias}"
        _remove(real, alias)


def _remove(url: str, alias: str) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(url.replace("elasticsearch", "http", 1)) as client:
        for name in client.indices.get(index=f"{alias}-*"):
            client.indices.delete(index=name)


@pytest.fixture
def search(url: str) -> Iterator[OpenSearch]:
    with closing(open_search(url)) as opened:
        opened.index(frame(*PLACES), "first")
        yield opened


def test_before_places_are_held_nothing_is_found(url: str) -> None:
    with closing(open_search(url)) as search:
        assert search.indexed() is None
        assert search.find("castle", 5) == []
        assert search.find("", 5, near=CASTLE_AT) == []


@pytest.mark.parametrize(
    "text",
    [
        "Castell de Santa Bàrbara",
        "santa barbara",
        "SANTA  BÁRBARA!",
        "barbara castle",
        "burg",
        "замок",
        "ЗАМОК",
        "قلعة",
        "lodzki",
        "Łódz",
        "hill",
        "cast",
        "culture castle",
    ],
    ids=str,
)
def test_a_place_is_found_by_any_of_its_words(search: OpenSearch, text: str) -> None:
    """Of its name in any language, its category or tags; without accents, in any case, or only begun."""
    assert search.find(text, 5)[0] == "castle"


@pytest.mark.parametrize("text", ["Παραλία", "ΠΑΡΑΛΙΑ", "חוף", "пляж postiguet", "post"], ids=str)
def test_words_of_other_alphabets_are_folded_too(search: OpenSearch, text: str) -> None:
    assert search.find(text, 5)[0] == "beach"


def test_places_with_all_the_words_stand_before_those_with_some(search: OpenSearch) -> None:
    assert search.find("sand beach", 5)[0] == "far beach"
    assert set(search.find("castle beach", 5)) == {"castle", "beach", "far beach"}


def test_a_whole_word_stands_before_one_that_only_begins_so(search: OpenSearch) -> None:
    assert search.find("bar", 5)[:1] == ["bar"]
    assert set(search.find("bar", 5)) >= {"bar", "barrel", "castle"}  # Bàrbara begins so


def test_what_nothing_has_is_not_found(search: OpenSearch) -> None:
    assert search.find("submarine", 5) == []
    assert search.find('"(* OR NOT ^', 5) == search.find("or not", 5)


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", '"*"', "name:castle", "NEAR(a b)", "\\", "{}", "-", "%_"]
)
def test_signs_of_a_query_language_are_no_language(search: OpenSearch, text: str) -> None:
    """Nothing fails, whatever a traveller types."""
    assert isinstance(search.find(text, 5), list)


def test_a_group_and_a_category_narrow_the_search(search: OpenSearch) -> None:
    assert set(search.find("beach", 5, category="nature")) == {"beach", "far beach"}
    assert set(search.find("beach", 5, category="nature/beach")) == {"beach", "far beach"}
    assert search.find("beach", 5, category="nat") == []
    assert search.find("beach", 5, category="culture") == []
    assert search.find("", 5, category="culture/castle") == ["castle"]


def test_without_words_the_nearest_stand_first(search: OpenSearch) -> None:
    near = search.find("", 5, near=CASTLE_AT)
    assert near == ["castle", "beach", "bar", "barrel", "far beach"]
    assert search.find("", 2, near=CASTLE_AT) == near[:2]


def test_what_is_farther_than_asked_is_left_out(search: OpenSearch) -> None:
    """The castle is half a kilometre from the beach, the other beach is 51 km away."""
    assert search.find("beach", 5, near=CASTLE_AT, within_km=5) == ["beach"]
    assert search.find("", 5, near=CASTLE_AT, within_km=0.3) == ["castle"]
    assert len(search.find("", 5, near=CASTLE_AT, within_km=100)) == 5
    assert search.find("", 5, near=(0.0, 179.9), within_km=50) == []


def test_among_equals_the_nearer_stands_first(search: OpenSearch) -> None:
    twins = [
        place(n, "Farmacia", "shops/pharmacy", at)
        for n, at in (("a", (38.0, 0.0)), ("b", (39.0, 0.0)))
    ]
    search.index(frame(*twins), "twins")
    assert search.find("farmacia", 5, near=(39.0, 0.1)) == ["b", "a"]
    assert search.find("farmacia", 5, near=(38.0, 0.1)) == ["a", "b"]


def test_a_new_catalogue_takes_the_place_of_the_old(search: OpenSearch) -> None:
    assert search.indexed() == "first"
    search.index(frame(place("new", "Nova Platja", "nature/beach", CASTLE_AT)), "second")
    assert search.indexed() == "second"
    assert search.find("platja", 5) == ["new"]
    assert search.find("castle", 5) == []
    search.index(frame(), "empty")
    assert search.indexed() == "empty"
    assert search.find("platja", 5) == []


def test_the_index_outlives_who_made_it(url: str) -> None:
    with closing(open_search(url)) as search:
        search.index(frame(*PLACES), "first")
    with closing(open_search(url)) as again:
        assert again.indexed() == "first"
        assert again.find("burg", 5) == ["castle"]


def test_who_searches_while_places_change_finds_the_old_or_the_new(url: str) -> None:
    """Two who index at once leave one of the two, whole."""
    with closing(open_search(url)) as search, closing(open_search(url)) as other:
        search.index(frame(*PLACES), "0")
        found: list[list[str]] = []
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                found.append(search.find("", 10, category="nature"))

        looking = threading.Thread(target=look)
        looking.start()
        indexing = [
            threading.Thread(target=s.index, args=(frame(*PLACES), str(n)))
            for n, s in enumerate([search, other, search, other], 1)
        ]
        for thread in indexing:
            thread.start()
        for thread in indexing:
            thread.join(60)
        done.set()
        looking.join(60)
        assert found
        assert all(f == ["beach", "far beach"] for f in found)
        assert search.indexed() in {"1", "2", "3", "4"}
        assert search.find("", 10, category="nature") == ["beach", "far beach"]


def test_a_distance_from_nowhere_is_a_fault_of_ours(search: OpenSearch) -> None:
    with pytest.raises(ValueError, match="within_km"):
        search.find("beach", 5, within_km=3)


# --- what only one of them has


def test_an_index_that_is_not_used_any_more_is_removed(elastic: tuple[str, Elastic]) -> None:
    """The one before, and one that a killed process had begun long ago; not one in the making."""
    url, server = elastic
    with closing(open_search(f"{url}/tidy")) as search:
        search.index(frame(*PLACES), "first")
        for name, begun in (("tidy-killed", 0), ("tidy-in-the-making", 2**40)):
            server.indices[name] = type(next(iter(server.indices.values())))(
                {}, {"_meta": {"fingerprint": "x", "begun": begun}}
            )
        search.index(frame(*PLACES), "second")
        names = [n for n in server.indices if n.startswith("tidy-")]
        assert "tidy-in-the-making" in names
        assert len(names) == 2


def test_the_queries_sent_are_those_of_the_contract(elastic: tuple[str, Elastic]) -> None:
    """Guards the server of the tests itself: it refuses a query that the vendor does not know."""
    url, server = elastic
    with closing(open_search(f"{url}/kept")) as search:
        search.index(frame(*PLACES), "first")
        search.find("castle", 5, "culture", CASTLE_AT, 3.0)
    asked = {endpoint for endpoint, _ in server.seen}
    assert asked >= {
        "indices.create",
        "bulk",
        "indices.refresh",
        "indices.update_aliases",
        "search",
    }
    with pytest.raises(Exception, match="contract"):
        search_with(url, {"query": {"mach": {"name": "castle"}}})


def search_with(url: str, body: dict[str, object]) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(url.replace("elasticsearch", "http", 1)) as client:
        client.perform_request(
            "POST",
            "/kept/_search",
            body=body,
            headers={"content-type": "application/json", "accept": "application/json"},
        )


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_server_that_refuses_is_said_to_be_unavailable(
    elastic: tuple[str, Elastic], status: int
) -> None:
    url, server = elastic
    with closing(open_search(f"{url}/away")) as search:
        server.failing = status
        try:
            with pytest.raises(StoreUnavailable, match="BUTLER_SEARCH_URL"):
                search.find("castle", 5)
            with pytest.raises(StoreUnavailable, match="BUTLER_SEARCH_URL"):
                search.index(frame(*PLACES), "first")
        finally:
            server.failing = 0


def test_a_server_that_is_away_and_a_url_that_cannot_be_read_are_said_so(tmp_path: Path) -> None:
    """By a typed error that names the setting."""
    for url in ("elasticsearch://127.0.0.1:1", "elasticsearch://", "solr://127.0.0.1"):
        with pytest.raises(StoreUnavailable, match="BUTLER_SEARCH_URL"):
            open_search(url)
    damaged = tmp_path / "search.db"
    damaged.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_search(f"sqlite:///{damaged}")


def test_words_are_folded_in_every_alphabet() -> None:
    """Accents, strokes, dots, vowel points and final letters."""
    assert words_of("Cova d'en Xoroi") == ["cova", "d", "en", "xoroi"]
    assert words_of("ŁÓDŹ Straße Đakovo ıŞIK") == ["lodz", "strasse", "dakovo", "isik"]
    assert words_of("ΟΔΌΣ παραλία") == ["οδοσ", "παραλια"]
    assert words_of("مَتْحَف أُم") == words_of("متحف ام")
    assert words_of("מוּזֵיאוֹן") == words_of("מוזיאון")
    assert words_of("_-'") == []
