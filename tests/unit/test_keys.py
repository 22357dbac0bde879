"""A key that was good stays good while nobody can say otherwise; a new one is not let in unseen."""

import asyncio
import threading

import pytest

from butler.errors import NotAllowed, StoreUnavailable
from serving.api.security import KEY_TTL_SECONDS, KeyCheck


class Keys:
    """A store of keys that may be away."""

    def __init__(self) -> None:
        self.good, self.away = {"k"}, False
        self.asked, self.answers = 0, threading.Event()
        self.answers.set()

    def create(self, name: str) -> str:
        raise NotImplementedError

    def check(self, key: str) -> str | None:
        self.asked += 1
        self.answers.wait(30)
        if self.away:
            raise StoreUnavailable("the log: start it")
        return "app" if key in self.good else None

    def revoke(self, name: str) -> int:
        raise NotImplementedError


async def refuses(check: KeyCheck) -> bool:
    try:
        await check("k")
    except NotAllowed:
        return True
    return False


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


async def test_a_store_that_hangs_is_asked_by_one_and_keeps_nobody_waiting_whose_key_was_good() -> (
    None
):
    """What it says when it answers counts from then on."""
    keys, now = Keys(), [0.0]
    check = KeyCheck(keys, lambda: now[0])
    await check("k")
    now[0] += 2 * KEY_TTL_SECONDS
    keys.answers.clear()
    keys.good = set()
    await asyncio.gather(*(check("k") for _ in range(50)))
    assert keys.asked == 2
    keys.answers.set()
    async with asyncio.timeout(30):
        while not await refuses(check):
            pass
