"""Who asks is let in while they will be answered soon; else they are told at once to come again."""

import threading
import time

import anyio
import pytest

from butler.errors import Overloaded
from serving.api.turns import Talks, Turns, Waits, check


async def test_more_than_may_wait_are_refused_and_those_let_in_are_answered() -> None:
    go_on, waiting = threading.Event(), list[int]()
    turns = Turns(2, 3, 60, waiting.append)
    done: list[int] = []

    async def one(number: int) -> None:
        done.append(await turns.take(lambda: (go_on.wait(30), number)[1]))

    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(one, number)
            await anyio.sleep(0)
        with pytest.raises(Overloaded, match="3 requests wait"):
            await turns.take(lambda: 5)
        with pytest.raises(Overloaded):
            check(turns)
        go_on.set()
    assert sorted(done) == [0, 1, 2, 3, 4]
    assert max(waiting) == 3
    assert waiting[-1] == 0, "what is told is how many wait now, also when the last one has gone"
    assert await turns.take(lambda: 6) == 6, "there is room again"


async def test_nobody_is_let_in_to_wait_longer_than_they_would() -> None:
    """By what turns took of late: with long turns one may wait and not two; a first one always may."""
    turns = Turns(1, 100, 0.05, lambda _: None)
    for _ in range(30):
        await turns.take(time.sleep, 0.03)
    go_on = threading.Event()
    async with anyio.create_task_group() as group:
        for _ in range(2):  # one is answered, one waits
            group.start_soon(turns.take, go_on.wait, 30)
            await anyio.sleep(0.01)
        with pytest.raises(Overloaded, match="1 requests wait"):
            check(turns)
        go_on.set()
    check(turns)


async def test_who_waits_has_the_turn_at_once_also_while_the_event_loop_has_no_time() -> None:
    turns, done = Turns(1, 10, 60, lambda _: None), list[int]()
    async with anyio.create_task_group() as group:
        for number in range(4):
            group.start_soon(turns.take, done.append, number)
        await anyio.sleep(0)
        time.sleep(0.3)  # the loop is busy
        assert done == [0, 1, 2, 3]


async def test_work_that_fails_gives_its_turn_back() -> None:
    turns = Turns(1, 1, 60, lambda _: None)
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            await turns.take(lambda: 1 / 0)
    assert await turns.take(lambda: 1) == 1


async def test_messages_that_wait_are_told_when_they_come_and_when_they_go() -> None:
    waiting, go_on = list[int](), anyio.Event()
    talks = Talks(1, 2, waiting.append)

    async def one() -> None:
        async with talks.turn():
            await go_on.wait()

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
            await anyio.sleep(0)
        with pytest.raises(Overloaded, match="2 messages wait"):
            check(talks)
        assert waiting[-1] == 2
        go_on.set()
    assert waiting[-1] == 0


def test_so_many_may_wait_for_what_others_make_and_one_more_is_refused() -> None:
    waiting = list[int]()
    waits = Waits(2, waiting.append)
    with waits.one(), waits.one(), pytest.raises(Overloaded, match="2 requests wait"), waits.one():
        pass
    with waits.one():
        pass
    assert waiting == [1, 2, 1, 0, 1, 0]
