"""`butler key`: service keys of the API. What the log knows of them, the home is told at once."""

from contextlib import closing
from typing import Annotated

import typer

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


@keys.command("revoke")
def key_revoke(name: str) -> None:
    """Forget all keys of that name."""
    from butler.stores.known_keys import KnownKeys
    from butler.stores.open import log_of

    settings = Settings.prepared()
    with closing(log_of(settings)) as log:
        revoked = log.keys.revoke(name)
        KnownKeys.of(settings).keep(log.keys.valid())
    print(f"{revoked} keys of {name} revoked")
