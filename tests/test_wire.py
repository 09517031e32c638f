"""What crosses to the panel is declared once."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from jupyter_hubcollab import wire

ROOT = Path(__file__).parent.parent
STRUCTS = [
    kind
    for _, kind in inspect.getmembers(wire, inspect.isclass)
    if issubclass(kind, msgspec.Struct) and kind.__module__ == wire.__name__
]
REPLIES = [kind for kind in STRUCTS if issubclass(kind, wire.Reply)]
REQUESTS = [kind for kind in STRUCTS if issubclass(kind, wire.Request) and kind is not wire.Request]


def test_the_generated_files_are_fresh() -> None:
    """schema/wire.json and src/api/wire.ts are what scripts/wire writes now."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/wire", "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", REPLIES, ids=lambda kind: kind.__name__)
def test_a_reply_has_no_defaults(kind: type[msgspec.Struct]) -> None:
    """TypeScript sees no optional field in what the server says."""
    assert all(field.required for field in msgspec.structs.fields(kind))


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_a_request_refuses_what_it_does_not_know(kind: type[msgspec.Struct]) -> None:
    """A misspelt field is an error, not silence."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"nobodyKnowsThis": 1}', type=kind)


@pytest.mark.parametrize("kind", STRUCTS, ids=lambda kind: kind.__name__)
def test_every_struct_says_what_it_is(kind: type[msgspec.Struct]) -> None:
    """The generated types carry a sentence."""
    assert kind.__doc__
