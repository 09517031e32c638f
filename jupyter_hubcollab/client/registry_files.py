"""The files of registered models for MLflow: ``hubcollab:/models/team/digits/<revision>``.

MLflow finds it through the entry point ``mlflow.artifact_repository`` whenever it is imported, so it imports nothing
heavy; and it makes ``models:/team/digits@champion`` and ``models:/team/digits/3`` understood, see `registry_names`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import ArtifactRepository

from .registry_names import understand

PREFIX = "hubcollab:/models/"
understand()


class HubFiles(ArtifactRepository):
    """The files of one revision; read from the snapshots that `hub.load` uses, too."""

    def __init__(self, artifact_uri: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(artifact_uri, *args, **kwargs)
        namespace, name, revision, *inner = artifact_uri.removeprefix(PREFIX).split("/")
        self._repo = f"{namespace}/{name}"
        self._revision = revision
        self._inner = "/".join(inner)

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """What lies directly below *path*."""
        folder = self._folder()
        below = folder / path if path else folder
        if not below.is_dir():
            return []
        return [
            FileInfo(
                entry.relative_to(folder).as_posix(), entry.is_dir(), None if entry.is_dir() else entry.stat().st_size
            )
            for entry in sorted(below.iterdir())
        ]

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        # A copy: MLflow writes beside what it downloads, and snapshots are shared.
        shutil.copyfile(self._folder() / remote_file_path, local_path)

    def _folder(self) -> Path:
        from ..errors import HubError
        from .downloads import snapshot

        try:
            return snapshot(self._repo, revision=self._revision).path / self._inner
        except HubError as error:
            raise MlflowException(str(error)) from error

    def log_artifact(self, local_file: str, artifact_path: str | None = None) -> None:
        """Refused: versions do not change."""
        del artifact_path
        raise MlflowException(f"{Path(local_file).name}: a version does not change; register a new one")

    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        """Refused."""
        self.log_artifact(local_dir, artifact_path)
