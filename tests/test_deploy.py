"""What is shipped for deploying it: read back, held against the tools that there are, run where it can be."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from bot.settings import read_settings
from tests.keys import rsa_pem

ROOT = Path(__file__).parents[1]
UNIT = (ROOT / "deploy" / "tdd-bot@.service").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
KUBERNETES: list[dict[str, Any]] = list(
    yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8"))
)


SCHEMAS = ROOT / ".official" / "kubernetes"


def _environment(tmp_path: Path) -> dict[str, str]:
    return {"APP_ID": "1", "PRIVATE_KEY": rsa_pem(), "WEBHOOK_SECRET": "s", "TDD_BOT_HOME": str(tmp_path)}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_the_unit_is_one_that_systemd_takes_and_calls_safe(tmp_path: Path) -> None:
    unit = tmp_path / "tdd-bot@3000.service"
    unit.write_text(UNIT.replace("/opt/tdd-bot/current/bin/tdd-bot", "/bin/true"), encoding="utf-8")

    verified = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    exposed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (verified.returncode, verified.stderr) == (0, "")
    assert exposed.returncode == 0, exposed.stdout


def test_the_image_is_made_of_hashed_parts_and_does_not_run_as_root() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert copied
    assert all((ROOT / one).exists() and f"!{one}" in kept for one in copied)
    assert "--require-hashes" in DOCKERFILE
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001"]


def test_the_images_settings_are_ones_that_the_server_reads(tmp_path: Path) -> None:
    (line,) = re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)
    variables = dict(pair.split("=", 1) for pair in line.split())

    settings = read_settings({**_environment(tmp_path), **variables})

    assert (settings.host, settings.port) == ("0.0.0.0", 3000)  # noqa: S104 - read, not bound
    assert settings.home == Path("/var/lib/tdd-bot")


def test_what_the_image_holds_is_enough_to_start(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "app" / "bot", ignore=shutil.ignore_patterns("__pycache__"))

    ran = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "app"), "TDD_BOT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    # Without settings it says which: everything that it imports is there.
    assert ran.returncode == 2
    assert "APP_ID: is missing" in ran.stderr


def test_pods_are_drained_longer_than_the_server_needs(tmp_path: Path) -> None:
    (deployment,) = (one for one in KUBERNETES if one["kind"] == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][-1])
    drain = read_settings(_environment(tmp_path)).drain.total_seconds()

    assert pod["terminationGracePeriodSeconds"] > pause + drain
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def _schema(release: Path, kind: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((release / f"{kind}.json").read_text(encoding="utf-8"))


def _faults(release: Path, manifest: dict[str, Any]) -> list[str]:
    group, _, version = manifest["apiVersion"].rpartition("/")
    parts = [manifest["kind"].lower(), *([group] if group else []), version]
    definitions = Resource.from_contents(_schema(release, "_definitions"), default_specification=DRAFT202012)
    registry = Registry().with_resource("/api/_definitions.json", definitions)
    validator = Draft202012Validator(_schema(release, "-".join(parts)), registry=registry)
    return [f"{list(one.absolute_path)}: {one.message}" for one in validator.iter_errors(manifest)]


@pytest.mark.skipif(
    not SCHEMAS.exists(), reason="no schemas of Kubernetes here; .ci/fetch-kubernetes fetches them"
)
@pytest.mark.parametrize("manifest", KUBERNETES, ids=lambda one: one["kind"])
@pytest.mark.parametrize("release", ["v1.25.0", "v1.37.0"])
def test_the_manifests_are_what_kubernetes_takes(release: str, manifest: dict[str, Any]) -> None:
    """Of the oldest and of the newest release that the package of schemas has; unknown keys are faults."""
    assert _faults(SCHEMAS / release, manifest) == []

    spec = {**manifest["spec"], "replicsa": 2}
    assert _faults(SCHEMAS / release, {**manifest, "spec": spec}) != []


def test_pods_are_probed_where_the_server_answers_and_found_by_their_service() -> None:
    by_kind = {one["kind"]: one for one in KUBERNETES}
    pod = by_kind["Deployment"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]

    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert by_kind["Service"]["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert f"runAsUser: {re.findall('^USER (.*)', DOCKERFILE, re.MULTILINE)[0]}" in (
        ROOT / "deploy" / "kubernetes.yaml"
    ).read_text(encoding="utf-8")
