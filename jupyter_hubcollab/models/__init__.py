"""What makes a repo a model: cards, versions, metrics, publications, provenance, scans."""
