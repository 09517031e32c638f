"""Outputs of a running cell, written into the shared document as a notebook in a browser would write them."""

from __future__ import annotations

from typing import Any

from pycrdt import Array, Map, Text

from .document import Document, change_text


def find_cell(document: Document, cell: str) -> Map[Any] | None:
    """The code cell with this id; None if it was deleted."""
    for ycell in document.shared.ycells:
        if ycell.get("id") == cell and ycell.get("cell_type") == "code":
            return ycell  # type: ignore[no-any-return]
    return None


def as_terminal(line: str, text: str) -> str:
    """What a terminal shows that showed *line*, the last one, after it got *text*."""
    shown = line + text
    if "\r" not in shown and "\b" not in shown:
        return shown
    return "\n".join(_one_line(part) for part in shown.replace("\r\n", "\n").split("\n"))


def _one_line(text: str) -> str:
    shown: list[str] = []
    at = 0
    for char in text:
        if char == "\r":
            at = 0
        elif char == "\b":
            at = max(0, at - 1)
        else:
            shown[at : at + 1] = [char]
            at += 1
    return "".join(shown)


class _Stream:
    """The stream output that is being written: all lines but the last one are final."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.youtput: Map[Any] | None = None
        self._line = ""
        self._place = 0
        """Bytes before the last line; pycrdt counts bytes of UTF-8."""

    def write(self, text: str) -> None:
        assert self.youtput is not None
        ytext: Text = self.youtput["text"]
        shown = as_terminal(self._line, text)
        if shown.startswith(self._line):
            ytext.insert(len(ytext), shown[len(self._line) :])
        else:
            del ytext[self._place : len(ytext)]
            ytext.insert(self._place, shown)
        before, newline, self._line = shown.rpartition("\n")
        self._place += len((before + newline).encode())


class Outputs:
    """The outputs of one cell, from the moment at which it begins to run."""

    def __init__(self, cell: str, displays: dict[str, list[Map[Any]]]) -> None:
        """*displays*: outputs by display id, of all cells of the kernel; later messages change them."""
        self.cell = cell
        self._displays = displays
        self._stream: _Stream | None = None
        self._clear_first = False

    def begin(self, document: Document) -> None:
        """The cell runs: what it showed before is gone."""
        ycell = find_cell(document, self.cell)
        if ycell is not None:
            ycell["outputs"].clear()
            ycell["execution_count"] = None
            ycell["execution_state"] = "running"
            if "execution" in ycell["metadata"]:
                del ycell["metadata"]["execution"]

    def tags(self, document: Document) -> list[str]:
        """What people or programs noted at the cell, as that it is meant to fail."""
        ycell = find_cell(document, self.cell)
        tags = ycell["metadata"].get("tags") if ycell is not None else None
        return [str(tag) for tag in tags] if isinstance(tags, list | Array) else []

    def set_input(self, document: Document, text: str, *, replace: bool) -> None:
        """Put *text* into the cell, or into a new one below it, or at the end if it was deleted."""
        ycells = document.shared.ycells
        index = next((place for place, ycell in enumerate(ycells) if ycell.get("id") == self.cell), len(ycells) - 1)
        if replace:
            ycell = find_cell(document, self.cell)
            if ycell is not None:
                change_text(ycell["source"], text)
            return
        # It comes from the kernel, not from a person: nobody has said that its outputs may be trusted.
        cell = {"cell_type": "code", "source": text, "metadata": {"trusted": False}, "outputs": []}
        ycells.insert(index + 1, document.shared.create_ycell({**cell, "execution_count": None}))

    def end(self, document: Document, count: int | None, times: dict[str, str] | None = None) -> None:
        """The cell does not run any more; only now it gets its number, as in a browser."""
        ycell = find_cell(document, self.cell)
        if ycell is not None and times:
            ycell["metadata"]["execution"] = times
        if ycell is not None and count is not None:
            ycell["execution_count"] = count
        if ycell is not None and ycell.get("execution_state") != "idle":
            ycell["execution_state"] = "idle"

    def take(self, document: Document, kind: str, content: dict[str, Any]) -> None:
        """Do what a message of the kernel says."""
        ycell = find_cell(document, self.cell)
        if kind == "update_display_data":
            self._update(content)
        elif ycell is None:
            return
        elif kind == "clear_output":
            self._clear_first = True
            if not content.get("wait"):
                self._clear(ycell["outputs"])
        elif kind == "stream":
            self._clear(ycell["outputs"])
            self._write(ycell["outputs"], content["name"], content["text"])
        else:
            self._clear(ycell["outputs"])
            self._append(ycell["outputs"], kind, content)

    def _clear(self, youtputs: Array[Any]) -> None:
        if self._clear_first:
            youtputs.clear()
            self._clear_first, self._stream = False, None

    def _write(self, youtputs: Array[Any], name: str, text: str) -> None:
        stream = self._stream
        if stream is None or stream.name != name:
            stream = self._stream = _Stream(name)
            youtputs.append(Map({"output_type": "stream", "name": name, "text": Text("")}))
            stream.youtput = youtputs[len(youtputs) - 1]
        stream.write(text)

    def _append(self, youtputs: Array[Any], kind: str, content: dict[str, Any]) -> None:
        self._stream = None
        output = {"output_type": kind, **content}
        display = output.pop("transient", {}).get("display_id")
        youtputs.append(Map(output))
        if display:
            self._displays.setdefault(display, []).append(youtputs[len(youtputs) - 1])

    def _update(self, content: dict[str, Any]) -> None:
        display = content.get("transient", {}).get("display_id")
        for youtput in self._displays.get(display, []):
            # An output that was cleared meanwhile is no part of the document any more.
            if youtput.to_py():
                youtput["data"], youtput["metadata"] = content["data"], content["metadata"]
