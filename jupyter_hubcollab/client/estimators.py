"""Models of scikit-learn as skops writes them; a class of the user's own in one of them may raise whatever it likes."""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass
from typing import Any

from ..errors import Unsaveable
from .trusted import distrusted

_REMEDY = (
    "use transformers of scikit-learn instead of functions of your own, publish files that you saved yourself, "
    "or say format='pickle' if everybody who loads it trusts you"
)


@dataclass(frozen=True, slots=True)
class Written:
    """The file of a model, and the types that its reader has to trust."""

    content: bytes
    types: list[str]


def written(model: object) -> Written:
    """*model* as skops writes it.

    Raises:
        Unsaveable: skops cannot write it, or a reader would have to trust code of the user's own.
    """
    import skops.io

    try:
        content: bytes = skops.io.dumps(model)
        needed: list[str] = skops.io.get_untrusted_types(data=content)
    except Exception as error:
        raise Unsaveable(f"skops cannot write this {type(model).__name__} ({error}); {_REMEDY}") from error
    own = distrusted(needed)
    if own:
        raise Unsaveable(
            f"this {type(model).__name__} needs code that is not part of scikit-learn: {', '.join(own[:5])}; {_REMEDY}"
        )
    return Written(content, needed)


def copied(model: Any) -> Any:
    """*model* as it is now: training may go on.

    Raises:
        Unsaveable: it holds what cannot be copied.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is deprecated the user was told when they made it
        try:
            return copy.deepcopy(model)
        except Exception as error:
            raise Unsaveable(f"this {type(model).__name__} cannot be copied ({error})") from error
