"""The application factory: what every page shares, and which blueprints there are.

Links are never built from the request: they come from the configured base URL. No page sets a cookie before somebody
signs in, and none can be framed, cached or made to load anything from elsewhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request
from jinja2 import FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from maild.i18n import choose, translations, when
from webview.portal import Portal

MAX_FORM = 64 * 1024
"""Octets of a form: a reason to reopen is text, not a file."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def create_app(portal: Portal) -> Flask:
    """The portal as a WSGI application."""
    from webview import health, lookup, question, rating, ticket

    app = Flask("webview", static_folder="static", static_url_path="/static", template_folder=None)
    host = urlsplit(portal.base_url).hostname or "localhost"
    app.config.update(MAX_CONTENT_LENGTH=MAX_FORM, TRUSTED_HOSTS=[host, "localhost", "127.0.0.1", "[::1]"])
    app.extensions["maild"] = portal
    app.jinja_loader = FileSystemLoader(portal.templates)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    app.jinja_env.filters["when"] = _when
    app.jinja_env.globals["desk_name"] = portal.name
    app.jinja_env.globals["languages"] = portal.languages
    for module in (lookup, ticket, question, rating, health):
        app.register_blueprint(module.pages)
    app.before_request(_choose_language)
    app.after_request(_headers)
    for code in (400, 403, 404, 405, 413, 500):
        app.register_error_handler(code, _error_page)
    if portal.trusted_proxies:
        hops = portal.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]  # Flask's own recipe
    return app


def this_portal() -> Portal:
    """The portal of the running request."""
    portal = current_app.extensions["maild"]
    assert isinstance(portal, Portal)
    return portal


def wrong_token() -> None:
    """What the running request names as a token of ours is none: count it, and let the answer tell nothing of that."""
    portal = this_portal()
    portal.guesses.count(portal.guesses.network(request.remote_addr or ""), now=portal.now())


def language() -> str:
    """The language of the running request."""
    chosen: str = g.language
    return chosen


def speak_for(mailbox: str, zone: str) -> None:
    """Give the page the name of the mailbox that its ticket was written to (P53), and its reader's zone, else that of
    the mailbox."""
    own = this_portal().desk.directory.own(mailbox)
    g.zone = zone or (own.zone if own else "")
    if own is not None:
        g.desk_name = own.name


def onward(path: str) -> BaseResponse:
    """On to a page of ours after a POST, in the language that the visitor has chosen, if he has."""
    asked = request.args.get("lang", "")
    chosen = f"?lang={asked}" if asked in this_portal().languages else ""
    return redirect(path + chosen, 303)


def _choose_language() -> None:
    asked = request.args.get("lang", "")
    wanted = [asked] if asked else list(request.accept_languages.values())
    g.language = choose(wanted, this_portal().languages)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _error_page(error: Any) -> tuple[str, int]:
    from flask import render_template

    if "language" not in g:
        g.language = this_portal().languages[0]
    code = getattr(error, "code", None) or 500
    return render_template("error.html", code=code), code


def _gettext(text: str) -> str:
    return translations(language()).gettext(text)


def _ngettext(singular: str, plural: str, n: int) -> str:
    return translations(language()).ngettext(singular, plural, n)


def _when(moment: datetime | None) -> str:
    return when(moment, g.get("zone") or this_portal().zone, language()) if moment else ""
