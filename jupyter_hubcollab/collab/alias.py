"""The name under which extensions look for rooms in the server's list of extensions: ``jupyter_server_ydoc``.

jupyter-server-nbmodel and others take the extension of that name and ask it for documents. Where the real one is not
enabled we stand in the list in its place; where it is, it gives our documents, since ours are the ones people edit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

NAME = "jupyter_server_ydoc"

GetDocument = Callable[..., Awaitable[Any]]


class _Stand:
    """As much of an extension as others ask of it; the server ends it with the rest."""

    name = NAME

    def __init__(self, get_document: GetDocument) -> None:
        self.get_document = get_document
        self.app = self

    async def stop_extension(self) -> None:
        """The rooms are stopped by ourselves."""

    def current_activity(self) -> None:
        """Our own extension tells of it."""


def stand_in(serverapp: ServerApp, get_document: GetDocument) -> None:
    """Be found as the upstream extension; call it before other extensions are loaded."""
    from jupyter_server.extension.manager import ExtensionPackage

    manager = serverapp.extension_manager
    if manager.extension_apps.get(NAME):
        for app in manager.extension_apps[NAME]:
            app.get_document = get_document
        return
    # Not enabled: there is nothing to import, link or load.
    package: Any = ExtensionPackage(name=NAME, enabled=False)  # type: ignore[no-untyped-call]
    package.extension_points = {NAME: _Stand(get_document)}
    manager.extensions[NAME] = package
