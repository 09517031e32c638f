"""MLflow's model registry on the hub: the plugin behind ``MLFLOW_REGISTRY_URI=hubcollab://``.

MLflow finds it through the entry point ``mlflow.model_registry_store``. All calls but one are MLflow's own REST client
with another address; making a version sends the files first, since a version on the hub holds them. Prompts stay in the
registry of the tracking server: they are no models.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ErrorCode
from mlflow.protos.model_registry_pb2 import CreateModelVersion
from mlflow.store.model_registry.rest_store import RestStore
from mlflow.utils.proto_json_utils import parse_dict
from mlflow.utils.rest_utils import MlflowHostCreds

from .. import errors, wire
from .connection import Connection, connect
from .publishing import files_of, send_missing

SCHEME = "hubcollab"
_CODES = {errors.NotFound: "RESOURCE_DOES_NOT_EXIST", errors.AccessDenied: "PERMISSION_DENIED"}
_OPTIONS = ("run_id", "tags", "run_link", "description", "local_model_path", "model_id")
_PROMPTS = (
    *("create_prompt", "search_prompts", "delete_prompt", "get_prompt", "set_prompt_tag", "delete_prompt_tag"),
    *("create_prompt_version", "get_prompt_version", "delete_prompt_version", "get_prompt_version_by_alias"),
    *("set_prompt_alias", "delete_prompt_alias", "search_prompt_versions", "set_prompt_version_tag"),
    *("delete_prompt_version_tag", "link_prompts_to_trace", "link_prompt_version_to_model"),
    "link_prompt_version_to_run",
)


class HubRegistryStore(RestStore):
    """The registry of one hub."""

    def __init__(self, store_uri: str | None = None, tracking_uri: str | None = None) -> None:
        self._hub = hub_of(store_uri or "")
        creds = MlflowHostCreds(host=f"{self._hub.url}/registry", token=self._hub.token)
        super().__init__(lambda: creds)
        self._tracking_uri = tracking_uri
        for name in _PROMPTS:
            setattr(self, name, self._of_prompts(name))

    def _validate_workspace_support_if_specified(self) -> None:
        """The hub has namespaces, not MLflow's workspaces."""

    def _of_prompts(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            from mlflow.tracking._model_registry.utils import _get_store

            uri = self._tracking_uri or os.environ.get("MLFLOW_TRACKING_URI")
            return getattr(_get_store(uri, uri), name)(*args, **kwargs)

        return call

    def create_model_version(self, name: str, source: str, *rest: Any, **named: Any) -> ModelVersion:
        """Send the files that the hub lacks, then make the version of them; MLflow's other arguments are as ever."""
        given = dict(zip(_OPTIONS, rest, strict=False)) | named
        model_id = given.get("model_id") or _logged(source)
        with tempfile.TemporaryDirectory(prefix="hubcollab-") as scratch:
            local = given.get("local_model_path")
            folder = Path(local) if local else _fetched(source, Path(scratch))
            try:
                files = files_of(folder)
                send_missing(self._hub, name, files)
                asked = wire.VersionRegistration(
                    name=name,
                    files=[wire.PublishedFile(path=one.path, digest=one.digest, size_bytes=one.size) for one in files],
                    source=source,
                    run_id=given.get("run_id") or _run_of(model_id),
                    run_link=given.get("run_link"),
                    model_id=model_id,
                    description=given.get("description"),
                    tags={str(tag.key): str(tag.value) for tag in given.get("tags") or []},
                )
                answer = self._hub.post("registry/versions", asked, dict[str, Any])
            except errors.HubError as error:
                raise _worded(error) from error
        response = CreateModelVersion.Response()
        parse_dict(answer, response)
        return ModelVersion.from_proto(response.model_version)


def hub_of(uri: str) -> Connection:
    """The hub that *uri* names; ``hubcollab://`` is the one of this kernel, ``hubcollab://host/hubcollab`` another."""
    parts = urlsplit(uri)
    if not parts.netloc:
        return connect()
    scheme = "http" if parts.hostname in ("127.0.0.1", "localhost", "::1") else "https"
    return connect({**os.environ, "HUBCOLLAB_URL": f"{scheme}://{parts.netloc}{parts.path}"})


def _fetched(source: str, scratch: Path) -> Path:
    from mlflow.artifacts import download_artifacts

    local = Path(source.removeprefix("file://"))
    if local.is_dir():
        return local
    return Path(download_artifacts(artifact_uri=source, dst_path=str(scratch)))


def _logged(source: str) -> str | None:
    """The id of the logged model that *source* names."""
    name = source.removeprefix("models:/")
    return name if name != source and name.startswith("m-") and "/" not in name else None


def _run_of(model_id: str | None) -> str | None:
    if model_id is None:
        return None
    from mlflow import MlflowClient

    try:
        return MlflowClient().get_logged_model(model_id).source_run_id or None
    except MlflowException:  # a model of another tracking server
        return None


def _worded(error: errors.HubError) -> MlflowException:
    """A refusal of the hub as MLflow's client raises them."""
    code = next((_CODES[kind] for kind in type(error).__mro__ if kind in _CODES), "INVALID_PARAMETER_VALUE")
    return MlflowException(str(error), error_code=ErrorCode.Value(code))
