"""Training loops of the libraries that people use, unmodified, with our callback; and the real CodeCarbon."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from uuid import uuid4

import live
import outside
import pytest

HERE, REPOSITORY = Path(__file__).parent, Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        not os.environ.get("CLIENTS"), reason="fetches gigabytes of other people's clients: make clients"
    ),
]
OURS = ("httpx>=0.28,<1", "msgspec>=0.20", "pyyaml", "numpy>=2")
TRAINERS = ("torch==2.13.*", "transformers==5.23.0", "accelerate>=1", "lightning>=2.5", "keras>=3.10", *OURS)


def seen_by(environment: tuple[str, ...], script: str, settings: dict[str, str], *arguments: str) -> object:
    """What a script printed last that runs beside the libraries."""
    try:
        python = outside.environment_with(*environment)
    except outside.CannotFetch as error:
        pytest.skip(f"the libraries cannot be fetched: {error}")
    command = [str(python), "-W", "ignore", str(HERE / script), *arguments]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
    found: object = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("library", ["transformers", "lightning", "keras", "torch"])
def test_a_training_loop_keeps_checkpoints_and_takes_them_up(
    library: str, settings: dict[str, str], server: live.Live, tmp_path: Path
) -> None:
    """A checkpoint for each epoch or save with its metrics; a fresh model that resumes gives the same answers.

    So does, of a promoted model of transformers, what `AutoTokenizer` and `AutoModel…` load.
    """
    ours = {
        "HUBCOLLAB_URL": f"{server.url}/hubcollab",
        "HUBCOLLAB_TOKEN": server.hub_token("ann"),
        "PYTHONPATH": str(REPOSITORY),
        "KERAS_BACKEND": "torch",
        "KERAS_HOME": str(tmp_path),
    }
    name = f"ann/{library}-{uuid4().hex[:8]}"

    seen = seen_by(("trainers", *TRAINERS), "training_journey.py", settings | ours, library, name, str(tmp_path))

    assert isinstance(seen, dict)
    assert len(seen["steps"]) == 3, seen
    assert all("loss" in " ".join(metrics) for metrics in seen["metrics"]), seen
    assert seen["differs before"]
    assert seen["same after"]
    assert seen["step"] == seen["steps"][-1]
    assert seen["version"] == "v1"
    assert seen["read back"], seen


def test_codecarbon_measures_runs_without_a_network(settings: dict[str, str], tmp_path: Path) -> None:
    """A run in a run: the outer one took more."""
    environment = ("energy", "codecarbon>=3,<4", "mlflow>=3.17,<4", *OURS)
    ours = {"HUBCOLLAB_URL": "http://127.0.0.1:9/", "HUBCOLLAB_ENERGY_COUNTRY": "HUN", "PYTHONPATH": str(REPOSITORY)}

    seen = seen_by(environment, "energy_journey.py", settings | ours, str(tmp_path))

    assert isinstance(seen, list)
    outer, inner = (one["metrics"] for one in seen)
    assert outer["energy/kWh"] > inner["energy/kWh"] > 0
    assert outer["energy/CO2eq_g"] > 0
    assert "(estimated)" in seen[0]["how"]["source"]
    assert seen[0]["how"]["country"] == "HUN"
