"""What `deploy/`, `Dockerfile` and `compose.yaml` ship is right by the tools that will read it."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml
from django.core.management import get_commands

from newsroom.import_files import LARGEST_UPLOAD
from tests.deployed import DEPLOY, ROOT, nginx_configuration, tool

SYSTEMD = DEPLOY / "systemd"
SERVICES = sorted(path.name for path in SYSTEMD.glob("*.service"))
TIMERS = sorted(path.name for path in SYSTEMD.glob("*.timer"))
MOST_EXPOSED = 30  # tenths; systemd-analyze calls up to 4.9 “OK”
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def ran(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


def started(name: str) -> str:
    """A unit as it may be started: an instance of a template."""
    return name.replace("job@.", "job@recompute_standings.").replace("@.", "@1.")


@pytest.fixture
def machine(tmp_path):
    """A root folder with the units, the programs they start, and systemd's own targets."""
    units = tmp_path / "etc/systemd/system"
    shutil.copytree(SYSTEMD, units)
    for target in ("sysinit", "basic", "shutdown", "timers", "network-online", "multi-user", "umount", "time-sync"):
        (units / f"{target}.target").write_text("[Unit]\nDefaultDependencies=no\n")
    programs = tmp_path / "srv/evenbench/.venv/bin"
    programs.mkdir(parents=True)
    for name in ("python", "gunicorn"):
        (programs / name).write_text("")
        (programs / name).chmod(0o755)
    return tmp_path


def test_nginx_takes_its_configuration(tmp_path):
    nginx, _ = tool("nginx"), tool("openssl")
    main = nginx_configuration(tmp_path, 8080, 8443, (8001, 8002), tmp_path)
    done = ran(nginx, "-t", "-p", str(tmp_path), "-c", str(main))
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_caddy_takes_its_configuration(tmp_path):
    file = str(DEPLOY / "Caddyfile")
    done = ran(tool("caddy"), "validate", "--adapter", "caddyfile", "--config", file, env={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert '"level":"warn"' not in done.stderr


def test_systemd_takes_every_unit(machine):
    names = [started(name) for name in SERVICES + TIMERS] + ["evenbench.target"]
    done = ran(tool("systemd-analyze"), "verify", "--man=no", f"--root={machine}", *names)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_exposed(machine, name):
    done = ran(
        tool("systemd-analyze"),
        *("security", "--offline=true", f"--threshold={MOST_EXPOSED}", f"--root={machine}", started(name)),
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
    assert "Overall exposure" in done.stdout


def test_units_start_commands_that_exist():
    units = "".join(path.read_text(encoding="utf-8") for path in SYSTEMD.iterdir() if path.is_file())
    asked = set(re.findall(r"manage\.py ([a-z]\w+)", units)) | set(re.findall(r"evenbench-job@(\w+)\.service", units))
    assert len(asked) >= 9
    assert asked <= get_commands().keys()


def test_every_timer_starts_a_unit_that_is_shipped():
    for name in TIMERS:
        unit = re.search(r"^Unit=(.+)$", (SYSTEMD / name).read_text(encoding="utf-8"), re.MULTILINE)[1]
        assert re.sub(r"@\w+", "@", unit) in SERVICES, name


@pytest.mark.parametrize("text", [NGINX, CADDY], ids=["nginx", "caddy"])
def test_proxies_let_uploads_of_the_newsroom_through_and_no_more(text):
    sizes = [int(size) for size in re.findall(r"(?:max_body_size|max_size) (\d+)(?:m|MB)\b", text)]
    assert sizes == [LARGEST_UPLOAD // 1_000_000 + 1]


def test_nginx_logs_nothing_about_readers():
    assert NGINX.count("access_log off;") == NGINX.count("server {") - NGINX.count("    server {")
    assert set(re.findall(r"error_log \S+ (\w+);", NGINX)) == {"crit"}
    assert "log_format" not in NGINX


def test_no_location_of_nginx_drops_the_headers_of_its_server():
    """A proxy_set_header in a location replaces all of the server's; only the plain-http one has its own."""
    secure = NGINX[NGINX.index("listen 443") :]
    for location in re.findall(r"^    location .*?^    }", secure, re.MULTILINE | re.DOTALL):
        assert "proxy_set_header" not in location
    for header in ("Host $host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr"):
        assert NGINX.count(f"proxy_set_header {header};") == 2


def test_the_image_runs_as_nobody_special_from_pinned_packages():
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    assert re.search(r"^COPY requirements\.txt \./$", stages[0], re.MULTILINE)
    assert "--require-hashes -r requirements.txt" in stages[0]
    users = re.findall(r"^USER (\S+)$", stages[1], re.MULTILINE)
    assert len(users) == 1
    assert not users[0].startswith(("0", "root"))
    last = stages[1].rpartition("USER ")[2]
    assert not re.search(r"^(RUN|COPY|ADD) ", last, re.MULTILINE)
    assert not re.search(r"^ADD |SECRET_KEY", stages[1], re.MULTILINE)
    assert ":latest" not in DOCKERFILE


def test_nothing_private_enters_the_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env", ".venv", "*.sqlite3*"} <= set(ignored)


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_compose_has_every_process_and_names_what_it_waits_for(services):
    assert {"database", "cache", "migrate", "web1", "web2", "worker", "sender", "proxy"} <= services.keys()
    for name, service in services.items():
        assert "image" in service, name
        assert ":" in service["image"] or "build" in service, f"{name} names no version of its image."
        assert not service["image"].endswith(":latest"), name
        waits = service.get("depends_on", [])
        assert set(waits) <= services.keys(), name
        for other, how in waits.items() if isinstance(waits, dict) else ():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for {other}, which has no health check."


def test_only_the_proxy_of_compose_is_reachable_from_outside(services):
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for name in ("web1", "web2", "worker", "sender", "migrate"):
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["read_only"] is True, name


def test_the_cache_of_compose_is_bounded(services):
    command = services["cache"]["command"]
    assert command[command.index("--maxmemory") + 1] == "256mb"
    assert command[command.index("--maxmemory-policy") + 1] == "allkeys-lru"


def test_commands_of_compose_exist(services):
    commands = [service["command"] for service in services.values() if "manage.py" in service.get("command", [])]
    assert len(commands) == 3
    for command in commands:
        assert command[command.index("manage.py") + 1] in get_commands()
