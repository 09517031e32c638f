"""Rooms in which several people edit one document. Knows no hub.

    rooms = attach(serverapp, config)      # in initialize_handlers: cheap, opens and imports nothing
    announce(serverapp)                    # in _start_jupyter_server_extension
    await rooms.stop()                     # in stop_extension, before the services close: saves, at most 3 seconds

The routes are `jupyter_hubcollab.web.rooms.ROUTES`; they find the rooms in the web application's settings. Read
docs/protocols/collaboration.md for what goes over the wire and what is promised.

    rooms.py     all rooms: who opens, keeps and closes them        room.py      one room: its tabs and edits
    fanout.py    what goes to whom and when                         presence.py  cursors and names
    keeper.py    a room's file: load, save, changes from outside    document.py  the Yjs document and its edits
    updates.py   the durable log                                    history.py   steps with authors, timelines
    past.py      named points, differences, the way back            authorship.py who wrote which characters
    merge.py     three-way merges of plain contents                 salvage.py   typing in cells that others moved away
    strangers.py tabs of another history                            forks.py     copies on which people work apart
    server.py    what of Jupyter it all stands on
"""

from .files import Kind, parse_kind
from .forks import Fork, new_fork
from .people import Link, Person
from .rooms import Rooms, Session
from .server import EXECUTIONS, SETTING, announce, attach, release

__all__ = [
    "EXECUTIONS",
    "SETTING",
    "Fork",
    "Kind",
    "Link",
    "Person",
    "Rooms",
    "Session",
    "announce",
    "attach",
    "new_fork",
    "parse_kind",
    "release",
]
