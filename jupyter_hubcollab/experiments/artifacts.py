"""What runs logged as files: listed, and the beginning of one as text or as a table.

Built by ``Artifacts(runs, rest)``. Read through MLflow, wherever it keeps them; at most `LARGEST_READ` of a file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from ..access import Actor, require_scope
from ..errors import EntryNotFound
from ..names import file_path
from ..wire import ArtifactPreview, RunArtifact, RunArtifacts
from .rest import API, Rest
from .runs import Runs

LARGEST_READ = 1 << 20
LONGEST_TEXT = 100_000
MOST_ROWS = 200
MOST_COLUMNS = 50
LONGEST_CELL = 300
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp")
_TABLES = (".csv", ".tsv")
Cells = list[list[str]]


class Artifacts:
    """The files of all runs."""

    def __init__(self, runs: Runs, rest: Rest) -> None:
        self._runs = runs
        self._rest = rest

    def list(self, actor: Actor, run_id: str, path: str = "") -> RunArtifacts:
        """What lies in the folder *path* of a run; models that it logged lie beside its own files.

        Raises:
            RunNotFound: there is no such run.
        """
        self._runs.recorded(actor, run_id)
        return RunArtifacts(path=path, entries=list(self._entries(run_id, path)))

    def preview(self, actor: Actor, run_id: str, path: str) -> ArtifactPreview:
        """The beginning of a file.

        Raises:
            EntryNotFound: the run has no such file.
        """
        require_scope(actor, "read")
        inner = file_path(path)
        folder = inner.rpartition("/")[0]
        entry = next((one for one in self._entries(run_id, folder) if one.path == inner and not one.is_dir), None)
        if entry is None:
            raise EntryNotFound(f"the run has no file '{inner[:200]}'")
        size = entry.size_bytes or 0
        url = "hubcollab/mlflow/get-artifact?" + urlencode({"path": inner, "run_uuid": run_id})
        found = ArtifactPreview(
            path=inner, kind="binary", text="", columns=[], rows=[], truncated=False, size_bytes=size, url=url
        )
        if inner.lower().endswith(_IMAGES):
            return _with(found, kind="image")
        return _shown(found, self._head(run_id, inner, size), size)

    def note(self, actor: Actor, run_id: str, text: str) -> None:
        """Write what people say about a run; MLflow's own page shows it, too."""
        self._tag(actor, run_id, "mlflow.note.content", text)

    def stopped(self, actor: Actor, run_id: str) -> None:
        """Note who stopped a run."""
        self._tag(actor, run_id, "hubcollab.stopped_by", actor.display_name or actor.name)

    def _tag(self, actor: Actor, run_id: str, key: str, value: str) -> None:
        require_scope(actor, "write")
        self._runs.recorded(actor, run_id)
        self._rest.post(f"{API}/runs/set-tag", {"run_id": run_id, "key": key, "value": value})

    def _entries(self, run_id: str, path: str) -> Iterator[RunArtifact]:
        params = {"run_id": run_id} | ({"path": file_path(path)} if path else {})
        for entry in self._rest.get(f"{API}/artifacts/list", **params).get("files", []):
            is_dir = bool(entry.get("is_dir"))
            size = None if is_dir else int(entry.get("file_size") or 0)
            yield RunArtifact(path=str(entry["path"]), is_dir=is_dir, size_bytes=size)

    def _head(self, run_id: str, path: str, size: int) -> bytes:
        head = b""
        if size:
            for chunk in self._rest.stream("/get-artifact", path=path, run_uuid=run_id):
                head += chunk
                if len(head) >= LARGEST_READ:
                    break
        return head[:LARGEST_READ]


def _with(preview: ArtifactPreview, **fields: Any) -> ArtifactPreview:
    import msgspec

    return msgspec.structs.replace(preview, **fields)


def _shown(preview: ArtifactPreview, head: bytes, size: int) -> ArtifactPreview:
    if b"\0" in head[:8192]:
        return preview
    text = head.decode("utf-8", "replace")
    if text.count("�") > len(text) / 20:
        return preview
    cut = len(head) < size
    table = _table(preview.path.lower(), text, cut=cut)
    if table is not None:
        columns, rows = table
        shown = [[cell[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]] for row in rows[:MOST_ROWS]]
        more = cut or len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS
        return _with(preview, kind="table", columns=columns[:MOST_COLUMNS], rows=shown, truncated=more)
    return _with(preview, kind="text", text=text[:LONGEST_TEXT], truncated=cut or len(text) > LONGEST_TEXT)


def _table(name: str, text: str, *, cut: bool) -> tuple[list[str], Cells] | None:
    """Columns and rows of what is a table: CSV, TSV, or the JSON of ``mlflow.log_table``."""
    if name.endswith(_TABLES):
        lines = csv.reader(io.StringIO(text), delimiter="\t" if name.endswith(".tsv") else ",")
        try:
            rows = list(islice(lines, MOST_ROWS + 2))
        except csv.Error:
            return None
        return (rows[0], rows[1:]) if rows else None
    if not name.endswith(".json") or cut:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or set(found) != {"columns", "data"} or not isinstance(found["data"], list):
        return None
    return [str(one) for one in _list(found["columns"])], [[str(cell) for cell in _list(row)] for row in found["data"]]


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]
