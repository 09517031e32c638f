"""The table of the measurements of rooms, a row at a time."""

from __future__ import annotations

from benchmarks._rooms import PEER


def show(work: str, aim: str, said: dict[str, str]) -> None:
    """Print a row: what is measured, the aim, and what each server showed."""
    print(f"| {work:62} | {aim:36} | {said.get('ours', '–'):58} | {said.get(PEER, '–')} |", flush=True)
