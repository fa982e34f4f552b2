"""The variables of the environment as they are named outside, each checked and turned into what it means."""

import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.core.model import USUAL_NAME
from bot.core.render.marks import LONGEST_SLUG, SLUG
from bot.settings.values import Fault, LogFormat, LogLevel

_LEAST_SESSION_SECRET = 32
_OPERATOR = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(?:/[a-z0-9][a-z0-9_.-]{0,99})?")


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


def pem(value: str) -> str:
    """Return an RSA key as PEM, from PEM or from base64 of it.

    Raises:
        ValueError: it is none; the message never quotes it.
    """
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


class Environment(BaseModel):
    """The variables as they are named outside; ``examples`` are what a fault shows."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    APP_ID: int | None = Field(default=None, gt=0, lt=2**53, examples=["123456"])
    CLIENT_ID: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]{1,100}$", examples=["Iv23liABC"])
    APP_SLUG: Annotated[str, BeforeValidator(_lower)] = Field(
        default=USUAL_NAME, pattern=rf"^{SLUG}$", max_length=LONGEST_SLUG, examples=["tdd-bot-staging"]
    )
    PRIVATE_KEY: Annotated[str, AfterValidator(pem)] | None = Field(
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
