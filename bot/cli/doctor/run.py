"""The command: look, judge, print; with ``--fix``, mend what this app may mend by itself."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import aiohttp
import orjson

from bot.builtin import template
from bot.cli.console import FAILED, FINDINGS, OK, complain, has_colors, show
from bot.cli.doctor.diagnosis import Diagnosis, Grade
from bot.cli.doctor.examine import expected_webhook_url, not_installed, of_app, of_repository, of_server
from bot.cli.doctor.facts import AppFacts, ServerFacts
from bot.cli.doctor.look import at_app, at_repository, at_server
from bot.cli.operating import quiet
from bot.core.render.terminal import safe
from bot.github import GitHubAccess
from bot.github.client import Client
from bot.github.examination import Examination
from bot.ports import CredentialsError, OutsideError
from bot.settings import Settings

_MARKS: Final = {
    Grade.FINE: ("✔", "32"),
    Grade.NOTE: ("–", "36"),
    Grade.SKIPPED: ("–", "2"),
    Grade.WARNING: ("!", "33"),
    Grade.ERROR: ("✘", "31"),
}
"""How each grade is shown: a mark and its colour (ECMA-48)."""


def run(settings: Settings, repository: str | None, *, as_json: bool, fix: bool) -> int:
    """Examine and print; 0: nothing at error grade, 1: something is, 2: it could not be told."""
    owner, slash, name = (repository or "").partition("/")
    if repository is not None and not (owner and slash and name and "/" not in name):
        complain(f"{repository} is not OWNER/REPO")
        return FAILED
    try:
        with quiet():
            found = asyncio.run(_examined(settings, (owner, name) if repository else None, fix=fix))
    except OutsideError as error:
        complain(str(error))
        return FAILED
    show(to_json(found) if as_json else to_text(found, color=has_colors(sys.stdout)))
    return FINDINGS if any(one.grade is Grade.ERROR for one in found) else OK


async def _examined(
    settings: Settings, repository: tuple[str, str] | None, *, fix: bool
) -> Sequence[Diagnosis]:
    access = GitHubAccess(
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        private_key=settings.private_key,
        template=template(),
        app_id=settings.app_id,
        client_id=settings.client_id,
    )
    async with aiohttp.ClientSession() as session:
        client = Client(session, access, lambda: datetime.now(UTC))
        examination = Examination(session, access, client)
        server = await at_server(settings, examination)
        found = list(of_server(server))
        try:
            app = await at_app(examination)
        except CredentialsError as error:
            remedy = "Compare APP_ID, CLIENT_ID and the key with the app's page at GitHub."
            return [*found, Diagnosis(Grade.ERROR, "app", str(error), remedy)]
        if fix:
            found += await _mended(examination, app, server)
            app = await at_app(examination)
        found += of_app(app, server)
        if repository is not None:
            facts = await at_repository(examination, *repository)
            found += of_repository(facts, app, server) if facts else [not_installed(*repository, app)]
        return found


async def _mended(examination: Examination, app: AppFacts, server: ServerFacts) -> list[Diagnosis]:
    """Set the webhook's address, and ask for what has not arrived."""
    done = []
    expected = expected_webhook_url(server)
    if expected and app.webhook_url != expected:
        await examination.set_webhook_url(expected)
        done.append(Diagnosis(Grade.NOTE, "webhook", f"set to {expected}"))
    for attempt in app.sent.failed:
        await examination.send_again(attempt)
    if app.sent.failed:
        done.append(Diagnosis(Grade.NOTE, "deliveries", f"{len(app.sent.failed)} asked for again"))
    return done


def to_text(found: Sequence[Diagnosis], *, color: bool) -> str:
    """Return the diagnoses for people, one a line, each with its way out below it."""
    width = max(len(one.subject) for one in found)
    lines = []
    for one in found:
        mark, code = _MARKS[one.grade]
        shown = f"\x1b[{code}m{mark}\x1b[0m" if color else mark
        lines.append(f"{shown} {safe(one.subject):{width}}  {safe(one.message)}")
        if one.remedy:
            lines.append(f"  {'':{width}}  → {safe(one.remedy)}")
    errors = sum(one.grade is Grade.ERROR for one in found)
    warnings = sum(one.grade is Grade.WARNING for one in found)
    lines.append("")
    lines.append("All is well." if not errors + warnings else f"{errors} to mend, {warnings} to look at.")
    return "\n".join(lines) + "\n"


def to_json(found: Sequence[Diagnosis]) -> str:
    """Return the diagnoses for programs."""
    rows = [
        {
            "grade": one.grade.name.lower(),
            "subject": one.subject,
            "message": one.message,
            "remedy": one.remedy,
        }
        for one in found
    ]
    return orjson.dumps({"version": 1, "diagnoses": rows}, option=orjson.OPT_INDENT_2).decode() + "\n"
