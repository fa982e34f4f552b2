"""Facts to diagnoses: pure, one function a subject."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.cli.doctor.diagnosis import Diagnosis, Grade
from bot.cli.doctor.facts import AppFacts, RepositoryFacts, ServerFacts
from bot.cli.doctor.needs import EVENTS, PERMISSIONS, enough
from bot.core.model import USUAL_NAME
from bot.core.policy.configuration import PATH
from bot.core.render.marks import check_name
from bot.core.render.safe import counted
from bot.github.examination import AppSeen, BranchRules, RepositorySeen

_LATE: Final = timedelta(seconds=20)
"""A clock that is off by more deserves a word; the App's token is dated back by a minute."""
_WRONG: Final = timedelta(seconds=50)
_WEAK: Final = 20
"""Characters under which a webhook's secret can be guessed."""
_VARIED: Final = 8
"""Different characters that a random secret has at least."""


def of_server(facts: ServerFacts) -> Iterator[Diagnosis]:
    """Judge secrets, clock and database."""
    weak = [one for one in facts.settings.webhook_secrets if len(one) < _WEAK or len(set(one)) < _VARIED]
    if weak:
        yield Diagnosis(
            Grade.WARNING,
            "WEBHOOK_SECRET",
            "is short or simple: whoever guesses it can send webhooks in GitHub's name",
            "Replace it by a random one: set WEBHOOK_SECRET=NEW,OLD here, then NEW at GitHub, then NEW here.",
        )
    else:
        yield Diagnosis(Grade.FINE, "WEBHOOK_SECRET", "is strong enough")
    yield _clock(facts.drift)
    if facts.database is None:
        yield Diagnosis(
            Grade.NOTE, "DATABASE_URL", "no database yet: the server makes it when it first starts"
        )
    elif facts.database:
        yield Diagnosis(
            Grade.ERROR, "DATABASE_URL", facts.database, "Start the database, or mend its address."
        )
    else:
        kind = "PostgreSQL" if facts.settings.database_url.startswith("postgresql") else "the embedded one"
        yield Diagnosis(Grade.FINE, "DATABASE_URL", f"the database answers ({kind})")


def _clock(drift: timedelta | None) -> Diagnosis:
    if drift is None:
        return Diagnosis(Grade.SKIPPED, "clock", "GitHub did not say what time it is")
    seconds = round(abs(drift.total_seconds()))
    way = "ahead of" if drift > timedelta() else "behind"
    if abs(drift) < _LATE:
        return Diagnosis(Grade.FINE, "clock", f"within {_LATE.seconds} seconds of GitHub's")
    grade = Grade.ERROR if abs(drift) > _WRONG else Grade.WARNING
    message = f"this machine is {seconds} seconds {way} GitHub, which refuses tokens dated wrongly"
    return Diagnosis(grade, "clock", message, "Have it set by NTP.")


def of_app(facts: AppFacts, server: ServerFacts) -> Iterator[Diagnosis]:
    """Judge the app as it is registered, and whether its webhooks arrive."""
    app = facts.app
    yield Diagnosis(Grade.FINE, "app", f"{app.slug} (id {app.id}): GitHub accepts its key")
    yield from _name(app.slug, server.settings.app_slug)
    faults = [
        *_permissions(app.permissions, server, app.html_url),
        *_events(app.events, server, app.html_url),
    ]
    yield from faults or [
        Diagnosis(Grade.FINE, "registration", "the app asks for every permission and event that it needs")
    ]
    yield from _webhooks(facts, server)


def _name(slug: str, name: str) -> Iterator[Diagnosis]:
    """Compare how GitHub names the app with the name that its check and its comments carry."""
    if slug == name:
        return
    written = check_name(name)
    if name != USUAL_NAME:
        yield Diagnosis(
            Grade.WARNING,
            "APP_SLUG",
            f"is {name}, GitHub calls the app {slug}: the check {written} bears a name that is not its app's",
            f"Set APP_SLUG={slug}, then have the branch rules require {check_name(slug)} in its place.",
        )
    else:
        yield Diagnosis(
            Grade.NOTE,
            "APP_SLUG",
            f"is not set: the check is {written}, as it is of any other app of this kind on the repository",
            f"Where there is one, set APP_SLUG={slug}, and have the branch rules require {check_name(slug)}.",
        )


def _permissions(granted: dict[str, str], server: ServerFacts, url: str) -> Iterator[Diagnosis]:
    for name, level in server.permissions.items():
        if not enough(granted.get(name), level):
            has = granted.get(name, "none")
            yield Diagnosis(
                Grade.ERROR,
                f"permission {name}",
                f"{level} is needed, {has} is there: {PERMISSIONS[name]}",
                f"{url}: Permissions, then accept the change in each installation.",
            )


def _events(subscribed: list[str], server: ServerFacts, url: str) -> Iterator[Diagnosis]:
    for name in server.events:
        if name not in subscribed:
            message = f"is not subscribed to: {EVENTS[name]}"
            yield Diagnosis(Grade.ERROR, f"event {name}", message, f"{url}: Permissions & events.")


