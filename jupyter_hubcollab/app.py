"""The Jupyter server extension: puts the parts together, starts and stops them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Float, Int, Unicode

from .config import Config

if TYPE_CHECKING:
    from .services import Services

T = TypeVar("T")


class Lazy(Generic[T]):
    """A value that is made once, in a thread, when somebody first asks or when `start` was called.

    Importing SQLAlchemy and pygit2 takes half a second, which a server that starts should not wait for.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._task: asyncio.Task[T] | None = None

    def start(self) -> asyncio.Task[T]:
        """Begin to make the value, unless that was begun before; a failure is tried again at the next call."""
        if self._task is None or (self._task.done() and self._task.exception() is not None):
            self._task = asyncio.get_running_loop().create_task(asyncio.to_thread(self._make))
        return self._task

    async def ready(self) -> T:
        """The value."""
        return await asyncio.shield(self.start())

    @property
    def made(self) -> T | None:
        """The value if it is there already."""
        task = self._task
        return task.result() if task is not None and task.done() and task.exception() is None else None


class HubCollab(ExtensionApp):
    """Rooms, experiments and a model hub in one Jupyter server."""

    name = "jupyter_hubcollab"
    extension_url = "/lab"
    load_other_extensions = True

    data_dir = Unicode("", config=True, help="Folder that holds everything; empty: .hubcollab in the server's root folder.")
    database_url = Unicode("", config=True, help="SQLAlchemy URL of the index; empty: a SQLite file in data_dir.")
    mlflow_tracking_uri = Unicode("", config=True, help="URL of the team's own MLflow server; empty: the hub runs one.")
    offline = Bool(False, config=True, help="Ask nothing of the internet.")
    anonymous_read = Bool(False, config=True, help="Let requests without login read public repos.")
    save_delay_s = Float(1.0, config=True, help="Seconds after an edit of a shared document until its file is saved.")
    save_at_latest_s = Float(2.0, config=True, help="Seconds after the first unsaved edit by which the file is saved.")
    room_keep_s = Float(60.0, config=True, help="Seconds for which a room is kept in memory after the last person left.")
    max_upload_bytes = Int(64 << 30, config=True, help="Largest file that may be uploaded, in bytes.")
    max_regular_bytes = Int(10 << 20, config=True, help="Largest file that goes into git itself, in bytes.")
    owner = Unicode("", config=True, help="Name under which requests with the server's own token act.")
