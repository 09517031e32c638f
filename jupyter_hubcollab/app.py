"""The Jupyter server extension: puts the parts together, starts and stops them."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Enum, Float, Int, List, Unicode

from .config import Config
from .kernels import Kernels
from .lazy import Lazy
from .pauses import Pauses
from .stopping import LEAST_STOP_S, STOP_S, end_in_time

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from .services import Services


SWITCH_INTERVAL_S = 0.001


class HubCollab(ExtensionApp):
    """Rooms, experiments and a model hub in one Jupyter server."""

    name = "jupyter_hubcollab"
    extension_url = "/lab"
    load_other_extensions = True

    data_dir = Unicode(
        "", config=True, help="Folder that holds everything; empty: .hubcollab in the server's root folder."
    )
    database_url = Unicode("", config=True, help="SQLAlchemy URL of the index; empty: a SQLite file in data_dir.")
    catalogue_url = Unicode(
        "", config=True, help="URL of a PostgreSQL with pgvector that servers share for search; empty: a file."
    )
    embedding_model = Unicode(
        "",
        config=True,
        help="Folder with an ONNX sentence encoder, or folder or id for sentence-transformers; empty: the one shipped.",
    )
    mlflow_tracking_uri = Unicode("", config=True, help="URL of the team's own MLflow server; empty: the hub runs one.")
    mlflow_database_url = Unicode(
        "", config=True, help="SQLAlchemy URL of the database of the hub's MLflow; empty: a SQLite file in data_dir."
    )
    mlflow_artifacts_url = Unicode(
        "", config=True, help="Where the hub's MLflow keeps artifacts, as in s3://bucket/folder; empty: in data_dir."
    )
    system_metrics = Bool(
        False, config=True, help="Let runs log what the machine does: MLflow's system metrics, every ten seconds."
    )
    energy_country = Unicode(
        "", config=True, help="Country of the kernels' machine, as in HUN: runs estimate energy and CO₂; empty: no."
    )
    offline = Bool(
        False, config=True, help="Ask nothing of other hubs; what was read from them before is served all the same."
    )
    upstreams = List(
        Unicode(),
        ["https://huggingface.co"],
        config=True,
        help="Addresses of the hubs from which repos that this one does not have are read, in the order of asking.",
    )
    upstream_cache_bytes = Int(
        0, config=True, help="Bytes that files of other hubs may take here, the last used stay; 0: no limit."
    )
    anonymous_read = Bool(False, config=True, help="Let requests without login read public repos.")
    save_delay_s = Float(1.0, config=True, help="Seconds after an edit of a shared document until its file is saved.")
    save_at_latest_s = Float(2.0, config=True, help="Seconds after the first unsaved edit by which the file is saved.")
    room_keep_s = Float(
        60.0, config=True, help="Seconds for which a room is kept in memory after the last person left."
    )
    large_output_chars = Int(
        32 << 10,
        config=True,
        help="Outputs with more characters are kept beside the shared notebook and loaded when they are seen; 0: none.",
    )
    webhook_loopback = Bool(False, config=True, help="Let webhooks call programs on the hub's own machine.")
    max_upload_bytes = Int(64 << 30, config=True, help="Largest file that may be uploaded, in bytes.")
    max_regular_bytes = Int(10 << 20, config=True, help="Largest file that goes into git itself, in bytes.")
    max_commit_bytes = Int(1 << 40, config=True, help="Bytes that one commit or push may bring.")
    max_files = Int(100_000, config=True, help="Files that a revision may have.")
    person_quota_bytes = Int(0, config=True, help="Bytes that the repos of a person may hold together; 0: no limit.")
    organisation_quota_bytes = Int(
        0, config=True, help="Bytes that the repos of an organisation may hold together; 0: no limit."
    )
    gates_at_once = Int(
        0, config=True, help="Runs of gates that go on side by side; 0: one for every two cores, four at most."
    )
    version_numbers = Enum(
        ("running", "semantic"),
        "running",
        config=True,
        help="How versions are numbered that nobody names: running (v1, v2) or semantic (v1.0.0, v1.1.0).",
    )
    everyone_role = Enum(
        ("write", "read"), "write", config=True, help="What all who are logged in may do in open organisations."
    )
    owner = Unicode("", config=True, help="Name under which requests with the server's own token act.")

    def initialize_settings(self) -> None:
        """Make the services known to handlers; nothing heavy is imported here."""
        assert self.serverapp is not None
        self._config = self._config_of(self.serverapp)
        self._services: Lazy[Services] = Lazy(self._build)
        self._kernels = Kernels(self.serverapp, self._services.ready)
        self._kernels.install()
        self.settings["hubcollab_services"] = self._services

    def initialize_handlers(self) -> None:
        """Register all routes."""
        from .collab import attach
        from .routes import routes_beside
        from .web.notices import NOTICES, Notices

        assert self.serverapp is not None
        self._rooms = attach(self.serverapp, self._config)
        notices = Notices(lambda: self._services.made)
        self._rooms.on_notice = self.serverapp.web_app.settings[NOTICES] = notices
        extensions = self.serverapp.extension_manager.extensions
        self.handlers.extend(routes_beside({name for name, one in extensions.items() if one.enabled}))

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Build the services once the server listens; requests that come earlier wait for them."""
        from .collab import announce

        announce(serverapp)
        self._services.start()

    async def stop_extension(self) -> None:
        """Stop what was started, rooms first: they flush what people typed. All of it takes three seconds at most."""
        from .collab import release

        assert self.serverapp is not None
        end = asyncio.get_running_loop().time() + STOP_S
        await self._rooms.stop()
        release(self.serverapp)
        await end_in_time(self.serverapp, self._stop_hub(end))

    async def _stop_hub(self, end: float) -> None:
        loop = asyncio.get_running_loop()
        services = await self._services.last(end - loop.time())
        if services is not None:
            await self._kernels.close()
            await services.close(max(end - loop.time(), LEAST_STOP_S))

    def _config_of(self, serverapp: ServerApp) -> Config:
        given: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(Config)}
        given["data_dir"] = Path(self.data_dir or Path(serverapp.root_dir) / ".hubcollab").expanduser().absolute()
        given["upstreams"] = tuple(self.upstreams)
        if not self.owner:
            del given["owner"]
        return Config(**given)

    def _build(self) -> Services:
        from .services import build

        assert self.serverapp is not None
        owner = f"the server at {self.serverapp.display_url.splitlines()[0].strip()} (process {os.getpid()})"
        services = build(self._config, owner, self._kernels.alive)
        # At each call to the system the event loop lets go of the interpreter, and waits so long for each busy thread
        # until it has it again: with Python's five milliseconds, most of its time under load.
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_INTERVAL_S))
        if not gc.get_freeze_count():
            Pauses().begin()
        return services


main = launch_new_instance = HubCollab.launch_instance
