"""The environment is outside data: checked, typed, reported as a whole, and never echoed."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.settings import (
    LogFormat,
    LogLevel,
    SettingsError,
    read_database_url,
    read_settings,
)
from bot.settings.addresses import graphql_url_of, server_url_of
from tests.keys import rsa_pem


@pytest.fixture
def pem() -> str:
    return rsa_pem()


@pytest.fixture
def environ(pem: str, tmp_path: Path) -> dict[str, str]:
    return {
        "APP_ID": "42",
        "PRIVATE_KEY": pem,
        "WEBHOOK_SECRET": "one-secret",
        "TDD_BOT_HOME": str(tmp_path),
    }


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://api.github.com", False),
        ("https://api.acme.ghe.com", False),
        ("https://ghe.example.org/api/v3", True),
    ],
)
def test_an_enterprise_server_is_known_by_its_address(
    environ: dict[str, str], url: str, server: bool
) -> None:
    settings = read_settings({**environ, "GITHUB_API_URL": url})

    assert settings.enterprise_server is server
    # There, creating is not limited until its administrator says so.
    assert settings.creation_limits is not server


def test_the_operators_commands_need_the_databases_address_alone(tmp_path: Path) -> None:
    assert read_database_url({"TDD_BOT_HOME": str(tmp_path)}) == f"sqlite:///{tmp_path / 'tdd-bot.sqlite'}"
    assert read_database_url({"DATABASE_URL": "postgres://host/x", "PORT": "no"}) == "postgresql://host/x"


def _faults(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return {fault.variable: fault.what for fault in caught.value.faults}


def test_the_least_environment_gives_the_documented_defaults(environ: dict[str, str], tmp_path: Path) -> None:
    settings = read_settings(environ)

    assert (settings.app_id, settings.client_id) == (42, None)
    assert settings.webhook_secrets == ("one-secret",)
    assert settings.api_url == "https://api.github.com"
    assert settings.graphql_url == "https://api.github.com/graphql"
    assert settings.server_url == "https://github.com"
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert settings.webhook_path == "/api/github/webhooks"
    assert settings.database_url == f"sqlite:///{tmp_path}/tdd-bot.sqlite"
    assert settings.public_url is None
    assert (settings.worker_slots, settings.poll_seconds) == (16, 0.1)
    assert (settings.log_level, settings.log_format) == (LogLevel.INFO, LogFormat.JSON)


def test_a_variable_set_to_nothing_counts_as_not_set(environ: dict[str, str]) -> None:
    settings = read_settings({**environ, "PORT": "", "CLIENT_ID": " ", "DATABASE_URL": ""})

    assert settings.port == 3000
    assert settings.client_id is None
    assert settings.database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    "form",
    [
        lambda pem: pem,
        lambda pem: pem.replace("\n", "\\n"),
        lambda pem: base64.b64encode(pem.encode()).decode(),
        lambda pem: base64.encodebytes(pem.encode()).decode(),
    ],
    ids=["plain", "backslash-n", "base64", "base64-in-lines"],
)
def test_the_private_key_may_come_in_every_documented_form(
    environ: dict[str, str], pem: str, form: Callable[[str], str]
) -> None:
    assert read_settings({**environ, "PRIVATE_KEY": form(pem)}).private_key == pem


def test_the_private_key_may_come_from_a_file(environ: dict[str, str], pem: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(pem)
    del environ["PRIVATE_KEY"]

    assert read_settings({**environ, "PRIVATE_KEY_PATH": str(file)}).private_key == pem


def test_several_secrets_are_accepted_while_one_is_replaced(environ: dict[str, str]) -> None:
    assert read_settings({**environ, "WEBHOOK_SECRET": "new, old"}).webhook_secrets == ("new", "old")


@pytest.mark.parametrize("value", ["new,,old", "new,", ","])
def test_an_empty_secret_in_the_list_is_refused(environ: dict[str, str], value: str) -> None:
    assert "empty secret" in _faults({**environ, "WEBHOOK_SECRET": value})["WEBHOOK_SECRET"]


@pytest.mark.parametrize(
    ("given", "name"), [("", "tdd-bot"), ("acme-designs", "acme-designs"), (" Acme_2 ", "acme_2")]
)
def test_an_app_may_carry_a_name_of_its_own(environ: dict[str, str], given: str, name: str) -> None:
    assert read_settings({**environ, "APP_SLUG": given}).app_slug == name


def test_all_faults_are_reported_together_each_with_an_example(pem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"PRIVATE_KEY": pem, "PORT": "http", "WORKER_SLOTS": "0", "LOG_FORMAT": "xml"})

    assert {fault.variable for fault in caught.value.faults} == {
        "APP_ID",
        "WEBHOOK_SECRET",
        "PORT",
        "WORKER_SLOTS",
        "LOG_FORMAT",
    }
    assert all(fault.example for fault in caught.value.faults)
    assert str(caught.value).count("\n") == 4


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("APP_ID", "-1"),
        ("APP_ID", "my-app"),
        ("CLIENT_ID", "a b"),
        ("APP_SLUG", "hunter2 --> @acme/everyone"),
        ("APP_SLUG", "hunter2:checklist"),
        ("APP_SLUG", "hunter2--staging"),
        ("APP_SLUG", "hunter2-"),
        ("APP_SLUG", "hünter2"),
        ("APP_SLUG", f"hunter2{'x' * 60}"),
        ("APP_SLUG", "hunter2\nfoo"),
        ("PRIVATE_KEY", "hunter2"),
        ("PRIVATE_KEY", base64.b64encode(b"hunter2").decode()),
        ("PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----\\nhunter2\\n-----END RSA PRIVATE KEY-----"),
        ("GITHUB_API_URL", "ftp://hunter2"),
        ("GITHUB_API_URL", "https://someone:hunter2@github.example.org"),
        ("GITHUB_GRAPHQL_URL", "github.example.org"),
        ("HOST", "a b"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://root:hunter2@localhost/x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("WEBHOOK_PATH", "webhooks"),
        ("PUBLIC_URL", "https://tdd.example.org/?q=1"),
        ("CLIENT_SECRET", "hunter2 with spaces"),
        ("SESSION_SECRET", "hunter2"),
        ("SESSION_SECRET", f"{'x' * 32},hunter2"),
        ("OPERATORS", "alice,,bob"),
        ("OPERATORS", "acme/hunter2/b"),
        ("POLL_SECONDS", "nan"),
        ("POLL_SECONDS", "0"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_a_fault_of_its_variable_and_is_not_echoed(
    environ: dict[str, str], variable: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({**environ, variable: value})

    assert [fault.variable for fault in caught.value.faults] == [variable]
    assert "hunter2" not in str(caught.value)


def test_a_key_of_another_kind_is_refused(environ: dict[str, str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    other = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    assert "RSA" in _faults({**environ, "PRIVATE_KEY": other})["PRIVATE_KEY"]


def test_two_private_keys_are_one_too_many(environ: dict[str, str]) -> None:
    assert "keep one" in _faults({**environ, "PRIVATE_KEY_PATH": "/nowhere"})["PRIVATE_KEY"]


def test_a_key_file_that_is_not_there_is_named_as_such(environ: dict[str, str], tmp_path: Path) -> None:
    del environ["PRIVATE_KEY"]

    faults = _faults({**environ, "PRIVATE_KEY_PATH": str(tmp_path / "missing.pem")})

    assert faults["PRIVATE_KEY_PATH"] == "cannot be read: No such file or directory"


def test_a_key_file_with_something_else_is_refused(environ: dict[str, str], tmp_path: Path) -> None:
    del environ["PRIVATE_KEY"]
    file = tmp_path / "key.pem"
    file.write_bytes(b"\xff\x00" * 100_000)

    assert "RSA private key" in _faults({**environ, "PRIVATE_KEY_PATH": str(file)})["PRIVATE_KEY_PATH"]


def test_settings_printed_by_accident_show_no_secret(environ: dict[str, str]) -> None:
    shown = repr(read_settings({**environ, "DATABASE_URL": "postgres://bot:hunter2@db/tdd"}))

    assert "hunter2" not in shown
    assert "one-secret" not in shown
    assert "PRIVATE KEY" not in shown


def test_both_names_of_postgresql_are_understood(environ: dict[str, str]) -> None:
    assert (
        read_settings({**environ, "DATABASE_URL": "postgres://db/tdd"}).database_url == "postgresql://db/tdd"
    )


@pytest.mark.parametrize(
    ("api", "graphql", "server"),
    [
        ("https://api.github.com", "https://api.github.com/graphql", "https://github.com"),
        ("https://ghe.example.org/api/v3", "https://ghe.example.org/api/graphql", "https://ghe.example.org"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql", "https://acme.ghe.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/graphql", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080/api/graphql", "http://127.0.0.1:8080"),
    ],
)
def test_the_other_addresses_follow_from_the_rest_address(api: str, graphql: str, server: str) -> None:
    assert graphql_url_of(api) == graphql
    assert server_url_of(api) == server


def test_a_public_address_needs_what_people_sign_in_with(environ: dict[str, str]) -> None:
    public = {**environ, "PUBLIC_URL": "https://tdd.example.org"}

    assert set(_faults(public)) == {"CLIENT_ID", "CLIENT_SECRET", "SESSION_SECRET"}
    assert set(_faults({**public, "CLIENT_ID": "Iv1", "SESSION_SECRET": "short"})) == {
        "CLIENT_SECRET",
        "SESSION_SECRET",
    }


def test_sessions_have_several_secrets_and_operators_are_logins_and_teams(environ: dict[str, str]) -> None:
    settings = read_settings(
        {
            **environ,
            "PUBLIC_URL": "https://tdd.example.org/",
            "CLIENT_ID": "Iv1",
            "CLIENT_SECRET": "hunter2",
            "SESSION_SECRET": f"{'n' * 32},{'o' * 40}",
            "OPERATORS": "Alice, @Acme/Platform-Team",
        }
    )

    assert settings.public_url == "https://tdd.example.org"
    assert settings.session_secrets == ("n" * 32, "o" * 40)
    assert settings.operators == ("alice", "acme/platform-team")
    assert "hunter2" not in repr(settings)
    assert "nnnn" not in repr(settings)
