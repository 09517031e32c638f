"""``python -m benchmarks [NAME …]``: run the named measurements, or all of them."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import benchmarks

NEEDS_ARGUMENTS = {
    "linked_data",
    "search_indexing",
    "search_quality",
    "search_latency",
    "search_measures",
    "search_peers",
    "search_training",
}


def main(names: list[str]) -> int:
    """Run each measurement in a process of its own, so that none warms another."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    wanted = names or [name for name in known if name not in NEEDS_ARGUMENTS]
    failed = []
    for name in wanted:
        print(
            f"\n## {name}: {(importlib.import_module(f'benchmarks.{name}').__doc__ or '').splitlines()[0]}\n",
            flush=True,
        )
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
