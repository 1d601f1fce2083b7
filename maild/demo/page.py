"""The page of the demonstration that shows every mail sent, as its receiver would see it. No real desk has it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from maild.demo.sink import CaughtMail

CSP = "default-src 'none'; style-src 'self' 'unsafe-inline'; frame-src 'self'; img-src 'self' data:; base-uri 'none'"
"""Looser than the portal's, because it frames mails; what is framed is sandboxed."""


def demo_pages(mails: list[CaughtMail]) -> Blueprint:
    """`/demo/` over the caught mails."""
    pages = Blueprint("demo", __name__, url_prefix="/demo")

    @pages.get("/")
    def outgoing() -> Response:
        rows = []
        for index, caught in reversed(list(enumerate(mails))):
            mail = caught.parse()
            rows.append({"index": index, "subject": mail["Subject"], "from": mail["From"], "to": mail["To"]})
        return _page(render_template("demo.html", mails=rows))

    @pages.get("/<int:index>")
    def one(index: int) -> Response:
        if index >= len(mails):
            abort(404)
        mail = mails[index].parse()
        text = mail.get_body(("plain",))
        return _page(
            render_template(
                "demo_mail.html",
                index=index,
                headers=[(k, str(v)) for k, v in mail.items()],
                text=text.get_content() if text else "",
                reverse_path=mails[index].reverse_path or "<>",
            )
        )

    @pages.get("/<int:index>/html")
    def html(index: int) -> Response:
        part = mails[index].parse().get_body(("html",)) if index < len(mails) else None
        if part is None:
            abort(404)
        response = Response(part.get_content(), content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
        )
        return response

    return pages


def _page(text: str) -> Response:
    response = Response(text, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = CSP
    return response
