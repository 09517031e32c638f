"""Gives documents their vectors, beside whatever else the process does.

The model is loaded at the first search, in a thread of its own; until then, and for documents that have no vector
yet, words alone decide.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import HubError
from .embed import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .stores import Slots, Stored, VectorIndex

    Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)
POOL = 512
"""Documents that are put in the order of their lengths: what fills up short texts beside long ones costs time, too."""
BATCH = 64
"""Documents between two writes."""

UNLIKE = (
    "recipes for sourdough bread",
    "sentiment of film reviews",
    "clouds in satellite images",
    "openings of chess games",
    "speech in Hungarian",
    "how proteins fold",
    "prices of houses",
    "knots for sailors",
)
"""Texts that have nothing in common."""

Found = Callable[[list[tuple[int, bytes]]], None]


@dataclass(frozen=True, slots=True)
class Meant:
    """A question as vectors; None of what is not loaded, or cannot be."""

    near: Floats | None = None
    """To compare with documents: by the embedder of the settings."""
    asked: Floats | None = None
    """To guess its task: by the embedder that the classifier of tasks has learned from."""
    unlike: float = 0.0
    """Cosine of texts that have nothing in common: there are models to which all texts are near each other."""

    def nearness(self, vectors: VectorIndex, slots: Slots) -> Floats:
        """How near documents are to it; 1 is the same, 0 nothing in common or not known."""
        import numpy as np

        if self.near is None:
            return np.zeros(len(slots), np.float32)
        cosines = vectors.nearness(self.near, slots)
        return np.maximum((cosines - self.unlike) / (1 - self.unlike), 0) if self.unlike else cosines


NOTHING = Meant()


class Meaning:
    """An embedder that loads itself, and the thread that embeds what is new."""

    def __init__(
        self,
        store: Stored,
        make: Callable[[], Embedder],
        found: Found,
        all_found: Callable[[], None],
        *,
        use: Callable[[str, int], object] | None = None,
        asker: Callable[[], Embedder] | None = None,
    ) -> None:
        """*found* is told slots with their new vectors, *all_found* when no document lacks one.

        *use* is told the id and the dimensions of the embedder before the first vector; None: the store alone is.
        *asker* makes the embedder of `Meant.asked`; None: the other one is it.
        """
        self._store = store
        self._make = make
        self._make_asker = asker
        self._use = use or store.use
        self._found = found
        self._all_found = all_found
        self._embedder: Embedder | None = None
        self._asker: Embedder | None = None
        self._unlike = 0.0
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stopped = False
        self.is_reading = False
        """Some documents may lack a vector, and will get one."""
        self.failed = ""
        """Why none will, for people; empty: nothing is wrong."""
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

    def of(self, text: str) -> Meant:
        """A question as vectors."""
        if not text:
            return NOTHING
        near = self._embedder.embed_queries([text])[0] if self._embedder is not None else None
        if self._asker is None or self._asker is self._embedder:
            return Meant(near, near if self._make_asker is None else None)
        return Meant(near, self._asker.embed_queries([text])[0], self._unlike)

    def catch_up(self) -> int:
        """Embed documents that have no vector; how many there were."""
        done = 0
        with self._embedding:
            embedder = self._loaded()
            while not self._stopped and (pending := self._store.unembedded(POOL)):
                pending.sort(key=lambda each: len(each[1]))
                for start in range(0, len(pending), BATCH):
                    if not self._stopped:
                        done += self._embed(embedder, pending[start : start + BATCH])
        if done:
            self._all_found()
        return done

    def _loaded(self) -> Embedder:
        """The embedder; documents have no vectors but its own once a question can be compared with them."""
        if self._asker is None and self._make_asker is not None:
            self._asker = self._make_asker()
        if self._embedder is None:
            embedder = self._make()
            self._use(embedder.id, embedder.dimensions)
            # The built-in model's is next to nothing, and all weights were found without it.
            self._unlike = _unlike(embedder) if self._make_asker is not None else 0.0
            self._embedder = embedder
        return self._embedder

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
        except HubError as error:
            self._give_up(str(error))
        except Exception as error:  # noqa: BLE001 -- the edge of a thread
            self._give_up(f"the embedding model failed ({error})")
            _log.exception("this is how it failed")

    def _give_up(self, why: str) -> None:
        self.is_reading, self.failed = False, why
        _log.warning("search goes on by words alone: %s", why)


def _unlike(embedder: Embedder) -> float:
    """The mean cosine of questions and texts that have nothing in common."""
    import numpy as np

    cosines = embedder.embed_queries(UNLIKE) @ embedder.embed(UNLIKE).T
    others = cosines[~np.eye(len(UNLIKE), dtype=np.bool_)]
    return float(np.clip(others.mean(), 0, 0.99))
