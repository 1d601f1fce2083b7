"""The database that [store] names: where it is, whether it is there, and the store opened on it.

Opens a store of this release only, unless it may bring it there. Never reads or writes what is in it.
"""

from __future__ import annotations

from pathlib import Path

from maild.config.load import read_store
from maild.config.servers import Store as Section
from maild.config.versions import standing
from maild.errors import ConfigError
from maild.store.connect import parse_url
from maild.store.engine import Store, open_store
from maild.store.errors import SchemaMismatch


def open_configured(settings: Section, folder: Path, *, lock: bool, migrate: bool) -> Store:
    """The store of these settings. ConfigError for a URL that is none; SchemaMismatch when it is of another release
    and may not be brought to this one."""
    url = _store_url(settings, folder)
    try:
        parse_url(url)
    except ValueError as error:
        raise ConfigError([f"store.url: {error}"]) from None
    store = open_store(url, blob_dir=folder / settings.blobs, lock=lock)
    try:
        if not store.is_current():
            if not migrate:
                raise SchemaMismatch("the store is not of this release: run `maild migrate`")
            store.migrate()
    except BaseException:
        store.close()
        raise
    return store


def open_store_of(place: Path, *, migrate: bool, lock: bool = False) -> Store:
    """The store of a configuration that may have faults elsewhere; ConfigError when its [store] cannot be read."""
    return open_configured(read_store(standing(place)), place.parent, lock=lock, migrate=migrate)


def store_exists(settings: Section, folder: Path) -> bool:
    """Whether there is a database to open; of a server's nobody can tell without asking it."""
    file = _store_url(settings, folder).removeprefix("sqlite:///")
    return "://" in file or Path(file).exists()


def _store_url(settings: Section, folder: Path) -> str:
    if settings.url.startswith("sqlite:///") and not settings.url.startswith("sqlite:////"):
        return "sqlite:///" + str(folder / settings.url.removeprefix("sqlite:///"))
    return settings.url
