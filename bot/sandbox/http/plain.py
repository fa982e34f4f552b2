"""A page of GitHub's web site without what surrounds it: where apps are registered, installed and let in."""

from __future__ import annotations

import base64
import hashlib
import html
from importlib.resources import files
from typing import Final

from aiohttp import web

_STYLE: Final = files(__package__).joinpath("plain.css").read_text(encoding="utf-8")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_CSP: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'"


def plain_page(title: str, body: str, status: int = 200) -> web.Response:
    """Return a page with one heading.

    Args:
        title: As text.
        body: As HTML: what people have written is escaped in it.
        status: Of the answer.
    """
    shown = html.escape(title)
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{shown}</title><style>{_STYLE}</style></head>"
        f'<body><main><p class="where">local GitHub</p><h1>{shown}</h1>{body}</main></body></html>'
    )
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Content-Security-Policy": _CSP}
    )
