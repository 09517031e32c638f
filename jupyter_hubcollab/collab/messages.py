"""The bytes of the Yjs protocol and of what jupyter-collaboration adds to it; see docs/protocols/collaboration.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pycrdt import Decoder, Encoder, YSyncMessageType, create_awareness_message, get_update
from pycrdt import create_update_message as update_message

from ..errors import BadInput

__all__ = [
    "EMPTY_STATE",
    "EMPTY_UPDATE",
    "Awareness",
    "Entry",
    "Notice",
    "SaveAsked",
    "Step1",
    "Updates",
    "awareness_body",
    "awareness_message",
    "clients_of_state",
    "clocks_of_state",
    "deletions",
    "encoded_entry",
    "parse",
    "raw_message",
    "reload_reason",
    "step1_message",
    "step2_message",
    "update_message",
]

Notice = Literal["conflict", "merged", "refused", "deleted", "gone", "back", "unsaved", "unreadable", "elsewhere"]
"""What people in a room are told; docs/protocols/collaboration.md says when."""

EMPTY_UPDATE = b"\x00\x00"
EMPTY_STATE = b"\x00"

_RAW = 2
_ASCII = json.JSONEncoder(separators=(",", ":"))


def step1_message(state: bytes) -> bytes:
    """Ask what we miss, who have *state*."""
    return _sync_message(YSyncMessageType.SYNC_STEP1, state)


def step2_message(update: bytes) -> bytes:
    """Answer a step 1."""
    return _sync_message(YSyncMessageType.SYNC_STEP2, update)


def _sync_message(kind: YSyncMessageType, payload: bytes) -> bytes:
    encoder = Encoder()
    encoder.write_var_uint(len(payload))
    return bytes([0, kind]) + encoder.to_bytes() + payload


@dataclass(frozen=True, slots=True)
class Step1:
    """I have this state; what do I miss?"""

    state: bytes


@dataclass(frozen=True, slots=True)
class Updates:
    """Edits: the answer to our step 1, or as they are made."""

    content: bytes
    answers: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What one tab says of itself; ``state`` is None when it says that it leaves."""

    client_id: int
    clock: int
    state: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Awareness:
    """Where people are; empty: tell me of the others."""

    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class SaveAsked:
    """Save now, and say when it is done."""

    number: int


Message = Step1 | Updates | Awareness | SaveAsked


def parse(message: bytes) -> Message | None:
    """What *message* says; None for kinds that we do not know, as the protocol demands.

    Raises:
        BadInput: it is cut off or makes no sense.
    """
    try:
        return _parse(message)
    except (RuntimeError, IndexError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadInput("a message of the collaboration protocol is damaged") from error


def _parse(message: bytes) -> Message | None:
    decoder = Decoder(message)
    match decoder.read_var_uint():
        case 0:
            return _parse_sync(decoder)
        case 1:
            return Awareness(_parse_entries(_rest(decoder)))
        case 2:
            return SaveAsked(decoder.read_var_uint()) if decoder.read_var_string() == "save" else None
        case 3:
            return Awareness([])
        case _:
            return None


def _parse_sync(decoder: Decoder) -> Message | None:
    kind = decoder.read_var_uint()
    if kind > 2:
        return None
    payload = _rest(decoder)
    return Step1(payload) if kind == 0 else Updates(payload, answers=kind == 1)


def _rest(decoder: Decoder) -> bytes:
    length = decoder.read_var_uint()
    payload = decoder.stream[decoder.i0 : decoder.i0 + length]
    if len(payload) != length:
        raise BadInput("a message of the collaboration protocol is cut off")
    return payload


def _parse_entries(payload: bytes) -> list[Entry]:
    decoder = Decoder(payload)
    entries = []
    for _ in range(decoder.read_var_uint()):
        client_id, clock = decoder.read_var_uint(), decoder.read_var_uint()
        state = json.loads(decoder.read_var_string() or "null")
        entries.append(Entry(client_id, clock, state if isinstance(state, dict) else None))
    return entries


def clients_of_state(state: bytes) -> set[int]:
    """The ids of all who wrote in a document of this state vector.

    Raises:
        BadInput: it is no state vector.
    """
    return {client for client, clock in clocks_of_state(state).items() if clock > 0}


def clocks_of_state(state: bytes) -> dict[int, int]:
    """How much each client wrote in a document of this state vector.

    Raises:
        BadInput: it is no state vector.
    """
    decoder = Decoder(state)
    try:
        return {decoder.read_var_uint(): decoder.read_var_uint() for _ in range(decoder.read_var_uint())}
    except (RuntimeError, IndexError) as error:
        raise BadInput("a state vector of the collaboration protocol is damaged") from error


def deletions(delete_set: bytes) -> Iterator[tuple[int, int, int]]:
    """What an edit deletes: the client that wrote it, its first clock, and how much."""
    decoder = Decoder(delete_set)
    for _ in range(decoder.read_var_uint()):
        client = decoder.read_var_uint()
        for _ in range(decoder.read_var_uint()):
            yield client, decoder.read_var_uint(), decoder.read_var_uint()


def deletions_of(update: bytes, state: bytes) -> list[tuple[int, int, int]]:
    """The same, of a whole update that a document of this state vector has."""
    # Nothing is new but what it deletes, which stands behind the number of authors: zero.
    return list(deletions(get_update(update, state)[1:]))


def encoded_entry(entry: Entry) -> bytes:
    """One tab's part of an awareness message."""
    encoder = Encoder()
    encoder.write_var_uint(entry.client_id)
    encoder.write_var_uint(entry.clock)
    # ASCII only: pycrdt counts characters where the protocol counts bytes.
    encoder.write_var_string(_ASCII.encode(entry.state))
    return encoder.to_bytes()


def awareness_body(entries: list[bytes]) -> bytes:
    """The body of an awareness message, of entries that are encoded already."""
    encoder = Encoder()
    encoder.write_var_uint(len(entries))
    return b"".join((encoder.to_bytes(), *entries))


def awareness_message(entries: list[bytes]) -> bytes:
    """Tell where people are."""
    return create_awareness_message(awareness_body(entries))


def reload_reason(why: str) -> str:
    """Why a tab is sent away, as the front end expects it; no longer than the 123 bytes that WebSockets allow."""
    return json.dumps({"reason": "unknown_session", "reloadable": True, "errorReason": why}, separators=(",", ":"))


def raw_message(kind: Literal["save"] | Notice, **fields: object) -> bytes:
    """A message in JSON that jupyter-collaboration added to the protocol."""
    encoder = Encoder()
    encoder.write_var_uint(_RAW)
    encoder.write_var_string(json.dumps({"type": kind, **fields}))
    return encoder.to_bytes()
