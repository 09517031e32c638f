"""What a checkpoint has beside its tensors, so that a version made of it is loaded through its library."""

from __future__ import annotations

import warnings
from typing import Any

from ..names import CONFIG_FILE, GENERATION_FILE, SKOPS_FILE
from .trusted import distrusted


def form_of(model: Any) -> dict[str, bytes]:
    """Files by name: the settings of a model of transformers, a model of scikit-learn itself; of others, none."""
    libraries = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    if "transformers" in libraries:
        return _settings(model)
    return _skops(model) if "sklearn" in libraries else {}


def _settings(model: Any) -> dict[str, bytes]:
    found: dict[str, Any] = {
        CONFIG_FILE: getattr(model, "config", None),
        GENERATION_FILE: getattr(model, "generation_config", None),
    }
    return {name: one.to_json_string().encode() for name, one in found.items() if hasattr(one, "to_json_string")}


def _skops(model: Any) -> dict[str, bytes]:
    """Nothing where skops cannot write it, or a reader would have to trust what is not scikit-learn's own."""
    try:
        import skops.io

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            content: bytes = skops.io.dumps(model)
            needed = skops.io.get_untrusted_types(data=content)
    except Exception:  # noqa: BLE001 - a checkpoint of the tensors alone is better than none
        return {}
    return {} if distrusted(needed) else {SKOPS_FILE: content}
