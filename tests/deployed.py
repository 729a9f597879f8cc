"""The files of `deploy/` as a test runs them: nginx on high ports with a certificate of its own, without root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
HOST = "evenbench.example"


def tool(name: str) -> str:
    """Where a program lies; skips the test where it is missing, and fails there under REQUIRE_ALL."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        words = f"{name} is not installed, so what is shipped for it is not checked."
        (pytest.fail if os.environ.get("REQUIRE_ALL") else pytest.skip)(words)
    return found


def make_certificate(folder: Path) -> None:
    """A key and a certificate that nobody trusts."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem", "-days", "2"),
            *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
        ],
        check=True,
        capture_output=True,
    )


def nginx_configuration(folder: Path, http: int, https: int, webs: Sequence[int], static: Path) -> Path:
    """Write `deploy/nginx.conf` with other ports and paths below `folder`, and the file that includes it."""
    make_certificate(folder)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("    listen [::]:80;\n", ""),
        ("listen 443 ssl", f"listen 127.0.0.1:{https} ssl"),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("127.0.0.1:8001", f"127.0.0.1:{webs[0]}"),
        ("127.0.0.1:8002", f"127.0.0.1:{webs[1]}"),
        ("/etc/letsencrypt/live/evenbench.example/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/srv/evenbench/staticfiles/", f"{static}/"),
    ):
        if before not in text:
            raise ValueError(f"deploy/nginx.conf has no “{before}”; say here what stands for it now.")
        text = text.replace(before, after)
    (folder / "evenbench.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/start.log;\nworker_processes 2;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\n    include /etc/nginx/mime.types;\n{temporary}"
        f"    include {folder}/evenbench.conf;\n}}\n",
        encoding="utf-8",
    )
    return main
