"""The catalogue as a graph, asked in SPARQL against a real hub."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest
from huggingface_hub import HfApi
from live import TOKEN, Live
from vocabulary import problems

import jupyter_hubcollab as client
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.errors import BadQuery

CARD = b"---\nlicense: mit\npipeline_tag: translation\nbase_model: graph/base\nlanguage: fr\n---\n\nTranslates menus.\n"


@pytest.fixture(scope="module")
def menus(live_hub: Live) -> Live:
    """A hub with a model that was made of another one."""
    api = HfApi(endpoint=live_hub.endpoint, token=TOKEN)
    api.create_repo("graph/menus")
    api.upload_file(path_or_fileobj=CARD, path_in_repo="README.md", repo_id="graph/menus")
    return live_hub


def test_a_question_across_models_is_answered(menus: Live, hub: Connection) -> None:
    """Which models under a licence were made of which?"""
    graph = client.linked_data("task:translation language:fr")

    rows = graph.query(
        """SELECT ?name ?base ?license WHERE {
             ?model a fair4ml:MLModel ; schema:name ?name ; schema:license ?license ;
                    fair4ml:fineTunedFrom [ schema:name ?base ] }"""
    )

    assert {"name": "menus", "base": "graph/base", "license": "https://spdx.org/licenses/MIT"} in rows
    assert graph.query("ASK { ?m schema:inLanguage 'fr' }") == [{"answer": True}]


@pytest.mark.parametrize("text", ["SELEC ?m", "CONSTRUCT WHERE { ?s ?p ?o }", ""])
def test_what_is_no_question_is_refused_with_a_hint(menus: Live, hub: Connection, text: str) -> None:
    """The error is the hub's, and says where the query goes wrong."""
    graph = client.linked_data("task:translation")

    with pytest.raises(BadQuery):
        graph.query(text)


def test_a_repo_is_linked_data_for_who_wants_it(menus: Live) -> None:
    """By content negotiation on the address of the repo, which is its name in the graph, too."""
    address = f"{menus.url}/hubcollab/api/repos/models/graph/menus"
    headers = {"Authorization": f"token {TOKEN}", "Accept": "application/ld+json"}

    with urlopen(Request(address, headers=headers)) as answer:
        kind, text = answer.headers["Content-Type"], answer.read().decode()

    assert kind == "application/ld+json"
    assert json.loads(text)["@id"] == address
    assert problems(text) == []
