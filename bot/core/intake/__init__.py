"""A webhook to jobs, or to nothing."""

from bot.core.intake.events import jobs_of
from bot.core.intake.payloads import PayloadError

__all__ = ["PayloadError", "jobs_of"]
