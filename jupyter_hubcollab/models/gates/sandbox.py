"""Starts the program of ``inside`` in a process of its own, watches it, and reads what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .rules import Limits

INSIDE = Path(__file__).parent / "inside"
LOOK_EVERY_S = 0.05
LONGEST_LOG = 8 << 20
STEPS_BACK = 4
"""As many as the hub's own threads take."""
_START = """
import importlib.util, sys
place = sys.argv[1]
spec = importlib.util.spec_from_file_location("inside", place + "/__init__.py", submodule_search_locations=[place])
module = importlib.util.module_from_spec(spec)
sys.modules["inside"] = module
spec.loader.exec_module(module)
sys.exit(module.main(sys.argv[2]))
"""
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "SSL_CERT_FILE", "CUDA_VISIBLE_DEVICES")
"""What the process may know of the server's environment; no tokens are among it."""


class Stopped(Exception):
    """Somebody wants the run to end."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the program is to do; see ``inside.task.Task``."""

    kind: str
    model: Path
    code: Path
    dataset: Path | None = None
    wanted: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Box:
    """Where and how programs run."""

    python: Path
    work: Path
    limits: Limits
    log: Callable[[str], None]
    """Takes lines for people."""
    log_file: Path
    """To which the program's own output goes."""
    check: Callable[[], None]
    """Raises `Stopped` when somebody wants the run to end."""
    environ: Mapping[str, str]

    def run(self, name: str, job: Job) -> dict[str, Any]:
        """What the program found; ``error`` in it if it did not get that far.

        Raises:
            Stopped: somebody wants the run to end; the program has ended.
        """
        place = self.work / name
        (place / "home").mkdir(parents=True)
        out = place / "found.json"
        (place / "task.json").write_text(json.dumps(self._task(job, place, out), default=str))
        child = self._started(place)
        try:
            why = self._watched(child)
        finally:
            _end(child)
        if out.is_file() and not why:
            found: dict[str, Any] = json.loads(out.read_text())
            return found
        return {"error": why or _death(child.returncode)}

    def _task(self, job: Job, place: Path, out: Path) -> dict[str, Any]:
        limits = {"memory_mb": self.limits.memory_mb, "network": self.limits.network, "niceness": _niceness()}
        paths = {"model": job.model, "code": job.code, "out": out, "work": place / "home", "dataset": job.dataset}
        return {"kind": job.kind, "limits": limits, "wanted": dict(job.wanted), **paths}

    def _started(self, place: Path) -> subprocess.Popen[bytes]:
        home = place / "home"
        known = {name: self.environ[name] for name in _KEPT if name in self.environ}
        own = {"HOME": home, "TMPDIR": home, "JUPYTER_RUNTIME_DIR": home, "IPYTHONDIR": home, "MPLBACKEND": "Agg"}
        own |= {
            "MLFLOW_TRACKING_URI": f"sqlite:///{home}/runs.db",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                [str(self.python), "-P", "-c", _START, str(INSIDE), str(place / "task.json")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=home,
                env=known | {name: str(value) for name, value in own.items()},
                start_new_session=True,
            )

    def _watched(self, child: subprocess.Popen[bytes]) -> str:
        """Wait for its end; why it was ended before, if it was."""
        ends_at = time.monotonic() + self.limits.time_s
        while True:
            with suppress(subprocess.TimeoutExpired):
                child.wait(LOOK_EVERY_S)
                return ""
            self.check()
            if time.monotonic() > ends_at:
                return f"it took longer than {self.limits.time_s:g} s (limits.time_s)"
            if self.log_file.stat().st_size > LONGEST_LOG:
                return f"it wrote more than {LONGEST_LOG >> 20} MB to the log"


def _end(child: subprocess.Popen[bytes]) -> None:
    """End it with all that it started; what still runs after a good end goes too."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _death(code: int) -> str:
    """Why a program left nothing behind."""
    if code >= 0:
        return f"the program ended with code {code} and left nothing behind; the log tells more"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    told = {"SIGKILL": "was killed, most likely for its memory", "SIGILL": "used what this processor does not have"}
    return f"the program {told.get(name, f'ended by {name}')} ({name})"


def _niceness() -> int:
    """That of a program: kernels and the hub go first, whichever thread began the run."""
    return os.getpriority(os.PRIO_PROCESS, os.getpid()) + STEPS_BACK if hasattr(os, "getpriority") else 0


def server_python() -> Path:
    """The Python that runs this."""
    return Path(sys.executable)
