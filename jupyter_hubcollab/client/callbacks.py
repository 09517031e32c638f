"""Checkpoints from the training loops of transformers, lightning and keras, where they are installed.

``hub.callback("transformers", repo="team/x")`` gives what the library takes as a callback; every option of
`checkpoint` can be given. Each class is made when it is asked for: none of the libraries is imported before.
"""

from __future__ import annotations

from typing import Any

from ..errors import BadInput, NotSupported
from .checkpointing import checkpoint

LIBRARIES = ("transformers", "lightning", "keras")


def callback(library: str, *, every: int = 1, **options: Any) -> Any:
    """A callback of *library* that keeps a checkpoint at every save, epoch or, for lightning, every *every* epochs.

    Raises:
        NotSupported: the library is not installed here.
    """
    if library not in LIBRARIES:
        raise BadInput(f"there is no callback for '{library}'; there are ones for {', '.join(LIBRARIES)}")
    try:
        return {"transformers": _transformers, "lightning": _lightning, "keras": _keras}[library](every, options)
    except ImportError as error:
        raise NotSupported(f"{library} is not installed here; pip install {library}") from error


def _numbers(found: Any) -> dict[str, float]:
    pairs = found.items() if hasattr(found, "items") else ()
    return {
        str(name): float(value) for name, value in pairs if isinstance(value, int | float) or hasattr(value, "item")
    }


def _transformers(every: int, options: dict[str, Any]) -> Any:  # noqa: ARG001 -- the trainer says when it saves
    from transformers import TrainerCallback

    class HubCheckpoint(TrainerCallback):  # type: ignore[misc]
        """Keeps a checkpoint whenever the trainer saves one."""

        def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
            """The trainer saved."""
            last = state.log_history[-1] if state.log_history else {}
            kept = {"processor": kwargs.get("processing_class"), **options}
            checkpoint(kwargs["model"], step=state.global_step, metrics=_numbers(last), **kept)

    return HubCheckpoint()


def _lightning(every: int, options: dict[str, Any]) -> Any:
    from lightning.pytorch import Callback

    class HubCheckpoint(Callback):  # type: ignore[misc]
        """Keeps a checkpoint after epochs."""

        def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
            """An epoch ended."""
            if (trainer.current_epoch + 1) % every == 0:
                checkpoint(pl_module, step=trainer.global_step, metrics=_numbers(trainer.callback_metrics), **options)

    return HubCheckpoint()


def _keras(every: int, options: dict[str, Any]) -> Any:
    from keras.callbacks import Callback

    class HubCheckpoint(Callback):  # type: ignore[misc]
        """Keeps a checkpoint after epochs."""

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            """An epoch ended."""
            if (epoch + 1) % every == 0:
                checkpoint(self.model, step=epoch, metrics=_numbers(logs or {}), **options)

    return HubCheckpoint()
