"""What a publication takes from the runs of a kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.client.runs import NOTHING, logged


@pytest.fixture
def mlflow() -> Iterator[Any]:
    """MLflow, which forgets its server afterwards: it keeps it in the environment, where each later kernel finds it."""
    import mlflow

    yield mlflow
    mlflow.set_tracking_uri(None)


# MLflow's own store warns of SQLAlchemy's next release.
@pytest.mark.filterwarnings("ignore")
def test_a_run_of_another_server_is_not_the_last_one(mlflow: Any, tmp_path: Path) -> None:
    """Who changed the tracking server publishes without the metrics of a run that this one does not know."""
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/first.db")
    with mlflow.start_run():
        mlflow.log_metric("accuracy", 0.9)
    known = logged()

    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/second.db")

    assert known.metrics == {"accuracy": 0.9}
    assert known.seconds is not None
    assert logged() == NOTHING
