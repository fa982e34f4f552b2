"""Collecting the facts: from the settings, the database and GitHub; nothing is written."""

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.cli.doctor.facts import AppFacts, RepositoryFacts, ServerFacts
from bot.cli.doctor.needs import enough
from bot.cli.setup.host import Host
from bot.cli.setup.manifest import Wishes, manifest_for
from bot.core.document import DocumentTooLargeError, schema_of
from bot.core.model import Configuration, File, Problem
from bot.core.policy.configuration import PATH, read_configuration_file
from bot.core.rules import RULES
from bot.github import queries
from bot.github.examination import Examination, InstallationSeen
from bot.ports import DeniedError, StoreUnavailableError, UnavailableError
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrations import SchemaError

DAY: Final = timedelta(days=1)
_MOST_DELIVERIES: Final = 2000


async def at_server(settings: Settings, examination: Examination) -> ServerFacts:
    """Look at the settings, the database and the clock."""
    made = manifest_for(
        Host.at(settings.server_url), Wishes(onboard=settings.onboarding), "", settings.webhook_path
    )
    try:
        drift = datetime.now(UTC) - await examination.clock()
    except UnavailableError:
        drift = None
    return ServerFacts(
        settings,
        dict(made["default_permissions"]),
        tuple(made["default_events"]),
        await _database(settings.database_url),
        drift,
    )


async def _database(url: str) -> str | None:
    try:
        database = await Database.open_present(url)
    except (StoreUnavailableError, SchemaError) as error:
        return str(error)
    if database is None:
        return None
    try:
        await database.ping()
    except StoreUnavailableError as error:
        return str(error)
    finally:
        await database.close()
    return ""


async def at_app(examination: Examination) -> AppFacts:
    """Look at the app and its webhooks of the last day."""
    app = await examination.app()
    sent = await examination.sent_since(datetime.now(UTC) - DAY, _MOST_DELIVERIES)
    return AppFacts(app, await examination.webhook_url(), sent)


async def at_repository(examination: Examination, owner: str, name: str) -> RepositoryFacts | None:
    """Look at a repository as the app's installation sees it; None where none does."""
    seen = await examination.installation(owner, name)
    if seen is None:
        return None
    if seen.suspended_at is not None:
        return RepositoryFacts(seen)
    repository = await examination.repository(seen.id, owner, name)
    try:
        admins = await examination.admins(seen.id, owner, name)
    except DeniedError:
        admins = ()
    rules = await examination.rules(seen.id, owner, name, repository.default_branch)
    configured, problems, template = await _texts(examination, seen, owner, name)
    return RepositoryFacts(seen, repository, configured, problems, template, rules, admins)


async def _texts(
    examination: Examination, seen: InstallationSeen, owner: str, name: str
) -> tuple[bool | None, tuple[Problem, ...], str]:
    if not enough(seen.permissions.get("contents"), "read"):
        return None, (), ""
    text = await examination.text(seen.id, owner, name, PATH)
    read: Configuration | tuple[Problem, ...] = Configuration()
    if text is not None:
        file = File(PATH, len(text.encode()), text)
        read = read_configuration_file(file, PATH, tuple(rule.code for rule in RULES))
    if not isinstance(read, Configuration):
        return True, read, ""
    return text is not None, (), await _template(examination, seen, owner, name, read)


async def _template(
    examination: Examination, seen: InstallationSeen, owner: str, name: str, read: Configuration
) -> str:
    """Return what is wrong with the template that holds; empty for nothing."""
    named = read.template is not None
    for path in [read.template] if read.template is not None else queries.TEMPLATES.values():
        text = await examination.text(seen.id, owner, name, path)
        if text is None:
            continue
        try:
            return "" if schema_of(text).sections else f"{path} has no headings, so it asks for no sections"
        except DocumentTooLargeError as error:
            return f"{path}: {error}"
    return f"{read.template}, which the configuration names, is not there" if named else ""
