"""Webhooks through the unmodified huggingface_hub, received by a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import TYPE_CHECKING, Any

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@pytest.fixture
def received() -> Iterator[tuple[str, Queue[Any]]]:
    """A server on this machine, and what it was sent."""
    heard: Queue[Any] = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.put((dict(self.headers), json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}/hook", heard
    listening.shutdown()
    listening.server_close()


def test_a_webhook_lives(ann: HfApi, bob: HfApi) -> None:
    """Created, listed, changed, switched off and on, deleted."""
    from huggingface_hub.errors import HfHubHTTPError

    made = ann.create_webhook(
        url="https://ci.example.org/a", watched=[{"type": "user", "name": "ann"}], domains=["repo"], secret="s"
    )

    assert ann.get_webhook(made.id) == made
    assert [one.id for one in ann.list_webhooks()] == [made.id]
    assert bob.list_webhooks() == []
    changed = ann.update_webhook(made.id, url="https://ci.example.org/b")
    assert (changed.url, changed.watched, changed.domains) == ("https://ci.example.org/b", made.watched, ["repo"])
    assert ann.disable_webhook(made.id).disabled
    assert not ann.enable_webhook(made.id).disabled
    ann.delete_webhook(made.id)
    with pytest.raises(HfHubHTTPError):
        ann.get_webhook(made.id)
    with pytest.raises(HfHubHTTPError, match="no jobs"):
        ann.create_webhook(job_id="x", watched=[])


@pytest.mark.slow
def test_what_happens_is_sent(tmp_path: Any, received: tuple[str, Queue[Any]]) -> None:
    """As the client's own model of messages reads it, with the secret; to this machine where a setting allows it."""
    from huggingface_hub import HfApi, WebhookPayload

    url, heard = received
    started = live.start(tmp_path, "--HubCollab.webhook_loopback=True")
    try:
        api = HfApi(endpoint=started.endpoint, token=started.hub_token("ann"))
        webhook = api.create_webhook(url=url, watched=[{"type": "user", "name": "ann"}], secret="s3cret")
        api.create_repo("ann/model")
        made = api.upload_file(repo_id="ann/model", path_in_repo="a", path_or_fileobj=b"a", create_pr=True)

        messages = [heard.get(timeout=150) for _ in range(3)]
        log = live.call("GET", f"{started.endpoint}/api/settings/webhooks/{webhook.id}/deliveries", str(api.token))
    finally:
        started.stop()

    assert {headers["X-Webhook-Secret"] for headers, _ in messages} == {"s3cret"}
    payloads = {body["event"]["scope"]: WebhookPayload.model_validate(body) for _, body in messages}
    assert set(payloads) == {"repo", "repo.content", "discussion"}
    discussion = payloads["discussion"].discussion
    assert discussion is not None
    assert discussion.url.web == made.pr_url
    assert {one["status"] for one in json.loads(log[2])} <= {"done", "waiting"}
