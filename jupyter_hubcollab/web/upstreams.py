"""``hubcollab/api/upstreams``: the other hubs that are read through, what they have, the asker's tokens for them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from ..errors import BadName
from ..handler import HubHandler, in_thread
from ..wire import OtherFile, OtherHub, OtherHubs, OtherHubToken, OtherRepo, OtherRepoPage
from .repos import KIND_OF

if TYPE_CHECKING:
    from ..hub.upstream.looking import About

_LIBRARY_CODE = {
    "sentence-transformers": "from sentence_transformers import SentenceTransformer\n\n"
    'model = SentenceTransformer("{id}")',
    "diffusers": 'from diffusers import DiffusionPipeline\n\npipe = DiffusionPipeline.from_pretrained("{id}")',
}


class UpstreamsHandler(HubHandler):
    """The other hubs."""

    async def get(self) -> None:
        """All of them, for which the asker has a token here, and how much room their files take."""
        upstream = self.services.upstream
        with_token = set(await in_thread(upstream.keys.hubs, self.actor))
        hubs = [OtherHub(url=url, has_token=url in with_token) for url in upstream.urls]
        kept = await in_thread(upstream.kept)
        offline = self.services.config.offline
        self.reply(OtherHubs(upstreams=hubs, offline=offline, kept_bytes=kept.size_bytes, limit_bytes=kept.limit_bytes))


class UpstreamTokenHandler(HubHandler):
    """The asker's token for one of them; nobody can read it again."""

    async def put(self) -> None:
        """Keep it."""
        given = self.body(OtherHubToken)
        await in_thread(self.services.upstream.keep_token, self.actor, given.hub.rstrip("/"), given.token)
        self.set_status(204)
        self.finish()

    async def delete(self) -> None:
        """Forget it, and what was read with it."""
        await in_thread(self.services.upstream.forget_token, self.actor, _hub(self))
        self.set_status(204)
        self.finish()


class UpstreamRepoHandler(HubHandler):
    """A repo that this hub does not have."""

    async def get(self, kinds: str, name: str) -> None:
        """Its page, from the hub that has it, or as it was when that was last asked."""
        from ..hub.upstream.ids import upstream_id
        from ..hub.upstream.looking import overview

        upstream, id = self.services.upstream, upstream_id(KIND_OF[kinds], name)
        asked = partial(overview, upstream, self.actor, id)
        found = await asyncio.get_running_loop().run_in_executor(upstream.threads, asked)
        self.reply(
            OtherRepoPage(
                about=_shown(found.about),
                hub=found.hub,
                commit=found.commit,
                files=[OtherFile(path=path, size_bytes=size) for path, size in found.files],
                readme=found.readme,
                load_code=_code(found.about),
            )
        )


def _hub(handler: HubHandler) -> str:
    hub = handler.get_query_argument("hub", "").rstrip("/")
    if not hub:
        raise BadName("say which hub, as in ?hub=https://huggingface.co")
    return hub


def _shown(about: About) -> OtherRepo:
    return OtherRepo(
        kind=about.kind,
        id=about.id,
        task=about.task,
        library=about.library,
        downloads=about.downloads,
        likes=about.likes,
        updated_at=about.updated_at,
        private=about.private,
        gated=about.gated,
        tags=list(about.tags),
    )


def _code(about: About) -> str:
    """What a cell says to get it; every kernel's clients ask this hub."""
    if about.kind == "dataset":
        return f'from datasets import load_dataset\n\ndata = load_dataset("{about.id}", streaming=True)'
    if about.kind == "model" and about.library == "transformers" and about.task:
        return f'from transformers import pipeline\n\npipe = pipeline("{about.task}", model="{about.id}")'
    if about.kind == "model" and about.library in _LIBRARY_CODE:
        return _LIBRARY_CODE[about.library].format(id=about.id)
    kind = "" if about.kind == "model" else f', repo_type="{about.kind}"'
    return f'from huggingface_hub import snapshot_download\n\nfolder = snapshot_download("{about.id}"{kind})'


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/upstreams", UpstreamsHandler),
    (r"/hubcollab/api/upstreams/tokens", UpstreamTokenHandler),
    (r"/hubcollab/api/upstreams/(models|datasets|spaces)/([^/]+|[^/]+/[^/]+)", UpstreamRepoHandler),
]
