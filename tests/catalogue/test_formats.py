"""Formats of the files of a repo, as something to ask for."""

from __future__ import annotations

from shelf import Shelf

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.search import Search

BOB = Actor("bob", "Bob")


def test_files_in_the_format_of_a_library_are_not_left_out(search: Search, shelf: Shelf) -> None:
    """What is made for that library comes first, what has a copy in its format behind it; others are left out."""
    shelf.add("team/copied", summary="llama", library="transformers", tags=("gguf",), downloads=10_000)
    shelf.add("team/made", summary="llama", library="gguf", tags=("gguf",))
    shelf.add("team/other", summary="llama", library="transformers", tags=("safetensors",))

    found = [hit.model.id for hit in search.search(BOB, "llama gguf").hits]

    assert found == ["team/made", "team/copied"]
