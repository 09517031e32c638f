"""What a run took of energy, estimated by CodeCarbon in its offline mode; nothing is asked of the network.

On where ``HUBCOLLAB_ENERGY_COUNTRY`` says in which country the machine stands, as in HUN, and CodeCarbon is installed
(``pip install jupyter_hubcollab[energy]``). `run_context.py` calls `begun` when a run begins; MLflow's ``end_run`` is
taught to call `ended`. The numbers become metrics of the run, ``energy/kWh`` and ``energy/CO2eq_g``; how they came
about is its tag ``hubcollab.energy``. A run never fails or waits because of it.
"""

from __future__ import annotations

import inspect
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

COUNTRY = "HUBCOLLAB_ENERGY_COUNTRY"
ENERGY_TAG = "hubcollab.energy"
LOOK_EVERY_S = 10
_log = logging.getLogger(__name__)


def codecarbon(country: str) -> Any:
    """A tracker of CodeCarbon that looks at this machine, writes no file and asks nobody."""
    from codecarbon import OfflineEmissionsTracker

    logging.getLogger("codecarbon").setLevel(logging.ERROR)  # it greets before it reads its options
    return OfflineEmissionsTracker(
        country_iso_code=country,
        measure_power_secs=LOOK_EVERY_S,
        save_to_file=False,
        allow_multiple_runs=True,
        log_level="error",
    )


class Meter:
    """Measures one run, from its birth on; importing and starting the tracker takes seconds, elsewhere."""

    def __init__(self, country: str, make: Callable[[str], Any] = codecarbon) -> None:
        self._country = country
        self._make = make
        self._tracker: Any = None
        self._thread = threading.Thread(target=self._start, daemon=True, name="energy")
        self._thread.start()

    def _start(self) -> None:
        try:
            tracker = self._make(self._country)
            tracker.start()
        except Exception:  # noqa: BLE001 - the edge of a task; a run goes on without an estimate
            _log.warning("the energy of this run is not measured", exc_info=True)
        else:
            self._tracker = tracker

    def read(self) -> tuple[dict[str, float], dict[str, object]]:
        """What was measured and how; nothing where the run was over before measuring began."""
        tracker, self._tracker = self._tracker, None
        if tracker is None:
            return {}, {}
        tracker.stop()
        found = tracker.final_emissions_data
        metrics = {"energy/kWh": float(found.energy_consumed), "energy/CO2eq_g": float(found.emissions) * 1000}
        how = {
            "source": f"codecarbon {found.codecarbon_version} (estimated)",
            "country": str(found.country_iso_code or self._country),
            "hardware": str(found.gpu_model or found.cpu_model or "unknown"),
            "measured_s": round(float(found.duration), 1),
        }
        return metrics, how


class Meters:
    """The meters of the runs that go on in this kernel."""

    def __init__(self, make: Callable[[str], Any] = codecarbon) -> None:
        self._make = make
        self._nameless: list[Meter] = []
        self._by_run: dict[str, Meter] = {}

    def begun(self, mlflow: Any, country: str) -> None:
        """A run is about to begin; its id is not known yet."""
        self._name(mlflow)
        self._nameless.append(Meter(country, self._make))

    def ended(self, mlflow: Any) -> None:
        """The active run is about to end: write what it took."""
        self._name(mlflow)
        run = mlflow.active_run()
        meter = self._by_run.pop(run.info.run_id, None) if run is not None else None
        if meter is None:
            return
        try:
            metrics, how = meter.read()
            if metrics:
                mlflow.log_metrics(metrics)
                mlflow.set_tag(ENERGY_TAG, json.dumps(how, ensure_ascii=False))
        except Exception:  # noqa: BLE001 - the run ends all the same
            _log.warning("what this run took of energy could not be written", exc_info=True)

    def _name(self, mlflow: Any) -> None:
        """A run that has become the active one is the one for which the last meter was begun."""
        run = mlflow.active_run()
        if run is not None and self._nameless:
            self._by_run.setdefault(run.info.run_id, self._nameless.pop())
        self._nameless.clear()


_meters = Meters()


def begun() -> None:
    """Measure the run that begins now, if this kernel is told its country and has CodeCarbon."""
    country = os.environ.get(COUNTRY, "")
    if not country or find_spec("codecarbon") is None:
        return
    import mlflow

    if _is_called_by(mlflow.start_run):
        _teach(mlflow, _meters)
        _meters.begun(mlflow, country)


def _is_called_by(function: Any) -> bool:
    """MLflow asks for the tags of a logged model by the same call as for those of a run."""
    frame = sys._getframe()
    code = getattr(inspect.unwrap(function), "__code__", None)
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code is code:
            return True
    return False


def _teach(mlflow: Any, meters: Meters) -> None:
    """Have MLflow tell when a run ends: ``with start_run()`` and the end of the kernel call it by this name, too."""
    fluent = mlflow.tracking.fluent
    end = fluent.end_run
    if getattr(end, "tells_energy", False):
        return

    def end_run(*args: Any, **kwargs: Any) -> Any:
        meters.ended(mlflow)
        return end(*args, **kwargs)

    end_run.tells_energy = True  # type: ignore[attr-defined]
    end_run.__doc__ = end.__doc__
    fluent.end_run = end_run
    if mlflow.end_run is end:
        mlflow.end_run = end_run
