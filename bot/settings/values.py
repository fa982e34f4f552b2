"""What a server is told before it starts, as one frozen value, and how a fault in it is named."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from bot.core.model import USUAL_NAME
from bot.settings.addresses import is_enterprise_server


class LogLevel(StrEnum):
    """From which importance on a line is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a log line is written."""

    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one variable. Never holds its value: it may be a secret."""

    variable: str
    what: str
    example: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.what} (for example: {self.example})"


class SettingsError(Exception):
    """The environment does not describe a server; every fault is in it, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """How this server runs. Secrets are kept out of its ``repr``."""

    app_id: int | None
    client_id: str | None
    """At least one of the two is there; GitHub recommends the client id."""
    private_key: str = field(repr=False)
    """PEM of an RSA key."""
    webhook_secrets: tuple[str, ...] = field(repr=False)
    """All are accepted, so that a secret can be replaced without a gap; never empty."""
    api_url: str
    graphql_url: str
    server_url: str
    host: str
    port: int
    """0 lets the system choose."""
    home: Path
    database_url: str = field(repr=False)
    """``sqlite:///FILE`` or ``postgresql://...``; it may hold a password."""
    webhook_path: str
    public_url: str | None
    worker_slots: int
    poll_seconds: float
    log_level: LogLevel
    log_format: LogFormat
    app_slug: str = USUAL_NAME
    """What its check and its comments carry, so that two apps on one repository can be told apart."""
    sweep: timedelta = timedelta(minutes=5)
    """Between two looks for what no webhook has told; zero: it is never looked for."""
    traces_url: str | None = None
    """Of a collector of traces, OTLP over HTTP; None: there are none."""
    audit_kept: timedelta = timedelta(days=730)
    """How long audit rows are kept."""
    client_secret: str | None = field(default=None, repr=False)
    """With it people sign in to the pages; there whenever ``public_url`` is."""
    session_secrets: tuple[str, ...] = field(default=(), repr=False)
    """Sessions are encrypted with the first one and read with all, so that it can be replaced."""
    operators: tuple[str, ...] = ()
    """Who may see how this server is: logins, and teams as ``org/team``, in lower case."""
    metrics_token: str | None = field(default=None, repr=False)
    """Who sends it may read /metrics from anywhere; None: only this machine may."""
    proxy_url: str | None = None
    """A smee channel that webhooks are taken from as well; for development."""
    creation_limits: bool = True
    """GitHub's limits on creating content are kept.

    An Enterprise Server has none until its administrator enables them; what it refuses then is waited for:
    https://docs.github.com/en/enterprise-server/admin/configuration/configuring-rate-limits
    """
    onboarding: bool = False
    """Repositories that get the app from now on are offered a pull request with a first configuration."""
    drain: timedelta = timedelta(seconds=12)
    """How long running jobs may take to finish when the server stops; it has ended three seconds later."""

    @property
    def pages_url(self) -> str | None:
        """Where the pages are; None where there are none, because nobody could reach or enter them."""
        return self.public_url if self.client_id and self.client_secret and self.session_secrets else None

    @property
    def enterprise_server(self) -> bool:
        """Whether it is GitHub Enterprise Server: only that has its API below ``/api/v3``."""
        return is_enterprise_server(self.api_url)
