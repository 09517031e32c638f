"""What a run asks for that only reproduces a version: the notebook again, and nothing else of the gates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from ...errors import BadInput
from .rules import Reproduction, Rules

if TYPE_CHECKING:
    from ... import wire


def reproduction_of(rules: Rules, asked: wire.ReproductionAsked) -> Rules:
    """The notebook, metrics, limits and environment of *rules*, unless *asked* says otherwise.

    Raises:
        BadInput: the tolerance is below zero.
    """
    wanted = rules.reproduction if isinstance(rules.reproduction, Reproduction) else Reproduction()
    if asked.tolerance is not None:
        if not math.isfinite(asked.tolerance) or asked.tolerance < 0:
            raise BadInput("a tolerance is zero or more")
        wanted = msgspec.structs.replace(wanted, tolerance=asked.tolerance)
    environment = asked.environment or rules.environment
    return Rules(environment=environment, limits=rules.limits, reproduction=wanted)
