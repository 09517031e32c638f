"""Jobs over HTTP."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.access import Actor


async def services(jp_serverapp: Any) -> Any:
    return await jp_serverapp.web_app.settings["hubcollab_services"].ready()


async def test_a_job_is_shown_and_cancelled(jp_serverapp: Any, jp_fetch: Any) -> None:
    """By who started it."""
    hub = await services(jp_serverapp)
    go = threading.Event()
    owner = hub.config.owner
    job = hub.jobs.start(Actor(owner, owner), "publish", "Publish", lambda progress: go.wait(150) and None)

    shown = json.loads((await jp_fetch("hubcollab/api/jobs", job.id)).body)
    cancelled = await jp_fetch("hubcollab/api/jobs", job.id, method="DELETE")

    assert shown["title"] == "Publish"
    assert shown["state"] in ("queued", "running")
    assert cancelled.code == 200
    go.set()


async def test_somebody_else_s_job_is_a_404(jp_serverapp: Any, jp_fetch: Any) -> None:
    """Nobody learns that it is there."""
    hub = await services(jp_serverapp)
    job = hub.jobs.start(Actor("bo", "Bo"), "publish", "secret", lambda progress: None)

    with pytest.raises(HTTPClientError) as refusal:
        await jp_fetch("hubcollab/api/jobs", job.id)

    assert refusal.value.code == 404
    assert json.loads((await jp_fetch("hubcollab/api/jobs")).body) == {"jobs": []}
