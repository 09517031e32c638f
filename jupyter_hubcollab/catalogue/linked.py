"""The catalogue as linked data: each row a node, all of them one JSON-LD document that is written as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote

import msgspec

from .. import wire
from ..models import jsonld
from ..models.linked import address
from ..names import RepoId
from .documents import HUB

AT_ONCE = 500


def described(row: wire.CatalogueRow, base: str) -> jsonld.Described:
    """What a row says, as `jsonld` tells it; addresses of our own repos begin with *base*."""
    return jsonld.Described(
        iri=_iri(row, base),
        id=row.id,
        name=row.name,
        kind=row.kind,
        description=row.summary,
        markdown=row.body or "",
        version=row.latest,
        task=row.task,
        category=row.architecture,
        library=row.library,
        license=row.license,
        languages=tuple(row.languages),
        tags=tuple(row.tags),
        parameters=row.parameters,
        size_bytes=row.size_bytes,
        base_models=(row.base_model,) if row.base_model else (),
        datasets=tuple(row.datasets),
        evaluations=tuple(jsonld.Evaluation(name, value, dataset or None) for name, value, dataset in row.metrics),
        updated_at=row.updated_at,
        downloads=row.downloads,
        likes=row.likes,
    )


def graph(rows: Iterable[wire.CatalogueRow], base: str) -> Iterator[bytes]:
    """All *rows* as one JSON-LD document, in pieces."""
    encode, rest = msgspec.json.encode, iter(rows)
    yield b'{"@context":' + encode(jsonld.CONTEXT) + b',"@graph":['
    comma = b"\n"
    while some := list(islice(rest, AT_ONCE)):
        yield comma + b",\n".join(encode(jsonld.node(described(row, base))) for row in some)
        comma = b",\n"
    yield b"\n]}\n"


def _iri(row: wire.CatalogueRow, base: str) -> str:
    if row.source == HUB:
        namespace, _, name = row.id.partition("/")
        return address(base, RepoId(namespace, name, row.kind))
    return row.url or f"{base}hubcollab/api/catalogue#{quote(f'{row.source}:{row.kind}:{row.id}', safe='')}"
