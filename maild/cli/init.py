"""`maild init`: a configuration that runs as it is."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Write maild.toml and the token keys into FOLDER; never overwrites anything."""
    from maild.config.sample import SAMPLE, new_keys

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror}") from None
    for name, text, mode in (("maild.toml", SAMPLE, 0o644), ("desk.keys", new_keys(), 0o600)):
        path = folder / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            raise click.ClickException(f"{path} is there already; nothing was changed") from None
        except OSError as error:
            raise click.ClickException(f"{path}: {error.strerror}") from None
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:  # half of it would stop the next try
            path.unlink()
            raise click.ClickException(f"{path}: {error.strerror}") from None
    click.echo(f"wrote {folder / 'maild.toml'} and {folder / 'desk.keys'}")
    click.echo(f"check it:  maild doctor -c {folder / 'maild.toml'}")
    click.echo(f"start it:  maild run -c {folder / 'maild.toml'}")
