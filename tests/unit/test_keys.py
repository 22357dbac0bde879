"""A key that was good stays good while nobody can say otherwise; a new one is not let in unseen."""

import pytest

from butler.errors import NotAllowed, StoreUnavailable
from serving.api.security import KEY_TTL_SECONDS, KeyCheck


class Keys:
    """A store of keys that may be away."""

    def __init__(self) -> None:
        self.good, self.away = {"k"}, False

    def create(self, name: str) -> str:
        raise NotImplementedError

    def check(self, key: str) -> str | None:
        if self.away:
            raise StoreUnavailable("the log: start it")
        return "app" if key in self.good else None

    def revoke(self, name: str) -> int:
        raise NotImplementedError


async def test_while_the_store_is_away_known_keys_work_and_others_are_not_let_in() -> None:
    keys, now = Keys(), [0.0]
    check = KeyCheck(keys, lambda: now[0])
    await check("k")
    keys.away = True
    for _ in range(3):
        now[0] += 2 * KEY_TTL_SECONDS
        await check("k")
    with pytest.raises(StoreUnavailable):
        await check("another")
    keys.away, keys.good = False, set()
    now[0] += 2 * KEY_TTL_SECONDS
    with pytest.raises(NotAllowed):
        await check("k")