def _webhooks(facts: AppFacts, server: ServerFacts) -> Iterator[Diagnosis]:
    expected = expected_webhook_url(server)
    url = f"{facts.app.html_url}: General, Webhook URL."
    if not facts.webhook_url:
        yield Diagnosis(Grade.ERROR, "webhook", "GitHub has no address to send webhooks to", url)
    elif expected and facts.webhook_url != expected:
        said = f"GitHub sends to {facts.webhook_url}, the server expects them at {expected}"
        yield Diagnosis(Grade.ERROR, "webhook", said, f"{url} Or let doctor --fix set it.")
    else:
        yield Diagnosis(Grade.FINE, "webhook", f"GitHub sends to {facts.webhook_url}")
    failed, arrived = len(facts.sent.failed), facts.sent.arrived
    if failed:
        said = f"of the last day have not arrived, {arrived} have"
        remedy = "The server asks for them again by itself; doctor --fix does it now."
        yield Diagnosis(Grade.WARNING, "deliveries", f"{counted(failed, 'webhook')} {said}", remedy)
    elif not arrived:
        yield Diagnosis(Grade.NOTE, "deliveries", "GitHub has sent no webhook in the last day")
    else:
        yield Diagnosis(
            Grade.FINE, "deliveries", f"all {counted(arrived, 'webhook')} of the last day have arrived"
        )


def expected_webhook_url(server: ServerFacts) -> str:
    """Return where webhooks should go; empty where the settings do not say."""
    if server.settings.proxy_url:
        return server.settings.proxy_url
    return f"{server.settings.public_url}{server.settings.webhook_path}" if server.settings.public_url else ""


def not_installed(owner: str, name: str, app: AppFacts) -> Diagnosis:
    """Say that the app does not see a repository."""
    return Diagnosis(
        Grade.ERROR,
        "installation",
        f"the app is not installed on {owner}/{name}, or there is no such repository",
        f"{app.app.html_url}/installations/new",
    )


def of_repository(facts: RepositoryFacts, app: AppFacts, server: ServerFacts) -> Iterator[Diagnosis]:
    """Judge one repository and the installation that sees it."""
    seen = facts.installation
    if seen.suspended_at is not None:
        yield Diagnosis(Grade.ERROR, "installation", "is suspended", f"{seen.html_url}: Unsuspend.")
        return
    # What the app itself lacks has been said already: each fault is named once.
    held = {n: level for n, level in server.permissions.items() if enough(app.app.permissions.get(n), level)}
    events = tuple(one for one in server.events if one in app.app.events)
    asked = replace(server, permissions=held, events=events)
    faults = [
        *_permissions(seen.permissions, asked, seen.html_url),
        *_events(seen.events, asked, seen.html_url),
    ]
    yield from faults or [
        Diagnosis(Grade.FINE, "installation", f"has what the app asks for ({seen.html_url})")
    ]
    if facts.repository is None:
        yield Diagnosis(Grade.SKIPPED, "repository", "not looked at")
        return
    yield from _texts(facts)
    yield from _gate(facts, app, check_name(server.settings.app_slug))


def _texts(facts: RepositoryFacts) -> Iterator[Diagnosis]:
    if facts.configured is None:
        yield Diagnosis(Grade.SKIPPED, "configuration", "not looked at: it takes contents: read")
        return
    for one in facts.problems:
        yield Diagnosis(
            Grade.ERROR, "configuration", f"{one.path} line {one.line}: {one.message}", "Mend it there."
        )
    if not facts.problems:
        said = f"{PATH} is valid" if facts.configured else f"none ({PATH}): the defaults hold"
        yield Diagnosis(Grade.FINE, "configuration", said)
    if facts.template:
        yield Diagnosis(Grade.ERROR, "template", facts.template, "Mend it on the default branch.")
    elif not facts.problems:
        yield Diagnosis(Grade.FINE, "template", "can be used")


def _required(
    repository: RepositorySeen, rules: BranchRules, app: AppSeen, check: str
) -> Iterator[Diagnosis]:
    """Judge whether the branch requires the check, of this name and from this app."""
    settings = f"{repository.html_url}/settings/rules"
    branch = repository.default_branch
    sources = [source for context, source in rules.required if context == check]
    former = next((name for name, source in rules.required if source == app.id and name != check), None)
    if former is not None:
        yield Diagnosis(
            Grade.ERROR,
            "required check",
            f"{former} is required on {branch} from this app, which writes {check}: what {former} once said "
            "stands on commits that are there, and never comes on new ones",
            f"{settings}: require {check}, source {app.slug}, in the place of {former}.",
        )
    elif not sources:
        yield Diagnosis(
            Grade.ERROR,
            "required check",
            f"{check} is not required on {branch}: nothing holds the merge",
            f"{settings}: a branch ruleset, Require status checks to pass, {check}, source {app.slug}.",
        )
    elif app.id not in sources:
        said = "is required from any source" if None in sources else "is required from another app"
        yield Diagnosis(
            Grade.ERROR,
            "pinned check",
            f"{check} {said}: a workflow could report it",
            f"{settings}: set the source of {check} to {app.slug}.",
        )
    else:
        yield Diagnosis(Grade.FINE, "required check", f"{check} is required on {branch}, from this app alone")


def _gate(facts: RepositoryFacts, app: AppFacts, check: str) -> Iterator[Diagnosis]:
    repository, rules = facts.repository, facts.rules
    if repository is None or rules is None:
        return
    yield from _required(repository, rules, app.app, check)
    if rules.dismiss_stale or rules.last_push:
        yield Diagnosis(
            Grade.NOTE,
            "stale reviews",
            "the branch's own rules dismiss approvals on a push or want the last push approved: they ask "
            "people again even where the signatures here stand",
        )
    if facts.admins:
        names = ", ".join(facts.admins[:10]) + (" and others" if len(facts.admins) > 10 else "")  # noqa: PLR2004 - a line
        yield Diagnosis(Grade.NOTE, "override", f"these admins could override or bypass the gate: {names}")
    if repository.archived:
        yield Diagnosis(Grade.NOTE, "repository", "is archived: nothing can be written there")
