"""MLflow runs: the tracking server, the run table, links between runs and notebooks, and the way from run to model.

Not here: MLflow itself, which runs in a process of its own (`child.py`).
"""

from __future__ import annotations
