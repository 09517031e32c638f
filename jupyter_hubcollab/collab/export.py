"""The workspace as Markdown, to keep or to paste elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from ..wire import About, Comment, Thread, Workspace


def as_markdown(workspace: Workspace, runs: Mapping[str, str]) -> str:
    """Pins, short list and comments, as a person reads them; *runs* are the names of those that have one, by id."""
    pins = [f"- `{pin.run}` {pin.name}{_note(pin.note)} ({pin.by.display_name})" for pin in workspace.pins]
    listed = [f"- {one.model}{_note(one.note)} ({one.by.display_name})" for one in workspace.shortlist]
    threads = [_thread(thread, runs) for thread in workspace.threads]
    parts = [
        ("Pinned runs", "\n".join(pins)),
        ("Short list", "\n".join(listed)),
        ("Comments", "\n\n".join(threads)),
    ]
    return "\n\n".join(["# Workspace", *(f"## {title}\n\n{text}" for title, text in parts if text)]) + "\n"


def _note(note: str) -> str:
    return f": {note}" if note else ""


def _thread(thread: Thread, runs: Mapping[str, str]) -> str:
    settled = f" (resolved by {thread.resolved_by.display_name})" if thread.resolved_by else ""
    quote = "\n".join(f"> {line}" for line in (thread.about.quote or "").splitlines())
    said = "\n".join(_comment(comment) for comment in thread.comments)
    return "\n\n".join(part for part in (f"### {_place(thread.about, runs)}{settled}", quote, said) if part)


def _place(about: About, runs: Mapping[str, str]) -> str:
    if about.kind == "run" and about.id in runs:
        return f"run {runs[about.id]} (`{about.id}`)"
    cell = f", cell {about.cell}" if about.cell else ""
    return f"{about.kind} {about.path or about.id}{f' {about.revision}' if about.revision else ''}{cell}"


def _comment(comment: Comment) -> str:
    edited = ", edited" if comment.edited_at else ""
    text = comment.text.replace("\n", "\n  ")
    return f"- **{comment.author.display_name}** ({comment.at:%Y-%m-%d %H:%M}{edited}): {text}"
