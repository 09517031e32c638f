"""The variants of a model, as a list in code and a table in a notebook; and making some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import wire
from ..errors import RevisionNotFound
from ..names import repo_id
from .addresses import of_repo
from .connection import Connection, connect
from .diffs import wait
from .downloads import parted
from .tables import Listed, Row, counted, size, table

if TYPE_CHECKING:
    import pandas


class Variants(Listed[wire.Variant]):
    """The forms of a model: what is loaded by default first, then the smallest, then other repos."""

    def __init__(self, found: wire.VariantList) -> None:
        super().__init__(found.variants)
        self.repo = found.id
        self.makeable = tuple(found.makeable)
        """What ``hub.variants(repo, [...])`` can make of it."""

    def __repr__(self) -> str:
        lines = [
            f"  {_name(one, self.repo):<40} {one.format:<12} {one.dtype:<6} {size(one.size_bytes):>8}  {_load(one)}"
            for one in self
        ]
        return "\n".join([self._title(), *(line.rstrip() for line in lines)])

    def _repr_html_(self) -> str:
        rows: list[Row] = [
            [_name(one, self.repo), one.format, one.dtype, size(one.size_bytes), one.relation, one.code] for one in self
        ]
        return table(self._title(), ["Variant", "Format", "Numbers", "Size", "Made as", "Load"], rows)

    def to_pandas(self) -> pandas.DataFrame:
        """A row per variant."""
        import msgspec
        import pandas

        rows: list[dict[str, Any]] = [msgspec.structs.asdict(one) for one in self]
        return pandas.DataFrame(rows)

    def _title(self) -> str:
        more = f"; {' and '.join(self.makeable)} can be made" if self.makeable else ""
        return f"{self.repo}: {counted(len(self), 'variant')}{more}"


def variants(
    repo: str,
    formats: Sequence[str] = (),
    *,
    revision: str | None = None,
    into: str | None = None,
    connection: Connection | None = None,
) -> Variants:
    """The forms in which the model *repo* exists, with size, type, and the code that loads each.

    With *formats*, as in ``["fp16", "bf16"]``, make these of its safetensors first, with a bar; they lie beside the
    others under the names that Hugging Face's libraries know, on the branch *into* (*revision*, if that is one).

    Raises:
        NotSupported: the hub does not make this format; the text says how to add what another tool made.
        BadInput: there is nothing of which it could be made, or it is there already.
    """
    name, at = parted(repo, revision)
    id, hub = repo_id(name), connection or connect()
    where = f"{of_repo(id)}/variants"
    if formats:
        asked = wire.VariantRequest(formats=list(formats), revision=at or "main", into=into)
        wait(hub, hub.post(where, asked, wire.Job), f"making {', '.join(formats)} of {name}")
    shown = _made_on(hub, where, at, into) if formats else at
    return Variants(hub.get(where, wire.VariantList, **({"revision": shown} if shown else {})))


def _made_on(hub: Connection, where: str, at: str | None, into: str | None) -> str | None:
    """The branch that got the variants: a version never changes, so the hub made one for those of a version."""
    if into or not at:
        return into or at
    try:
        hub.get(where, wire.VariantList, revision=f"variants/{at}")
    except RevisionNotFound:
        return at
    return f"variants/{at}"


def _name(one: wire.Variant, repo: str) -> str:
    if one.repo_id != repo:
        return one.repo_id
    more = f" and {len(one.files) - 1} more" if len(one.files) > 1 else ""
    return f"{one.files[0]}{more}"


def _load(one: wire.Variant) -> str:
    return one.code.strip().splitlines()[-1]
