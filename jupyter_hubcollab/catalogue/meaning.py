"""Gives documents their vectors, beside whatever else the process does.

The model is loaded at the first search, in a thread of its own; until then, and for documents that have no vector
yet, words alone decide.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from .embed import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .stores import Stored

_log = logging.getLogger(__name__)
POOL = 512
"""Documents that are put in the order of their lengths: what fills up short texts beside long ones costs time, too."""
BATCH = 64
"""Documents between two writes."""

Found = Callable[[list[tuple[int, bytes]]], None]


class Meaning:
    """An embedder that loads itself, and the thread that embeds what is new."""

    def __init__(
        self, store: Stored, make: Callable[[], Embedder], found: Found, all_found: Callable[[], None]
    ) -> None:
        """*found* is told slots with their new vectors, *all_found* when no document lacks one."""
        self._store = store
        self._make = make
        self._found = found
        self._all_found = all_found
        self._embedder: Embedder | None = None
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stopped = False
        self.is_reading = False
        """Some documents may lack a vector, and will get one."""
        self._embedding = threading.Lock()

    def start(self) -> None:
        """Begin, if that has not happened yet."""
        if self._thread is None and not self._stopped:
            self.is_reading = True
            self._thread = threading.Thread(target=self._run, name="hubcollab-embed", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """There are new documents."""
        self.is_reading = self._thread is not None and self._thread.is_alive()
        self._wake.set()

    def close(self) -> None:
        """Stop after the batch at hand."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def of(self, text: str) -> NDArray[np.float32] | None:
        """The vector of a question, or None while the model is not loaded."""
        return self._embedder.embed([text])[0] if self._embedder is not None and text else None

    def catch_up(self) -> int:
        """Embed documents that have no vector; how many there were."""
        done = 0
        with self._embedding:
            if self._embedder is None:
                self._embedder = self._make()
            while not self._stopped and (pending := self._store.unembedded(POOL)):
                pending.sort(key=lambda each: len(each[1]))
                for start in range(0, len(pending), BATCH):
                    if not self._stopped:
                        done += self._embed(self._embedder, pending[start : start + BATCH])
        if done:
            self._all_found()
        return done

    def _embed(self, embedder: Embedder, pending: list[tuple[int, str]]) -> int:
        from .vectors import packed

        rows = embedder.embed([text for _, text in pending])
        vectors = [(slot, packed(row)) for (slot, _), row in zip(pending, rows, strict=True)]
        self._store.set_vectors(vectors)
        self._found(vectors)
        return len(vectors)

    def _run(self) -> None:
        try:
            while not self._stopped:
                self._wake.clear()
                self.catch_up()
                self.is_reading = self._wake.is_set()
                self._wake.wait()
        except Exception:  # noqa: BLE001 -- the edge of a thread
            self.is_reading = False
            _log.exception("search goes on without meaning: the embedding model failed")
