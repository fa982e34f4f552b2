"""The table that the endpoint modules fill."""

from __future__ import annotations

from typing import Final

from bot.sandbox.http.router import Router

router: Final = Router()
