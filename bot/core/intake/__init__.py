"""A webhook to jobs, or to nothing."""

from bot.core.intake.events import Told, told_by
from bot.core.intake.payloads import PayloadError

__all__ = ["PayloadError", "Told", "told_by"]
