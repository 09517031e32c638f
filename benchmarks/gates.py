"""What gates add to a publish, besides the evaluation itself; and the environments in which they run.

A classifier of digits is published to a hub without rules, then to one whose rules ask for examples, a latency, an
evaluation on a table, card, license, size and scan. *Before the answer* is what the caller of ``publish`` waits longer;
*behind it* is the wall time from the answer to the verdict, less what the programs took that load and measure the model
(``measuringS``). Peer: the same evaluation by hand, in a fresh Python. Medians of ``ROUNDS``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.publish import TOKEN, hub, seconds

ROUNDS = 3
AIM_S = 2.0
AIMED = ("gates add to a publish, together", "the verdict, less the evaluation by hand")
RULES = """
protected: [champion]
environment: server
card: [pipeline_tag]
size_mb: 10
scan: safe
latency: {max_ms: 1000}
evaluations:
  - name: table
    evaluate: {dataset: team/rows, file: test.csv, target: digit, metrics: [accuracy, f1_macro]}
    metrics: {accuracy: {min: 0.5, no_worse_than: champion, by: 0.01}}
"""
BY_HAND = """
import sys, pandas, skops.io
from sklearn.metrics import f1_score
file = sys.argv[1] + '/model.skops'
model = skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
rows = pandas.read_csv(sys.argv[2])
guesses = model.predict(rows.drop(columns=['digit']).to_numpy())
print((guesses == rows['digit']).mean(), f1_score(rows['digit'], guesses, average='macro'))
"""


def measured(address: str, folder: Path) -> dict[str, float]:
    """The table, from a process that publishes as a kernel does."""
    from sklearn.datasets import load_digits
    from sklearn.naive_bayes import GaussianNB

    import jupyter_hubcollab as notebook

    os.environ |= {"HUBCOLLAB_URL": address, "HUBCOLLAB_TOKEN": TOKEN, "HUBCOLLAB_CACHE": str(folder / "cache")}
    pixels, digits = load_digits(return_X_y=True)
    model = GaussianNB().fit(pixels, digits)
    rows = _rows(address, folder, pixels, digits)
    notebook.publish(model, "team/plain")
    plain = statistics.median(seconds(lambda: notebook.publish(model, "team/plain")) for _ in range(ROUNDS))
    notebook.publish(model, "team/gated")
    _ruled(address, pixels)
    taken = [_gated(notebook, model) for _ in range(ROUNDS)]
    publish, whole, measuring = (statistics.median(column) for column in zip(*taken, strict=True))
    script = [sys.executable, "-c", BY_HAND, str(notebook.download("team/gated")), str(rows)]
    by_hand = statistics.median(seconds(lambda: subprocess.run(script, check=True, capture_output=True)) for _ in "xxx")
    return {
        "publish without gates": plain,
        "publish with gates: the answer": publish,
        "gates add before the answer": publish - plain,
        "from the answer to the verdict": whole,
        "of that, programs that load and measure": measuring,
        "gates add behind it, besides measuring": whole - measuring,
        "gates add to a publish, together": publish - plain + whole - measuring,
        "peer: the evaluation by hand, one fresh Python": by_hand,
        "the verdict, less the evaluation by hand": publish - plain + whole - by_hand,
    }


def _rows(address: str, folder: Path, pixels: Any, digits: Any) -> Path:
    import pandas
    from huggingface_hub import HfApi

    file = folder / "test.csv"
    pandas.DataFrame(pixels).assign(digit=digits).to_csv(file, index=False)
    api = HfApi(endpoint=f"{address}/hf", token=TOKEN)
    api.create_repo("team/rows", repo_type="dataset")
    api.upload_file(path_or_fileobj=file, path_in_repo="test.csv", repo_id="team/rows", repo_type="dataset")
    return file


def _ruled(address: str, pixels: Any) -> None:
    """Rules and examples on main; what that starts is waited for."""
    from huggingface_hub import CommitOperationAdd, HfApi

    lines = [
        json.dumps({"name": f"digit {at}", "input": pixels[at].tolist(), "expect": {"one_of": list(range(10))}})
        for at in range(20)
    ]
    files = {"hubcollab.yaml": RULES, "tests/examples.jsonl": "\n".join(lines)}
    operations = [CommitOperationAdd(path, text.encode()) for path, text in files.items()]
    api = HfApi(endpoint=f"{address}/hf", token=TOKEN)
    api.create_commit("team/gated", operations, commit_message="Rules")
    _verdict("main", None)


def _gated(notebook: Any, model: Any) -> tuple[float, float, float]:
    begun = time.perf_counter()
    made = notebook.publish(model, "team/gated")
    answered = time.perf_counter()
    run = _verdict(made.tag, made.revision)
    if run.state != "passed":
        raise RuntimeError(f"{run.detail}: {run.checks}")
    return answered - begun, time.perf_counter() - answered, run.measuring_s


def _verdict(tag: str, commit: str | None) -> Any:
    """The verdict on a version (None: on whatever runs now), as soon as it is there."""
    from jupyter_hubcollab import wire
    from jupyter_hubcollab.client.connection import connect

    address = "repos/models/team/gated/gates"
    while True:
        runs = connect().get(address, wire.GateRuns).runs
        wanted = [run for run in runs if commit is None or (run.tag, run.commit) == (tag, commit)]
        if wanted and all(run.ended_at is not None for run in wanted):
            return wanted[0]
        for run in wanted:
            if run.ended_at is None:
                connect().get(f"{address}/runs/{run.id}", wire.GateRun, wait=20)


def main() -> None:
    """Print the table."""
    if len(sys.argv) > 2:
        print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory() as name, hub(Path(name)) as address:
        command = [sys.executable, "-m", "benchmarks.gates", address, name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        for what, took in json.loads(done.stdout.splitlines()[-1]).items():
            aim = f"< {AIM_S:g} s" if what in AIMED else ""
            print(f"| {what:48} | {took:8.3f} s | {aim:6} |", flush=True)


if __name__ == "__main__":
    main()
