"""The environment as one frozen value: read once at start, passed down, never read again."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import SplitResult, urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.core.model import USUAL_NAME
from bot.core.render.marks import LONGEST_SLUG, SLUG

_KEY_FILE_CAP = 65_536
"""Bytes of a private key's file that are read at most: a real one has under 4,000."""


_LEAST_SESSION_SECRET = 32
_OPERATOR = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(?:/[a-z0-9][a-z0-9_.-]{0,99})?")


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
        return _is_enterprise_server(self.api_url)


def _is_enterprise_server(api_url: str) -> bool:
    return urlsplit(api_url).path.endswith("/api/v3")


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address beginning with https:// (or http://)")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("must be a plain address without user, query or fragment")
    return value.rstrip("/")


def _path(value: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]{1,200}", value):
        raise ValueError("must begin with / and hold letters, digits and . _ ~ - / only")
    return value


def _secrets(value: object) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in str(value).split(","))
    if not all(secrets):
        raise ValueError("must not hold an empty secret: anyone could sign with it")
    return secrets


def _session_secrets(value: object) -> tuple[str, ...]:
    secrets = _secrets(value)
    if any(len(secret) < _LEAST_SESSION_SECRET for secret in secrets):
        raise ValueError(f"must have at least {_LEAST_SESSION_SECRET} characters: it encrypts sessions")
    return secrets


def _operators(value: object) -> tuple[str, ...]:
    names = tuple(part.strip().removeprefix("@").lower() for part in str(value).split(","))
    if not all(_OPERATOR.fullmatch(name) for name in names):
        raise ValueError("must be logins and teams, such as alice,@acme/platform")
    return names


def _pem(value: str) -> str:
    text = value.replace("\\n", "\n").strip()
    if not text.startswith("-----BEGIN"):
        try:
            text = base64.b64decode("".join(text.split()), validate=True).decode("ascii").strip()
        except (binascii.Error, UnicodeDecodeError):
            text = ""
    try:
        key = load_pem_private_key(text.encode("ascii"), password=None)
    except (ValueError, TypeError, UnicodeEncodeError):
        # The library's own message may quote the text: it is left out.
        raise ValueError("is not a private key in PEM form, plain, with \\n or in base64") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("is not an RSA key: GitHub accepts no other")  # noqa: TRY004 - a value is wrong, not a type
    return text + "\n"


def _database(value: str) -> str:
    scheme, colon, rest = value.partition("://")
    if not colon:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if scheme == "sqlite":
        if not rest.startswith("/") or rest in {"/", "/:memory:"} or rest.startswith("/file:"):
            raise ValueError("must name a file: what is kept in memory does not survive a restart")
        return value
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql://{rest}"
    raise ValueError("must begin with sqlite:/// or postgresql://")


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


_Url = Annotated[str, AfterValidator(_url)]


