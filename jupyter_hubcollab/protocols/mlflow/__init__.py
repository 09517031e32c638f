"""MLflow's model registry, spoken by the hub."""
