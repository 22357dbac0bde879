"""Access by service key: the header X-API-Key, checked against hashes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Protocol

from fastapi import Security
from fastapi.security import APIKeyHeader
from starlette.concurrency import run_in_threadpool

from butler.errors import NotAllowed, StoreUnavailable
from butler.stores.known_keys import KnownKeys
from butler.stores.ports import KeyStore
from butler.stores.sql import hash_of

KEY_TTL_SECONDS = 10.0
SOON_SECONDS = 0.02  # that a traveller waits for the store of keys, where the key was good
_CACHE_SIZE = 1024
_HEADER = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="Made with `butler key create`."
)


class Keys(Protocol):
    """What is asked of a store of keys; `butler.stores.ports.KeyStore` is one."""

    def check(self, key: str) -> str | None: ...


class KeyCheck:
    """Remembers good keys for a few seconds, by their hash: a revoked key works that much longer.

    Wrong keys are not remembered, so that guessing cannot push the good ones out. While the store
    of keys does not answer, or not soon, a key that was good stays good.
    """

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._clock = clock
        self._good: dict[str, float] = {}  # hash -> when to ask again
        self._asking: dict[str, asyncio.Task[None]] = {}  # by hash, of good keys

    async def __call__(self, key: str | None) -> None:
        """Raises NotAllowed unless the key is one of ours."""
        if not key:
            raise NotAllowed("send a service key in the header X-API-Key")
        digest = hash_of(key)
        if self._good.get(digest, 0.0) > self._clock():
            return
        if digest in self._good:
            await self._ask_again(key, digest)
        else:
            await self._ask(key, digest)
        if digest not in self._good:
            raise NotAllowed("the key in X-API-Key is unknown or revoked")

    async def _ask(self, key: str, digest: str) -> None:
        if await run_in_threadpool(self._keys.check, key) is None:
            self._good.pop(digest, None)
            return
        if len(self._good) >= _CACHE_SIZE:
            self._good.clear()
        self._good[digest] = self._clock() + KEY_TTL_SECONDS

    async def _ask_again(self, key: str, digest: str) -> None:
        """One asks for all who come meanwhile, and nobody waits long for it."""

        async def ask() -> None:
            try:
                with suppress(StoreUnavailable):
                    await self._ask(key, digest)
            finally:
                del self._asking[digest]

        if digest not in self._asking:
            self._asking[digest] = asyncio.create_task(ask())
        answered, _ = await asyncio.wait({self._asking[digest]}, timeout=SOON_SECONDS)
        for asked in answered:
            asked.result()


class KeysOfHome:
    """`Keys` in front of the log's: while that one is away, those are let in whom it knew of late.

    `note` is called again and again, so that what the home remembers is seconds old.
    """

    def __init__(self, keys: KeyStore, known: KnownKeys) -> None:
        self._keys, self._known = keys, known

    def check(self, key: str) -> str | None:
        """As `KeyStore.check`; raises StoreUnavailable for a key that nobody can judge now."""
        try:
            return self._keys.check(key)
        except StoreUnavailable:
            name = self._known.fresh().get(hash_of(key))
            if name is None:
                raise
            return name

    def note(self) -> None:
        with suppress(StoreUnavailable):  # readiness says so already
            self._known.keep(self._keys.valid())


def key_required(check: KeyCheck) -> Callable[[str | None], Awaitable[None]]:
    """A dependency for routes that need a key."""

    async def require(key: Annotated[str | None, Security(_HEADER)]) -> None:
        await check(key)

    return require
