"""A PostgreSQL of a test's own, where the machine has its programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ports import free_port

PROGRAMS = [*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/bin"), Path("/usr/local/bin")]
BIN = next((folder for folder in PROGRAMS if (folder / "initdb").exists()), None)
MISSING = "PostgreSQL's programs are not installed" if BIN is None else ""
MISSING = MISSING or ("" if find_spec("psycopg") else "psycopg is not installed: pip install psycopg[binary]")


def _program(name: str, *options: str) -> None:
    """Run one of its programs, not as root: it refuses that."""
    assert BIN is not None
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run([str(BIN / name), *options], check=True, capture_output=True, user=user, cwd="/tmp")


@contextmanager
def started() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database; its server ends with the test."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port = free_port()
    try:
        _program("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "ann", "--no-sync")
        listen = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        _program("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", listen, "start")
        try:
            yield f"postgresql+psycopg://ann@127.0.0.1:{port}/postgres"
        finally:
            _program("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
