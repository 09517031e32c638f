"""What differs between two sides, for people: all but the weights at once, large weights by a job.

Built as ``Diffs({"": repo_sides.open, "run": …}, database, jobs)``: who opens a side asks who may see it. How far
tensors moved is remembered by the contents of the weight files, so that nobody measures the same pair twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, insert, select

from ... import wire
from ...clock import utc_now
from ...errors import BadInput
from ...storage.schema import tensor_distances
from .. import evaluated, examples
from ..metrics import Measured, key_of
from . import reports
from .numbers import Distance
from .sides import Side
from .tensor_files import ENDINGS
from .tensors import Pairs, measured, paired

if TYPE_CHECKING:
    from ...access import Actor
    from ...jobs import Jobs, Progress
    from ...storage.database import Database

READ_AT_ONCE = 32 << 20
"""Bytes of tensors that are read while somebody waits for the page; more is a job."""
MOST_KEPT = 500
MOST_INTERVALS = 50

OpenSide = Callable[["Actor", str], Side]
_Known = dict[str, tuple[float, float, float, bool] | None]
"""Distances as the index keeps them."""


class Diffs:
    """Compares whatever has files, numbers and fields."""

    def __init__(
        self,
        sides: Mapping[str, OpenSide],
        database: Database,
        jobs: Jobs,
        *,
        read_at_once: int = READ_AT_ONCE,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._sides = sides
        self._database = database
        self._jobs = jobs
        self._read_at_once = read_at_once
        self._now = now

    def open(self, actor: Actor, subject: str) -> Side:
        """A side by its name: team/digits@v1, run:ID; whoever keeps it asks whether *actor* may see it.

        Raises:
            BadName: it names nothing.
        """
        scheme, colon, _ = subject.partition(":")
        return self._sides[scheme if colon and scheme in self._sides else ""](actor, subject)

    def between(self, a: Side, b: Side) -> wire.ModelDiff:
        """All that differs; of large weights only what their headers say, until `measure` was done."""
        pairs = paired(a, b)
        found = self._remembered(a, b)
        if found is None and pairs.bytes_to_read <= self._read_at_once:
            found = self._measured(a, b, pairs, lambda _bytes: None)
        fields, files = reports.fields_shown(a, b), reports.files(a, b)
        return wire.ModelDiff(
            before=reports.side_shown(a),
            after=reports.side_shown(b),
            metrics=reports.metrics(a, b, _Intervals(a, b)),
            fields=fields[: reports.MOST_FIELDS],
            field_count=len(fields),
            notebook=reports.notebook(a, b),
            files=files[: reports.MOST_FILES],
            file_count=len(files),
            tensors=reports.tensors(pairs, found),
            notes=[*a.notes, *b.notes],
        )

    def measure(self, actor: Actor, asked: wire.DiffAsked) -> wire.Job:
        """Begin to read the weights of both sides; `between` knows the rest when the job is done."""
        a, b = self.open(actor, asked.before), self.open(actor, asked.after)

        def work(progress: Progress) -> None:
            progress(0.0, "reading the headers")
            pairs = paired(a, b)
            total, done = max(pairs.bytes_to_read, 1), 0

            def tell(count: int) -> None:
                nonlocal done
                done += count
                progress(done / total, f"compared {done >> 20} of {total >> 20} MiB")

            if self._remembered(a, b) is None:
                self._measured(a, b, pairs, tell)

        return self._jobs.start(actor, "diff", f"Compare {a.title} with {b.title}", work)

    def _measured(self, a: Side, b: Side, pairs: Pairs, tell: Callable[[int], None]) -> Mapping[str, Distance | None]:
        found = measured(pairs, tell)
        if pairs.bytes_to_read:
            self._remember(_key(a, b), found)
        return found

    def _remembered(self, a: Side, b: Side) -> Mapping[str, Distance | None] | None:
        query = select(tensor_distances.c.distances).where(tensor_distances.c.pair == _key(a, b))
        with self._database.read() as connection:
            text = connection.execute(query).scalar()
        if text is None:
            return None
        known = msgspec.json.decode(text, type=_Known)
        return {name: Distance(*one) if one is not None else None for name, one in known.items()}

    def _remember(self, key: str, found: Mapping[str, Distance | None]) -> None:
        """Keep it; the oldest goes when there are many."""
        known: _Known = {
            name: (one.change, one.before, one.largest, one.is_same) if one is not None else None
            for name, one in found.items()
        }
        row = {"pair": key, "distances": msgspec.json.encode(known).decode(), "at": self._now()}
        newest = select(tensor_distances.c.pair).order_by(tensor_distances.c.at.desc()).limit(MOST_KEPT)
        with self._database.write_derived() as connection:
            connection.execute(delete(tensor_distances).where(tensor_distances.c.pair == key))
            connection.execute(insert(tensor_distances).values(**row))
            kept = set(connection.execute(newest).scalars())
            every = set(connection.execute(select(tensor_distances.c.pair)).scalars())
            for old in every - kept:
                connection.execute(delete(tensor_distances).where(tensor_distances.c.pair == old))


def _key(a: Side, b: Side) -> str:
    """Names the contents of all weight files of both sides."""
    weights = [
        [(path, kept.content) for path, kept in sorted(side.source.files.items()) if path.lower().endswith(ENDINGS)]
        for side in (a, b)
    ]
    return hashlib.sha256(msgspec.json.encode(weights)).hexdigest()


class _Intervals:
    """Looks for results by example on both sides."""

    def __init__(self, a: Side, b: Side) -> None:
        self._a = a
        self._b = b
        self._left = MOST_INTERVALS

    def __call__(self, one: Measured) -> wire.Interval | None:
        if self._left <= 0:
            return None
        before, after = _scores(self._a, one), _scores(self._b, one)
        if before is not None and after is not None:
            self._left -= 1
            return examples.interval(before, after)
        left, right = (side.by_row.get(key_of(one)) for side in (self._a, self._b))
        if left is None or right is None:
            return None
        self._left -= 1
        return evaluated.interval(left, right)


def _scores(side: Side, one: Measured) -> examples.Scores | None:
    """The scores of the examples of a metric; of files that say no data set or split, they may be of any."""
    for path, kept in side.source.files.items():
        about = examples.about(path)
        if about is None or kept.size > examples.LARGEST:
            continue
        if examples.is_about((about.metric, about.dataset, about.split), one.name, one.dataset, one.split):
            try:
                return examples.read(path, b"".join(side.source.span(path, 0, kept.size)))
            except BadInput:  # somebody put another file there; the numbers stand alone then
                return None
    return None
