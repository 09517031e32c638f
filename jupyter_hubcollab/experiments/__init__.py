"""MLflow runs: the tracking server, the run table, links between runs and notebooks."""
