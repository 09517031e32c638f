"""What makes a repo a model: cards, versions, metrics, publications, provenance, scans.

`open_models` puts the parts together on a hub.
"""

from .models import Models, open_models

__all__ = ["Models", "open_models"]
