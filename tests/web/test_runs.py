"""The team's runs over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError


async def refused(fetching: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(HTTPClientError) as refusal:
        await fetching
    return int(refusal.value.code), json.loads(refusal.value.response.body)


async def test_looking_starts_nothing(jp_serverapp: Any, jp_fetch: Any) -> None:
    """An open panel costs no MLflow server."""
    reply = await jp_fetch("hubcollab/api/runs")

    services = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    assert json.loads(reply.body) == {
        "runs": [],
        "state": {"state": "off", "detail": ""},
        "total": 0,
        "offset": 0,
        "columns": {"metrics": [], "params": []},
    }
    assert services.tracking.pid is None


async def test_the_server_s_state_is_told(jp_serverapp: Any, jp_fetch: Any) -> None:
    """Before the first use it is off."""
    reply = await jp_fetch("hubcollab/api/tracking")

    assert json.loads(reply.body) == {"state": "off", "detail": ""}


@pytest.mark.parametrize("limit", ["x", "-1", "1.5", "٣", "99999999999", ""])
async def test_a_limit_that_is_no_number_is_refused(jp_serverapp: Any, jp_fetch: Any, limit: str) -> None:
    """With an example of one."""
    code, problem = await refused(jp_fetch("hubcollab/api/runs", params={"limit": limit}))

    assert (code, problem["code"]) == (400, "BadQuery")


@pytest.mark.parametrize("notebook", ["größe.ipynb", "'; DROP TABLE runs; --", "a" * 5000, "🙂"])
async def test_any_name_of_a_notebook_is_looked_for(jp_serverapp: Any, jp_fetch: Any, notebook: str) -> None:
    """Nothing is found, and nothing breaks."""
    reply = await jp_fetch("hubcollab/api/runs", params={"notebook": notebook})

    assert json.loads(reply.body)["runs"] == []


@pytest.mark.parametrize("run", ["0" * 32, "größe", "%27%3B", "a" * 3000])
async def test_a_run_that_is_not_there_is_a_404(jp_serverapp: Any, jp_fetch: Any, run: str) -> None:
    """Whatever its id looks like."""
    code, problem = await refused(jp_fetch("hubcollab/api/runs", run))

    assert (code, problem["code"]) == (404, "RunNotFound")


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ('{"repoId": "../x"}', 400, "BadName"),
        ('{"repoId": ""}', 400, "BadName"),
        ('{"repoId": "team/größe"}', 400, "BadName"),
        ("{}", 400, "BadRequestBody"),
        ("no json", 400, "BadRequestBody"),
        ('{"repoId": "team/x", "colour": 1}', 400, "BadRequestBody"),
        ('{"repoId": "team/x"}', 404, "RunNotFound"),
    ],
)
async def test_a_publication_that_makes_no_sense_is_refused(
    jp_serverapp: Any, jp_fetch: Any, body: str, status: int, word: str
) -> None:
    """Before any job begins."""
    code, problem = await refused(jp_fetch("hubcollab/api/runs", "0" * 32, "publish", method="POST", body=body))

    assert (code, problem["code"]) == (status, word)
