"""``hubcollab/api/cards/…``: the form of a card, and how complete one is; ``…/card/suggestion``: a card filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..access import require
from ..errors import BadQuery
from ..handler import HubHandler, in_thread
from ..names import DEFAULT_BRANCH, RepoKind
from ..wire import CardText, CardWrite
from .models import ModelHandler
from .repos import KIND_OF, REPO, named
from .workspace import TogetherHandler

if TYPE_CHECKING:
    from ..wire import CardSource


class FormHandler(HubHandler):
    """The fields and sections of cards."""

    async def get(self, kinds: str) -> None:
        """Those of a kind, with what a reader gets from each."""
        from ..models.card_fields import form

        self.reply(form(_kind(kinds)))


class CheckHandler(HubHandler):
    """Cards that are being written."""

    async def post(self, kinds: str) -> None:
        """Whether one can be read, how complete it is, and how it would be shown; nothing is kept."""
        from ..models.suggesting import check

        self.reply(await in_thread(check, _kind(kinds), self.body(CardText).text))


class SuggestionHandler(ModelHandler):
    """The card of a repo, filled in."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """With what is known of the revision; what people wrote stays."""
        suggest = self.services.models.suggesting.suggest
        self.reply(await in_thread(suggest, self.actor, named(kinds, namespace, name), self.asked_revision()))


class WriteHandler(ModelHandler):
    """The card of a repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """As it was written, with the commit that it is of."""
        source = self.services.models.suggesting.source
        self.reply(await in_thread(source, self.actor, named(kinds, namespace, name), self.asked_revision()))

    async def put(self, kinds: str, namespace: str, name: str) -> None:
        """Commit another one; refused if somebody has changed it since."""
        from ..models.pages import commit_shown

        repo, request = named(kinds, namespace, name), self.body(CardWrite)
        self.reply(commit_shown(await in_thread(self.services.models.suggesting.write, self.actor, repo, request)))


class CardDraftHandler(TogetherHandler):
    """The draft of the card of a repo: one for all who write in it."""

    async def put(self, kinds: str, namespace: str, name: str) -> None:
        """Begin it with the card as it is, or join those who have."""
        from ..collab.workspace import CardOf

        number, listed, source = await in_thread(self._known, kinds, namespace, name)
        card = CardOf(number, source.commit, listed)
        title = f"Card of {namespace}/{name}"
        model = f"{namespace}/{name}" if kinds == "models" else None
        self.reply(await self.rooms.shared.draft(self.person, title, model, source.text, card=card))

    async def delete(self, kinds: str, namespace: str, name: str) -> None:
        """Throw it away, for everybody."""
        number, *_ = await in_thread(self._known, kinds, namespace, name)
        await self.rooms.shared.end_card(self.person, number)
        self.set_status(204)

    def _known(self, kinds: str, namespace: str, name: str) -> tuple[str, bool, CardSource]:
        """The number of its room, whether all may know of it, and the card as it is.

        Raises:
            RepoNotFound: it is not there for this person.
            AccessDenied: they may not write.
        """
        found = self.services.repos.get(self.actor, named(kinds, namespace, name))
        require(self.actor, "write", found)
        number = self.services.signer.name_for("card", found.id.key)
        source = self.services.models.suggesting.source(self.actor, found.id, DEFAULT_BRANCH)
        return number, not found.private, source


class ChoicesHandler(HubHandler):
    """What fields may say."""

    async def get(self, what: str) -> None:
        """Licences, tasks, languages, libraries, data sets or models that have ``q`` in their name."""
        from ..catalogue.choices import choices

        typed = self.get_query_argument("q", "")
        self.reply(await in_thread(choices, self.services.repos, self.actor, what, typed))


def _kind(kinds: str) -> RepoKind:
    if kinds not in KIND_OF:
        raise BadQuery("there are cards of models, datasets and spaces")
    return KIND_OF[kinds]


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/cards/([a-z]+)/form", FormHandler),
    (r"/hubcollab/api/cards/([a-z]+)/check", CheckHandler),
    (r"/hubcollab/api/cards/choices/([a-z]+)", ChoicesHandler),
    (REPO + r"/card", WriteHandler),
    (REPO + r"/card/draft", CardDraftHandler),
    (REPO + r"/card/suggestion", SuggestionHandler),
]
