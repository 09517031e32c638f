"""The page of a model with 100 versions in the browser: from the click in the panel to first content.

A lab, and Chromium in front of it. *First content*: name, facts and card are painted; *all versions*: as many rows as
the page draws before one asks for more. The page is closed and opened again ``ROUNDS`` times; the first time loads its
code. Peer: an empty launcher of JupyterLab, the least that a new tab takes here.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.experiments_chart import UI_TESTS, lab_of
from benchmarks.experiments_log_metric import free_port, percentile, wait_for
from benchmarks.versions import FEW, MOST_PAGE_MS, fill

ROUNDS = 30
ROWS = 20
"""Of versions that the page draws at once."""


def main() -> int:
    """Measure, and print a table."""
    folder = Path(tempfile.mkdtemp(prefix="hubcollab-bench-"))
    token, port = secrets.token_hex(8), free_port()
    data = folder / ".hubcollab"
    data.mkdir()
    fill(data, "few", FEW)
    lab = lab_of(folder, port, token)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(f"{base}/hubcollab/api/models", {"Authorization": f"Bearer {token}"})
        script = Path(__file__).with_suffix(".cjs")
        command = ["node", str(script), f"{base}/lab?reset&token={token}", str(UI_TESTS), "team/few", str(ROUNDS)]
        done = subprocess.run([*command, str(ROWS)], capture_output=True, text=True, check=True)
    finally:
        lab.terminate()
        lab.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
    found = json.loads(done.stdout)
    print("| opened | the first time, ms | then p50, ms | p95, ms |\n|---|---|---|---|")
    for what, taken in found.items():
        then = taken[1:]
        print(f"| {what} | {taken[0]:.0f} | {percentile(then, 0.5):.0f} | {percentile(then, 0.95):.0f} |")
    print(f"\nLimit: {MOST_PAGE_MS:.0f} ms to first content with {FEW} versions.")
    return int(percentile(found["first content"][1:], 0.95) > MOST_PAGE_MS)


if __name__ == "__main__":
    sys.exit(main())
