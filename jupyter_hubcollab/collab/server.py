"""Rooms in a Jupyter server: its contents manager, file ids and events, and what other extensions look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ..config import Config
from .alias import NAME, stand_in
from .by_reference import save_whole
from .events import SCHEMAS, schema_id
from .execution import Executions
from .files import ContentsFiles, Kind
from .gate import install
from .one_kernel import share_kernels
from .rooms import Rooms

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

SETTING = "hubcollab_rooms"
"""Where handlers find the rooms in the web application's settings."""

EXECUTIONS = "hubcollab_executions"
"""Where handlers find the cells that run on the server."""

_IDS = "file_id_manager"
_OUR_IDS = "hubcollab_file_ids"
"""Where the file ids are in the settings, and what lets them go if they were made here."""
_CONTENTS_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"


class FileIds:
    """The file ids of jupyter-server-fileid, whether its own extension is enabled or not."""

    def __init__(self, serverapp: ServerApp) -> None:
        self._serverapp = serverapp

    def index(self, path: str) -> str:
        """The id of a file, made if need be."""
        return str(self._manager.index(path))

    def get_path(self, file_id: str) -> str | None:
        """Where a file is now."""
        path = self._manager.get_path(file_id)
        return None if path is None else str(path)

    @property
    def _manager(self) -> Any:
        """Found at first use: that extension may be loaded after ours."""
        settings = self._serverapp.web_app.settings
        if _IDS not in settings:
            settings[_IDS] = self._made()
        return settings[_IDS]

    def _made(self) -> Any:
        from jupyter_server_fileid.manager import ArbitraryFileIdManager

        app = self._serverapp
        manager = ArbitraryFileIdManager(log=app.log, root_dir=app.root_dir, config=app.config)
        actions = manager.get_handlers_by_action()

        async def follow(logger: Any, schema_id: str, data: dict[str, Any]) -> None:  # noqa: ARG001
            action = actions.get(data["action"])
            if action is not None:
                action(data)

        def let_go() -> None:
            del app.web_app.settings[_IDS]
            _event_logger(app).remove_listener(schema_id=_CONTENTS_EVENTS, listener=follow)
            manager.con.commit()
            manager.con.close()

        _event_logger(app).add_listener(schema_id=_CONTENTS_EVENTS, listener=follow)
        app.web_app.settings[_OUR_IDS] = let_go
        return manager


class YDocServer:
    """What other extensions find as ``settings["jupyter_server_ydoc"]``."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def get_document(
        self,
        *,
        path: str | None = None,
        content_type: str | None = None,
        file_format: Literal["json", "text"] | None = None,
        room_id: str | None = None,
        copy: bool = True,
        create: bool = False,
    ) -> Any:
        """The document of a room, or a copy of it; None if the room is not open and is not to be opened.

        Raises:
            ValueError: neither a room nor path, type and format were given, or both were.
            RoomNotFound: there is no such file.
        """
        place = (path, content_type, file_format)
        if room_id is None and None not in place:
            room_id = self._rooms.room_of(str(path), Kind(str(file_format), str(content_type)))
        elif room_id is None or place != (None, None, None):
            raise ValueError("give either room_id, or path, content_type and file_format")
        return await (self._rooms.copy if copy else self._rooms.document)(room_id, create=create)


class _Events:
    """Publishes jupyter-collaboration's events; makes them known first, unless its own server part did."""

    def __init__(self, serverapp: ServerApp) -> None:
        self._serverapp = serverapp

    def __call__(self, name: str, fields: dict[str, Any]) -> None:
        logger = _event_logger(self._serverapp)
        if schema_id(name) not in logger.schemas:
            logger.register_event_schema(SCHEMAS[name])
        logger.emit(schema_id=schema_id(name), data=fields)


def _event_logger(serverapp: ServerApp) -> Any:
    return serverapp.event_logger


def attach(serverapp: ServerApp, config: Config) -> Rooms:
    """Give *serverapp* rooms; call it while the extension registers its handlers. Nothing is opened or imported yet."""
    rooms = Rooms(config, ContentsFiles(serverapp.contents_manager, FileIds(serverapp)), _Events(serverapp))
    serverapp.web_app.settings[SETTING] = rooms
    install(serverapp, rooms, config.owner)
    share_kernels(serverapp)
    save_whole(serverapp.contents_manager, rooms.outputs)
    serverapp.web_app.settings[EXECUTIONS] = Executions(rooms, lambda: serverapp.kernel_manager)
    serverapp.web_app.settings[NAME] = YDocServer(rooms)
    stand_in(serverapp, YDocServer(rooms).get_document)
    return rooms


def release(serverapp: ServerApp) -> None:
    """Let go the file ids, if they were made here; call it once the rooms are stopped."""
    let_go = serverapp.web_app.settings.pop(_OUR_IDS, None)
    if let_go is not None:
        let_go()


def announce(serverapp: ServerApp) -> None:
    """Say which server serves the rooms; call it once all extensions are loaded."""
    extension = serverapp.extension_manager.extensions.get(NAME)
    if extension is not None and extension.enabled:
        serverapp.web_app.settings[NAME] = YDocServer(serverapp.web_app.settings[SETTING])
        serverapp.log.info("Rooms are served by jupyter_hubcollab; jupyter_server_ydoc is enabled too, but not asked.")
