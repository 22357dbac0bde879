"""`butler key`: service keys of the API. What the log knows of them, the home is told at once."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from typing import Annotated

import typer

from butler.errors import NotFound
from butler.settings import Settings

keys = typer.Typer(no_args_is_help=True, help="Service keys of the API.")


@keys.command("create")
def key_create(
    name: Annotated[str, typer.Option(help="Whom the key is for.")] = "app",
) -> None:
    """Make a service key and print it, alone on the last line: it is shown this once."""
    from butler.stores.known_keys import KnownKeys
    from butler.stores.open import open_log

    settings = Settings.prepared()
    with closing(open_log(settings.sql_url())) as log:
        key = log.keys.create(name)
        KnownKeys.of(settings).keep(log.keys.valid())
    print(key)


@keys.command("list")
def key_list() -> None:
    """The names for which there are valid keys, and how many; never a key."""
    from butler.stores.open import log_of

    with closing(log_of(Settings.prepared())) as log:
        print(_named(log.keys.valid()) or "no valid key")


@keys.command("revoke")
def key_revoke(name: str) -> None:
    """Forget all keys of that name; servers do so within ten seconds."""
    from butler.stores.known_keys import KnownKeys
    from butler.stores.open import log_of

    settings = Settings.prepared()
    with closing(log_of(settings)) as log:
        revoked = log.keys.revoke(name)
        valid = log.keys.valid()
        KnownKeys.of(settings).keep(valid)
    if not revoked:
        raise NotFound(f"no valid key is called {name!r}; valid are: {_named(valid) or 'none'}")
    print(f"{revoked} keys of {name} revoked")


def _named(valid: Mapping[str, str]) -> str:
    """Each name with the number of its keys; `valid` as of `KeyStore.valid`."""
    return ", ".join(f"{name} ({count})" for name, count in sorted(Counter(valid.values()).items()))
