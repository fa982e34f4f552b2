"""Reads the environment: every fault is told at once, and none of a secret's value."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bot.settings.addresses import graphql_url_of, is_enterprise_server, server_url_of
from bot.settings.environment import Environment, pem
from bot.settings.values import Fault, Settings, SettingsError

_KEY_FILE_CAP = 65_536
"""Bytes of a private key's file that are read at most: a real one has under 4,000."""


def read_settings(environ: Mapping[str, str], *, serves: bool = True) -> Settings:
    """Read the server's settings; what only looks (``serves`` is false) needs no webhook's secret.

    Raises:
        SettingsError: holding every fault found, none of them with a value.
    """
    given, faults = Environment.read(environ)
    faulty = {fault.variable for fault in faults}
    if given is None:  # pragma: no cover - what is good is always read
        raise SettingsError(tuple(faults))
    if given.APP_ID is None and given.CLIENT_ID is None and not faulty & {"APP_ID", "CLIENT_ID"}:
        faults.append(Environment.fault("APP_ID", "is missing; CLIENT_ID would do as well"))
    if serves and not given.WEBHOOK_SECRET and "WEBHOOK_SECRET" not in faulty:
        faults.append(Environment.fault("WEBHOOK_SECRET", "is missing: anyone could forge webhooks"))
    if serves and given.PUBLIC_URL:
        faults += _pages_faults(given, faulty)
    key = ""
    if not faulty & {"PRIVATE_KEY", "PRIVATE_KEY_PATH"}:
        key = _private_key(given, faults)
    if faults:
        raise SettingsError(tuple(faults))
    return _settings(given, key)


def _settings(given: Environment, key: str) -> Settings:
    """Return what the variables mean together."""
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
        creation_limits=not is_enterprise_server(given.GITHUB_API_URL),
    )


def read_database_url(environ: Mapping[str, str]) -> str:
    """Read where the server's database is: all that an operator's command needs to know.

    Raises:
        SettingsError: one of the two variables that say it is wrong.
    """
    given, faults = Environment.read(environ)
    faults = [fault for fault in faults if fault.variable in {"DATABASE_URL", "TDD_BOT_HOME"}]
    if faults or given is None:
        raise SettingsError(tuple(faults))
    return given.DATABASE_URL or _embedded(_home(given))


def _home(given: Environment) -> Path:
    return given.TDD_BOT_HOME.expanduser().absolute()


def _embedded(home: Path) -> str:
    return f"sqlite:///{home / 'tdd-bot.sqlite'}"


def _pages_faults(given: Environment, faulty: set[str]) -> list[Fault]:
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
        Environment.fault(variable, what)
        for variable, (value, what) in wanted.items()
        if not value and variable not in faulty
    ]


def _private_key(given: Environment, faults: list[Fault]) -> str:
    """Return the key from the variable or from the file; append a fault where neither or both are there."""
    if given.PRIVATE_KEY is not None and given.PRIVATE_KEY_PATH is not None:
        faults.append(Environment.fault("PRIVATE_KEY", "is set beside PRIVATE_KEY_PATH: keep one"))
        return ""
    if given.PRIVATE_KEY is not None:
        return given.PRIVATE_KEY
    if given.PRIVATE_KEY_PATH is None:
        faults.append(Environment.fault("PRIVATE_KEY", "is missing; PRIVATE_KEY_PATH would do as well"))
        return ""
    try:
        with given.PRIVATE_KEY_PATH.expanduser().open("rb") as file:
            return pem(file.read(_KEY_FILE_CAP).decode("ascii"))
    except OSError as error:
        faults.append(Environment.fault("PRIVATE_KEY_PATH", f"cannot be read: {error.strerror}"))
    except ValueError:
        faults.append(Environment.fault("PRIVATE_KEY_PATH", "holds no RSA private key in PEM form"))
    return ""
