"""Repos that this hub does not have, read through from other hubs and remembered.

`Upstream` is the service. `ask` talks to the other hubs, `memory` keeps their answers, `transfers` brings files, and
`keys` keeps people's own tokens for those hubs. Nothing here is ever a repo of this hub: the folder ``upstream/`` and
the table ``upstream_answers`` can be emptied at any time. See docs/protocols/huggingface.md.

What was got without a token is for everybody; what was got with a person's token is for this person alone.
"""

from .ids import UpstreamFile, UpstreamId
from .service import Upstream, open_upstream

__all__ = ["Upstream", "UpstreamFile", "UpstreamId", "open_upstream"]
