"""compose.yaml and Dockerfile say what there is: services, commands, settings, files; checked where nothing can be started too."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tahqiq.cli import cli
from tahqiq.settings import TABLE

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
OF_A_SERVICE = {
    "image", "build", "command", "environment", "volumes", "ports", "depends_on", "healthcheck", "restart", "read_only", "tmpfs",
    "security_opt", "cap_drop",
}  # fmt: skip


def test_every_service_has_only_what_compose_knows_and_depends_on_services_that_are() -> None:
    services = COMPOSE["services"]
    assert set(COMPOSE) == {"services", "volumes"} and set(services) == {"database", "desk", "worker"}
    for name, service in services.items():
        assert set(service) <= OF_A_SERVICE, name
        assert set(service.get("depends_on", {})) <= set(services) - {name}
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other]
        for volume in service.get("volumes", ()):
            source, target = volume.split(":")[:2]
            assert target.startswith("/") and (source in COMPOSE["volumes"] or source.startswith("./")), volume


@pytest.mark.parametrize("name", ["desk", "worker"])
def test_the_desk_and_the_worker_run_commands_and_settings_that_there_are(name: str) -> None:
    service = COMPOSE["services"][name]
    command, *given = service["command"]
    options = {option for one in cli.commands[command].params for option in one.opts}
    assert {word for word in given if word.startswith("--")} <= options
    assert set(service["environment"]) <= {row.variable for row in TABLE}


def test_nothing_is_reached_from_elsewhere_and_no_password_stands_in_the_file() -> None:
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable or "tahqiq:" in str(value):
                assert "${TAHQIQ_DB_PASSWORD:?" in value
    assert "ports" not in COMPOSE["services"]["database"]


def test_the_image_installs_what_is_hashed_and_runs_as_nobody_in_particular() -> None:
    installs = re.findall(r"pip install ([^\n&]*)", DOCKERFILE)
    assert installs and all("--require-hashes" in one or "--no-deps" in one for one in installs)
    for name in re.findall(r"-r (\S+)", DOCKERFILE):
        lines = (ROOT / name).read_text("utf-8")
        pinned = re.findall(r"(?m)^\S+==", lines)
        assert pinned and len(re.findall(r"(?m)^\S+==\S+.*\\\n    --hash=", lines)) == len(pinned)
    for sources in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", DOCKERFILE):
        assert all((ROOT / source).exists() for source in sources.split()), sources
    assert DOCKERFILE.rindex("USER tahqiq") < DOCKERFILE.index("ENTRYPOINT")


def test_postgres_requirements_are_those_of_the_program_and_its_driver() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"(?m)^(\S+==[^\s;\\]+)", (ROOT / "requirements" / name).read_text("utf-8")))

    more = pins("postgres.txt") - pins("run.txt")
    assert pins("run.txt") <= pins("postgres.txt") and more <= pins("dev.txt")
    assert {one.split("==")[0] for one in more} >= {"psycopg", "psycopg-binary"}


def test_compose_takes_the_file_where_it_is_there() -> None:
    program = shutil.which("docker")
    if program is None or subprocess.run([program, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed")
    command = [program, "compose", "-f", str(ROOT / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin", "TAHQIQ_DB_PASSWORD": "x"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
