"""The portal for any WSGI server, beside a daemon that runs without it: `waitress-serve --call maild.wsgi:make`.

The configuration is found as by the command line. Runs no lane: mails and clocks are the daemon's.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from maild.app import open_app
from maild.daemon import portal_of
from maild.health import Health
from webview import create_app


def make(config: Path | None = None) -> Flask:
    """The portal of the desk that `config`, else $MAILD_CONFIG, describes. Raises ConfigError, StoreError."""
    app = open_app(config)
    return create_app(portal_of(app, Health(app.store.lanes, now=app.now), app.store.writer))