class _Environment(BaseModel):
    """The variables as they are named outside; ``examples`` are what a fault shows."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    APP_ID: int | None = Field(default=None, gt=0, lt=2**53, examples=["123456"])
    CLIENT_ID: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]{1,100}$", examples=["Iv23liABC"])
    APP_SLUG: Annotated[str, BeforeValidator(_lower)] = Field(
        default=USUAL_NAME, pattern=rf"^{SLUG}$", max_length=LONGEST_SLUG, examples=["tdd-bot-staging"]
    )
    PRIVATE_KEY: Annotated[str, AfterValidator(_pem)] | None = Field(
        default=None, examples=["-----BEGIN RSA PRIVATE KEY-----\\n...\\n-----END RSA PRIVATE KEY-----"]
    )
    PRIVATE_KEY_PATH: Path | None = Field(default=None, examples=["/run/secrets/tdd-bot.pem"])
    WEBHOOK_SECRET: Annotated[tuple[str, ...], BeforeValidator(_secrets)] = Field(
        default=(), examples=["the secret of the app's webhook; two while it is replaced: new,old"]
    )
    GITHUB_API_URL: _Url = Field(default="https://api.github.com", examples=["https://HOST/api/v3"])
    GITHUB_GRAPHQL_URL: _Url | None = Field(default=None, examples=["https://HOST/api/graphql"])
    GITHUB_SERVER_URL: _Url | None = Field(default=None, examples=["https://HOST"])
    HOST: str = Field(default="127.0.0.1", pattern=r"^[A-Za-z0-9.:_-]{1,253}$", examples=["127.0.0.1"])
    PORT: int = Field(default=3000, ge=0, le=65_535, examples=["3000"])
    TDD_BOT_HOME: Path = Field(default=Path("~/.tdd-bot"), examples=["/var/lib/tdd-bot"])
    DATABASE_URL: Annotated[str, AfterValidator(_database)] | None = Field(
        default=None, examples=["postgresql://USER:PASSWORD@HOST/DATABASE"]
    )
    WEBHOOK_PATH: Annotated[str, AfterValidator(_path)] = Field(
        default="/api/github/webhooks", examples=["/api/github/webhooks"]
    )
    WEBHOOK_PROXY_URL: _Url | None = Field(default=None, examples=["https://smee.io/CHANNEL"])
    METRICS_TOKEN: str | None = Field(
        default=None,
        pattern=r"^[!-~]{16,500}$",
        examples=["16 to 500 letters, digits and signs, no space"],
    )
    PUBLIC_URL: _Url | None = Field(default=None, examples=["https://tdd.example.org"])
    CLIENT_SECRET: str | None = Field(
        default=None, pattern=r"^[!-~]{1,200}$", examples=["the app's client secret, 40 characters"]
    )
    SESSION_SECRET: Annotated[tuple[str, ...], BeforeValidator(_session_secrets)] = Field(
        default=(), examples=["32 or more random characters; two while it is replaced: new,old"]
    )
    OPERATORS: Annotated[tuple[str, ...], BeforeValidator(_operators)] = Field(
        default=(), examples=["alice,@acme/platform"]
    )
    WORKER_SLOTS: int = Field(default=16, ge=1, le=256, examples=["16"])
    POLL_SECONDS: float = Field(default=0.1, ge=0.05, le=60, allow_inf_nan=False, examples=["0.1"])
    SWEEP_SECONDS: int = Field(default=300, ge=0, le=86_400, examples=["300; 0 switches it off"])
    OTEL_EXPORTER_OTLP_ENDPOINT: _Url | None = Field(default=None, examples=["http://localhost:4318"])
    ONBOARDING: bool = Field(default=False, examples=["true: needs contents: write, see setup --onboard"])
    AUDIT_DAYS: int = Field(default=730, ge=1, le=36_500, examples=["730"])
    LOG_LEVEL: Annotated[LogLevel, BeforeValidator(_lower)] = Field(default=LogLevel.INFO, examples=["info"])
    LOG_FORMAT: Annotated[LogFormat, BeforeValidator(_lower)] = Field(
        default=LogFormat.JSON, examples=["json"]
    )

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> tuple[Self | None, list[Fault]]:
        """Return what could be read, and the faults of single variables. Empty counts as not set."""
        given = {name: environ[name] for name in cls.model_fields if environ.get(name, "").strip()}
        try:
            return cls.model_validate(given), []
        except ValidationError as error:
            faults = [cls.fault(str(item["loc"][0]), item["msg"]) for item in error.errors()]
        good = {name: value for name, value in given.items() if name not in {f.variable for f in faults}}
        return cls.model_validate(good), faults

    @classmethod
    def fault(cls, variable: str, what: str) -> Fault:
        """Name what is wrong with a variable, beside its example."""
        examples = cls.model_fields[variable].examples or [""]
        text = what.removeprefix("Value error, ")
        return Fault(variable, text[0].lower() + text[1:], str(examples[0]))


def read_settings(environ: Mapping[str, str], *, serves: bool = True) -> Settings:
    """Read the server's settings; what only looks (``serves`` is false) needs no webhook's secret.

    Raises:
        SettingsError: holding every fault found, none of them with a value.
    """
    given, faults = _Environment.read(environ)
    faulty = {fault.variable for fault in faults}
    if given is None:  # pragma: no cover - what is good is always read
        raise SettingsError(tuple(faults))
    if given.APP_ID is None and given.CLIENT_ID is None and not faulty & {"APP_ID", "CLIENT_ID"}:
        faults.append(_Environment.fault("APP_ID", "is missing; CLIENT_ID would do as well"))
    if serves and not given.WEBHOOK_SECRET and "WEBHOOK_SECRET" not in faulty:
        faults.append(_Environment.fault("WEBHOOK_SECRET", "is missing: anyone could forge webhooks"))
    if serves and given.PUBLIC_URL:
        faults += _pages_faults(given, faulty)
    key = ""
    if not faulty & {"PRIVATE_KEY", "PRIVATE_KEY_PATH"}:
        key = _private_key(given, faults)
    if faults:
        raise SettingsError(tuple(faults))
    home = _home(given)
    return Settings(
        app_id=given.APP_ID,
        app_slug=given.APP_SLUG,
        client_id=given.CLIENT_ID,
        private_key=key,
        webhook_secrets=given.WEBHOOK_SECRET,
        api_url=given.GITHUB_API_URL,
        graphql_url=given.GITHUB_GRAPHQL_URL or graphql_url_of(given.GITHUB_API_URL),
        server_url=given.GITHUB_SERVER_URL or server_url_of(given.GITHUB_API_URL),
        host=given.HOST,
        port=given.PORT,
        home=home,
        database_url=given.DATABASE_URL or _embedded(home),
        webhook_path=given.WEBHOOK_PATH,
        proxy_url=given.WEBHOOK_PROXY_URL,
        public_url=given.PUBLIC_URL,
        worker_slots=given.WORKER_SLOTS,
        poll_seconds=given.POLL_SECONDS,
        log_level=given.LOG_LEVEL,
        log_format=given.LOG_FORMAT,
        sweep=timedelta(seconds=given.SWEEP_SECONDS),
        traces_url=given.OTEL_EXPORTER_OTLP_ENDPOINT,
        onboarding=given.ONBOARDING,
        audit_kept=timedelta(days=given.AUDIT_DAYS),
        metrics_token=given.METRICS_TOKEN,
        client_secret=given.CLIENT_SECRET,
        session_secrets=given.SESSION_SECRET,
        operators=given.OPERATORS,
        creation_limits=not _is_enterprise_server(given.GITHUB_API_URL),
    )


def read_database_url(environ: Mapping[str, str]) -> str:
    """Read where the server's database is: all that an operator's command needs to know.

    Raises:
        SettingsError: one of the two variables that say it is wrong.
    """
    given, faults = _Environment.read(environ)
    faults = [fault for fault in faults if fault.variable in {"DATABASE_URL", "TDD_BOT_HOME"}]
    if faults or given is None:
        raise SettingsError(tuple(faults))
    return given.DATABASE_URL or _embedded(_home(given))


def _home(given: _Environment) -> Path:
    return given.TDD_BOT_HOME.expanduser().absolute()


def _embedded(home: Path) -> str:
    return f"sqlite:///{home / 'tdd-bot.sqlite'}"


def _pages_faults(given: _Environment, faulty: set[str]) -> list[Fault]:
    """Name what is missing for the pages: they are shown to nobody who has not signed in."""
    wanted = {
        "CLIENT_ID": (
            given.CLIENT_ID,
            "is missing: PUBLIC_URL is set, and people sign in through it",
        ),
        "CLIENT_SECRET": (given.CLIENT_SECRET, "is missing: PUBLIC_URL is set, and people sign in with it"),
        "SESSION_SECRET": (given.SESSION_SECRET, "is missing: PUBLIC_URL is set, and sessions are encrypted"),
    }
    return [
        _Environment.fault(variable, what)
        for variable, (value, what) in wanted.items()
        if not value and variable not in faulty
    ]


def _private_key(given: _Environment, faults: list[Fault]) -> str:
    """Return the key from the variable or from the file; append a fault where neither or both are there."""
    if given.PRIVATE_KEY is not None and given.PRIVATE_KEY_PATH is not None:
        faults.append(_Environment.fault("PRIVATE_KEY", "is set beside PRIVATE_KEY_PATH: keep one"))
        return ""
    if given.PRIVATE_KEY is not None:
        return given.PRIVATE_KEY
    if given.PRIVATE_KEY_PATH is None:
        faults.append(_Environment.fault("PRIVATE_KEY", "is missing; PRIVATE_KEY_PATH would do as well"))
        return ""
    try:
        with given.PRIVATE_KEY_PATH.expanduser().open("rb") as file:
            return _pem(file.read(_KEY_FILE_CAP).decode("ascii"))
    except OSError as error:
        faults.append(_Environment.fault("PRIVATE_KEY_PATH", f"cannot be read: {error.strerror}"))
    except ValueError:
        faults.append(_Environment.fault("PRIVATE_KEY_PATH", "holds no RSA private key in PEM form"))
    return ""


def graphql_url_of(api_url: str) -> str:
    """Return the GraphQL address beside a REST address.

    ``/api/v3`` of GitHub Enterprise Server has it at ``/api/graphql``, everything else below the REST address
    (docs.github.com, graphql/guides/forming-calls-with-graphql).
    """
    parts = urlsplit(api_url)
    base = parts.path.removesuffix("/v3") if parts.path.endswith("/api/v3") else parts.path
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, f"{base}/graphql", "", ""))


def api_url_of(server_url: str) -> str:
    """Return the REST address of what people open in a browser: the other way round of ``server_url_of``.

    github.com and GHE.com have it at a host of its own, GitHub Enterprise Server below ``/api/v3``
    (docs.github.com, rest/using-the-rest-api/getting-started-with-the-rest-api).
    """
    parts = urlsplit(server_url)
    if parts.netloc == "github.com" or parts.netloc.endswith(".ghe.com"):
        return urlunsplit(SplitResult(parts.scheme, f"api.{parts.netloc}", "", "", ""))
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, "/api/v3", "", ""))


def server_url_of(api_url: str) -> str:
    """Return the address that people open in a browser: ``api.HOST`` belongs to ``HOST``."""
    parts = urlsplit(api_url)
    path = parts.path.removesuffix("/api/v3")
    return urlunsplit(SplitResult(parts.scheme, parts.netloc.removeprefix("api."), path, "", ""))
