"""What a model is and on what it was made, as far as Python tells without loading anything."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Any


def architecture(model: Any) -> str | None:
    """The class of a model, of a pipeline with its steps; None for files."""
    if isinstance(model, str | Path):
        return None
    steps = getattr(model, "steps", None)
    if isinstance(steps, list) and steps and all(isinstance(one, tuple) and len(one) == 2 for one in steps):
        return " → ".join(type(step).__name__ for _, step in steps)
    kind = type(model)
    return f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}"


def machine() -> dict[str, object]:
    """Processor, cores, memory and graphics card of this machine."""
    found: dict[str, object] = {"processor": _processor(), "cores": os.cpu_count(), "memory_gb": _memory_gb()}
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        found["gpu"] = str(torch.cuda.get_device_name(0))
    return {name: value for name, value in found.items() if value}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:  # not Linux
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (ValueError, OSError, AttributeError):  # Windows
        return None
