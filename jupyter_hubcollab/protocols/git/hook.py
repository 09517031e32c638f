"""The conversation with git's ``pre-receive`` hook: it asks whether a push may be, the server answers.

The hook is four lines of shell that talk over two named pipes, so that the check runs in the server with all services
and no second Python is started.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import NotSupported

if TYPE_CHECKING:
    from ...hub.pushes import Update

_SCRIPT = """#!/bin/sh
{ echo "$GIT_QUARANTINE_PATH"; cat; echo end; } >"$HUBCOLLAB_ASK" || exit 1
while IFS= read -r line; do
  case "$line" in accept) exit 0 ;; refuse) exit 1 ;; *) echo "$line" >&2 ;; esac
done <"$HUBCOLLAB_ANSWER"
exit 1
"""
DURABLE = """#!/bin/sh
case "$1" in
prepared) sync objects objects/pack objects/[0-9a-f][0-9a-f] 2>/dev/null ;;
committed)
  folders=
  while read -r _ _ ref; do
    while [ "$ref" != "${ref%/*}" ]; do ref=${ref%/*}; folders="$folders $ref"; done
  done
  sync . $folders 2>/dev/null ;;
esac
exit 0
"""
"""git waits for the contents of files, not for their names. Before a ref moves, its objects must have theirs, and
before the push is answered, the ref."""
_LONGEST_QUESTION = 16 << 20


class Hook:
    """Named pipes for one push."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Opened for both ways, a pipe waits for nobody and never ends.
        self._ask = os.open(folder / "ask", os.O_RDWR | os.O_NONBLOCK)
        self._answer = os.open(folder / "answer", os.O_RDWR | os.O_NONBLOCK)
        self._heard = bytearray()

    @classmethod
    def make(cls) -> Hook:
        """Make the pipes and the script.

        Raises:
            NotSupported: this system has no named pipes.
        """
        if not hasattr(os, "mkfifo"):
            raise NotSupported("push needs named pipes, which this system does not have; upload by HTTP instead")
        folder = Path(tempfile.mkdtemp(prefix="hubcollab-push-"))
        for name in ("ask", "answer"):
            os.mkfifo(folder / name, 0o600)
        for name, words in {"pre-receive": _SCRIPT, "reference-transaction": DURABLE}.items():
            (folder / name).write_text(words)
            (folder / name).chmod(0o700)
        return cls(folder)

    @property
    def variables(self) -> dict[str, str]:
        """Where the script finds the pipes."""
        return {"HUBCOLLAB_ASK": str(self._folder / "ask"), "HUBCOLLAB_ANSWER": str(self._folder / "answer")}

    @property
    def settings(self) -> dict[str, str]:
        """Where git finds the script."""
        return {"core.hooksPath": str(self._folder)}

    async def question(self) -> tuple[Path, list[Update]]:
        """Wait until the hook asks: where the new objects are, and which refs want to move."""
        loop = asyncio.get_running_loop()
        complete = loop.create_future()
        loop.add_reader(self._ask, self._hear, complete)
        try:
            await complete
        finally:
            loop.remove_reader(self._ask)
        return _parsed(bytes(self._heard))

    def answer(self, refusal: str | None) -> None:
        """Let the push be, or say why not."""
        words = "accept\n" if refusal is None else "".join(f"{line}\n" for line in [refusal[:3000], "refuse"])
        os.write(self._answer, words.encode())

    def close(self) -> None:
        """Remove the pipes."""
        os.close(self._ask)
        os.close(self._answer)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _hear(self, complete: asyncio.Future[None]) -> None:
        self._heard += os.read(self._ask, 1 << 16)
        ended = self._heard.endswith(b"\nend\n") or len(self._heard) > _LONGEST_QUESTION
        if ended and not complete.done():
            complete.set_result(None)


def _parsed(question: bytes) -> tuple[Path, list[Update]]:
    from ...hub.pushes import Update

    quarantine, *lines, _end, _nothing = question.decode(errors="replace").split("\n")
    return Path(quarantine), [Update(*line.split(" ", 2)) for line in lines]
