"""How pages look: templates that escape every text, one stylesheet, headers that allow nothing else.

aiohttp-jinja2 was weighed: it would save the one line that renders.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from itertools import cycle
from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.ports import Visitor
from bot.web.doors import Doors

_ROOM: Final = files("bot.web.pages")
_AGES: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_BREAK: Final = "\u200b"
_DAY: Final = 86_400


class Look:
    """Renders pages for one server."""

    def __init__(self, public_url: str, clock: Callable[[], float]) -> None:
        parts = urlsplit(public_url)
        self.base = parts.path.rstrip("/")
        """Where this server stands below its host's root; empty at the root itself."""
        self._secure = parts.scheme == "https"
        self._clock = clock
        self._style = _ROOM.joinpath("static/style.css").read_bytes()
        self._icon = _ROOM.joinpath("static/icon.svg").read_bytes()
        self._style_path = f"/static/{hashlib.sha256(self._style).hexdigest()[:16]}.css"
        self._templates = Environment(
            loader=FileSystemLoader(str(_ROOM.joinpath("templates"))),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "ago": self.ago,
            "said": _said,
            "prose": _prose,
            "web": _web,
            "stamp": _stamp,
        }
        self._templates.globals |= {"base": self.base, "style": self.base + self._style_path}

    def join(self, doors: Doors) -> None:
        """Serve the stylesheet and the icon."""
        doors.add_get(self._style_path, _fixed(self._style, "text/css"))
        doors.add_get("/static/icon.svg", _fixed(self._icon, "image/svg+xml"))

    def page(
        self,
        template: str,
        visitor: Visitor | None = None,
        *,
        operates: bool = False,
        status: int = 200,
        **values: object,
    ) -> web.Response:
        """Return a page; ``values`` are what its template shows."""
        text = self._templates.get_template(template).render(visitor=visitor, operates=operates, **values)
        return web.Response(text=text, status=status, content_type="text/html", headers=self._headers())

    def gone(self, visitor: Visitor | None = None) -> web.Response:
        """Return the one answer to what is not there and to what is not for this person."""
        return self.page("gone.html", visitor, status=404)

    def trouble(self, title: str, text: str, status: int, again: str = "") -> web.Response:
        """Return a page that says what went wrong; ``again`` is where to try once more."""
        return self.page("trouble.html", status=status, title=title, text=text, again=again)

    def _headers(self) -> Mapping[str, str]:
        headers = {
            # Nothing but our own stylesheet and icon, and forms to ourselves.
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            hdrs.CACHE_CONTROL: "no-store",
        }
        if self._secure and not self.base:
            # Below a prefix the host is not ours to speak for.
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return headers

    def ago(self, at: datetime) -> str:
        """Return how long ago something was, in one unit: ``3 days``."""
        seconds = max(0, int(self._clock() - at.timestamp()))
        for size, unit in _AGES:
            if seconds >= size:
                number = seconds // size
                return f"{number} {unit}{'' if number == 1 else 's'}"
        return "less than a minute"

    def days(self, at: datetime) -> int:
        """Return how many whole days ago something was."""
        return int(self._clock() - at.timestamp()) // _DAY


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _said(text: str) -> str:
    """Take out what breaks mentions: here nobody is mentioned, and people copy names."""
    return text.replace(_BREAK, "")


def _prose(text: str) -> Markup:
    """Show a sentence of ours: what it quotes in backticks becomes code, everything else is escaped text."""
    parts = _said(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd else escape(part)
        for odd, part in zip(cycle((False, True)), parts)
    )


def _web(url: str) -> str:
    """Return an address that a link may lead to; anything else leads nowhere."""
    return url if urlsplit(url).scheme in {"http", "https"} else ""


def _fixed(body: bytes, content_type: str) -> Handler:
    async def handle(_: web.Request) -> web.StreamResponse:
        headers = {"X-Content-Type-Options": "nosniff", hdrs.CACHE_CONTROL: "public, max-age=31536000"}
        return web.Response(body=body, content_type=content_type, headers=headers)

    return handle
