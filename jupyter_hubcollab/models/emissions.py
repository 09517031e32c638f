"""What making a model took, as the front matter of its card says it: Hugging Face's ``co2_eq_emissions``."""

from __future__ import annotations

import math
from collections.abc import Mapping

FIELD = "co2_eq_emissions"
_MARK = "(estimated)"


def is_of_a_version(value: object) -> bool:
    """Did we write it? Then it is of the version before, not of the next one."""
    return isinstance(value, Mapping) and str(value.get("source", "")).endswith(_MARK)


def emissions(provenance: Mapping[str, object]) -> dict[str, object] | None:
    """The field of the card; None where nothing was measured. It is an estimate, and says so."""
    energy = provenance.get("energy")
    grams = energy.get("co2G") if isinstance(energy, Mapping) else None
    if not isinstance(energy, Mapping) or not isinstance(grams, int | float) or not math.isfinite(grams) or grams < 0:
        return None
    source = str(energy.get("source") or "")
    named = {"geographical_location": energy.get("country"), "hardware_used": energy.get("hardware")}
    return {
        "emissions": float(f"{grams:.4g}"),
        "source": source if source.endswith(_MARK) else f"{source} {_MARK}".strip(),
        **{name: str(value)[:200] for name, value in named.items() if value},
    }
