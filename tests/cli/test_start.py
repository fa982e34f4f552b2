"""How the commands start: what each of the real ones loads, and what they print to whom."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot import __version__
from bot.cli.commands.documents import FORMATS
from bot.core.model.recording import record
from bot.core.render.formats import Format
from tests.builders import change, design, snapshot
from tests.keys import rsa_pem

ROOT = Path(__file__).parents[2]
HEAVY = {"aiohttp", "sqlalchemy", "dbos", "gidgethub", "graphql", "pydantic", "structlog", "typer", "rich"}
# The command runs as it does for people; what it has loaded is told when it is through.
_PROGRAM = """
import atexit, json, sys
packages = lambda: json.dumps(sorted({name.split(".")[0] for name in sys.modules}))
ours = lambda: json.dumps([name for name in sys.modules if name.startswith("bot.")])
atexit.register(lambda: print(packages(), ours(), sep=chr(10), file=sys.stderr))
from bot.__main__ import main
main()
"""


def _run(*arguments: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-2]))


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "a.md"),
        ("check", "--format", "json", "a.md"),
        ("check", "--format", "sarif", "a.md"),
        ("check", "--format", "github", "a.md"),
        ("check", "--format", "markdown", "a.md"),
        ("check", "--fix", "a.md"),
        ("fix", "a.md"),
        ("new", "--print", "A title"),
        ("rules",),
        ("rules", "--format", "json"),
        ("explain", "TDD201"),
        ("explain", "--replay", "seven.json"),
        ("index", "."),
        ("--help",),
        ("--version",),
    ],
    ids=" ".join,
)
def test_a_command_on_files_loads_no_server_no_database_and_no_validator(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.md").write_text(design("Draft"), "utf-8")
    (tmp_path / "seven.json").write_text(record(snapshot(change(design()))), "utf-8")
    done = _run(*arguments, folder=tmp_path)
    loaded = _loaded(done)
    assert not HEAVY & loaded
    assert "bot" in loaded


@pytest.mark.parametrize("command", ["explain", "simulate --as-if approve:bob"])
def test_looking_at_a_pull_request_loads_neither_the_engine_nor_the_web(tmp_path: Path, command: str) -> None:
    nowhere = {"GITHUB_API_URL": "http://127.0.0.1:9", "TDD_BOT_HOME": str(tmp_path)}
    app = {"APP_ID": "1", "PRIVATE_KEY": rsa_pem()}
    done = _run(*command.split(), "acme/shop#1", folder=tmp_path, **nowhere, **app)
    assert "No connection to GitHub" in done.stderr
    packages, modules = (set(json.loads(line)) for line in done.stderr.splitlines()[-2:])
    assert "bot.wiring.looking" in modules
    assert "dbos" not in packages
    assert not {name for name in modules if name.startswith(("bot.engine", "bot.web"))}


def test_a_server_that_waits_has_loaded_only_what_waiting_needs(tmp_path: Path) -> None:
    app = {"APP_ID": "1", "PRIVATE_KEY": rsa_pem(), "WEBHOOK_SECRET": "a secret that is long enough"}
    home = {"GITHUB_API_URL": "http://127.0.0.1:9", "TDD_BOT_HOME": str(tmp_path), "PORT": "0"}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "serve"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **app, **home},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert "listens on" in server.stdout.readline()
        server.terminate()
        _, said = server.communicate(timeout=30)
    assert server.returncode == 0, said
    packages = set(json.loads(said.splitlines()[-2]))
    assert {"dbos", "sqlalchemy", "aiohttp"} <= packages
    # The driver of the other database, what draws on terminals, "did you mean", the parser of configurations,
    # what makes pages: ten, three, three and two megabytes, and the pages'.
    assert not {"psycopg_binary", "pygments", "rapidfuzz", "ruamel", "jinja2", "nh3", "alembic"} & packages


def test_a_configuration_that_was_read_before_needs_no_validator_any_more(tmp_path: Path) -> None:
    folder = tmp_path / ".github"
    folder.mkdir()
    (folder / "tdd-bot.yml").write_text("mode: advise\nrules: {TDD204: note}\n", "utf-8")
    (tmp_path / "a.md").write_text(design("Draft"), "utf-8")
    first, second = (_loaded(_run("check", "a.md", folder=tmp_path)) for _ in range(2))
    assert "pydantic" in first
    assert not (HEAVY | {"ruamel"}) & second


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    done = _run("--version", folder=tmp_path)
    assert done.stdout == f"tdd-bot {__version__}\n"
    # What is built takes it from the same line; it is told where nothing was installed as well.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "bot/__init__.py"


def test_the_formats_of_the_command_are_those_there_are() -> None:
    assert tuple(Format) == FORMATS


@pytest.mark.parametrize("arguments", [("check", "--format", "xml"), ("chek",), ("new",), ("fix",)])
def test_a_call_that_cannot_be_is_exit_code_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = _run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert "Usage: tdd-bot" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("package", "extra", "command", "environ"),
    [
        ("graphql", "sandbox", ["demo"], {}),
        ("graphql", "sandbox", ["sandbox", "--port", "0"], {}),
        ("psycopg", "postgres", ["jobs"], {"DATABASE_URL": "postgresql://somebody@127.0.0.1:1/there"}),
    ],
)
def test_a_plain_installation_names_the_extra_that_a_command_needs(
    package: str, extra: str, command: list[str], environ: dict[str, str], tmp_path: Path
) -> None:
    # Nothing else differs from an installation without it: the import fails in the same way.
    (tmp_path / package).mkdir()
    hidden = f'raise ModuleNotFoundError("No module named {package!r}", name={package!r})'
    (tmp_path / package / "__init__.py").write_text(hidden, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == f"tdd-bot: this needs the extra {extra!r}: in a checkout, pip install '.[{extra}]'\n"
    )
