"""``hf auth login`` without a token, as the unmodified client does it; and the words of filters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@pytest.fixture
def at_our_hub(server: live.Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client asks us."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)


@pytest.mark.usefixtures("at_our_hub")
@pytest.mark.parametrize("allow", [True, False])
def test_a_program_logs_in_by_a_code(server: live.Live, allow: bool) -> None:
    """A person allows it in JupyterLab, or does not; a hub token may not."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import DeviceCodeError
    from huggingface_hub.utils._oauth_device import poll_device_token, request_device_code

    asked = request_device_code()
    body = json.dumps({"code": asked["user_code"], "allow": allow}).encode()
    address = f"{server.url}/hubcollab/api/devices"
    assert live.call("POST", address, server.hub_token("bob"), body)[0] == 403
    assert live.call("POST", address, None, body)[0] in (401, 403)
    assert live.call("POST", address, live.TOKEN, body)[0] == 204

    assert asked["verification_uri_complete"].endswith(f"/lab?hubcollab-device={asked['user_code']}")
    if allow:
        got = poll_device_token(asked)
        assert HfApi(endpoint=server.endpoint, token=got["access_token"]).whoami()["type"] == "user"
    else:
        with pytest.raises(DeviceCodeError, match="denied"):
            poll_device_token(asked)


def test_tags_are_sorted_by_what_they_say(server: live.Live, ann: HfApi, bob: HfApi, repo: str) -> None:
    """Those of repos that one may see; `get_model_tags` sends no token, so it needs a hub with anonymous_read."""
    card = b"---\nlicense: mit\nlanguage: de\nlibrary_name: sklearn\npipeline_tag: image-classification\n---\n"
    ann.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo)
    hidden = f"{repo}-hidden"
    ann.create_repo(hidden, private=True)
    ann.upload_file(path_or_fileobj=b"---\ntags: [hushed]\n---\n", path_in_repo="README.md", repo_id=hidden)

    address = f"{server.endpoint}/api/models-tags-by-type"
    mine, theirs = (json.loads(live.call("GET", address, str(api.token))[2]) for api in (ann, bob))

    assert {"license:mit", "language:de", "sklearn"} <= {one["id"] for group in mine.values() for one in group}
    assert {one["id"] for one in mine["pipeline_tag"]} >= {"image-classification"}
    assert "hushed" in str(mine)
    assert "hushed" not in str(theirs)
    assert live.call("GET", address.replace("models", "datasets"), str(ann.token))[0] == 200
