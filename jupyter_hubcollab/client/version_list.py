"""The versions of a model, as a list in code and a table in a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import wire
from ..names import repo_id
from .addresses import of_model
from .connection import Connection, connect
from .tables import Listed, Row, counted, metric_cell, size, table

if TYPE_CHECKING:
    import pandas

MOST_METRICS = 6


class Versions(Listed[wire.Version]):
    """The versions of a model, newest first."""

    def __init__(self, repo: str, versions: Sequence[wire.Version]) -> None:
        super().__init__(versions)
        self.repo = repo
        every = {(one.name, one.dataset, one.split) for version in versions for one in version.metrics}
        self._several = {name for name, count in Counter(name for name, *_ in every).items() if count > 1}
        """Metrics that were measured on several data sets."""

    def __repr__(self) -> str:
        lines = [f"{self.repo}: {counted(len(self), 'version')}"]
        for version in self:
            numbers = ", ".join(f"{self._label(one)}={one.value:.4g}" for one in version.metrics[:MOST_METRICS])
            about = f"{version.message}{_notes(version)}"
            lines.append(f"  {version.tag:<8} {version.created_at:%Y-%m-%d %H:%M}  {numbers}  {about}".rstrip())
        return "\n".join(lines)

    @property
    def metric_names(self) -> list[str]:
        """The names of all metrics that some version has; with what they were measured on, where names are the same."""
        return list(dict.fromkeys(self._label(one) for version in self for one in version.metrics))

    def _label(self, one: wire.Metric) -> str:
        where = ", ".join(word for word in (one.dataset, one.split) if word)
        return f"{one.name} ({where})" if where and one.name in self._several else one.name

    def to_pandas(self) -> pandas.DataFrame:
        """A row per version, a column per metric."""
        import pandas

        rows: list[dict[str, Any]] = [
            {
                "version": version.tag,
                "created_at": version.created_at,
                "author": version.author.display_name,
                "message": version.message,
                **{self._label(one): one.value for one in version.metrics},
                "size_bytes": version.size_bytes,
                "run_id": version.run_id,
                "commit": version.commit,
            }
            for version in self
        ]
        return pandas.DataFrame(rows)

    def _repr_html_(self) -> str:
        names = self.metric_names[:MOST_METRICS]
        head = ["Version", *names, "Message", "By", "When (UTC)", "Size"]
        rows: list[Row] = []
        for version in self:
            by_name = {self._label(one): one for one in version.metrics}
            numbers = [metric_cell(by_name.get(name)) for name in names]
            when = f"{version.created_at:%Y-%m-%d %H:%M}"
            about = [version.message + _notes(version), version.author.display_name, when, size(version.size_bytes)]
            rows.append([version.tag, *numbers, *about])
        return table(f"Versions of {self.repo}, newest first", head, rows)


def _notes(version: wire.Version) -> str:
    """Aliases, and that nobody should use it any more."""
    aliases = "".join(f" [{alias}]" for alias in version.aliases)
    return aliases + (f" (deprecated: {version.deprecated.reason})" if version.deprecated else "")


def versions(repo: str, *, connection: Connection | None = None) -> Versions:
    """The versions of the model *repo*, newest first, each with its metrics.

    Raises:
        RepoNotFound: there is no such model, or none that you may see.
    """
    id = repo_id(repo)
    hub = connection or connect()
    found = hub.get(f"{of_model(id)}/versions", wire.VersionList)
    return Versions(str(id), found.versions)
