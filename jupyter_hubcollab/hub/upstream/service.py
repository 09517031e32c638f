"""Questions about repos that this hub does not have: answered from memory where it is fresh, else by another hub."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from ...access import ANONYMOUS, Actor
from ...clock import utc_now
from ...errors import (
    BadName,
    EntryNotFound,
    HubError,
    RepoNotFound,
    UpstreamUnavailable,
)
from ...storage.database import Database
from .ask import OtherHub, Refused, Reply, new_client
from .ids import UpstreamFile, UpstreamId
from .keys import Keys
from .listed import Listed, listed
from .memory import Answer, Memory
from .replies import fields_of, file_facts, in_our_words, is_closed, next_of, own_words
from .room import Kept
from .transfers import Transfers

_FRESH = timedelta(seconds=60)
"""How long an answer that may change is not asked for again."""
_PINNED = timedelta(hours=1)
"""The same for a commit: it does not change, but its hub may hide it."""
_NOT_THERE = timedelta(seconds=30)
_MOST_NOT_THERE = 10_000
_FOREVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Question:
    """What another hub is asked."""

    path: str
    """Below the hub's address."""
    lasts: timedelta = _FRESH
    method: Literal["GET", "HEAD", "POST"] = "GET"
    form: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """By what its answer is remembered."""
        return f"{self.method} {self.path} {self.form}"

    def fields(self) -> Mapping[str, list[str]] | None:
        """The form as it is sent."""
        fields: dict[str, list[str]] = {}
        for name, value in self.form:
            fields.setdefault(name, []).append(value)
        return fields or None


class Upstream:
    """Other hubs' repos, as one person may see them."""

    def __init__(  # noqa: PLR0913 -- collaborators
        self,
        hubs: Sequence[OtherHub],
        memory: Memory,
        keys: Keys,
        transfers: Transfers,
        *,
        now: Callable[[], datetime],
        silent: str = "",
        hang_up: Callable[[], None] = lambda: None,
    ) -> None:
        """*silent*: why no hub is asked; what is remembered is served all the same. *hang_up* ends all connections."""
        self._hang_up = hang_up
        self.threads = ThreadPoolExecutor(64, thread_name_prefix="upstream")
        self.keys = keys
        self.urls = tuple(hub.url for hub in hubs)
        self._hubs = hubs
        self._memory = memory
        self._transfers = transfers
        self._now = now
        self._silent = silent
        self._lock = threading.Lock()
        self._not_there: dict[tuple[str, str], tuple[datetime, str]] = {}

    @property
    def is_used(self) -> bool:
        """Are there other hubs?"""
        return bool(self._hubs)

    def commit(self, actor: Actor, id: UpstreamId, revision: str) -> tuple[str, Answer]:
        """The commit that *revision* means, and the page of the repo there.

        Raises:
            RepoNotFound: no hub has the repo for this person; the message says who was asked, and why not.
            RevisionNotFound: the repo has no such revision.
        """
        pinned = len(revision) == 40
        path = f"{id.in_api}/revision/{quote(revision, safe='')}"
        answer = self.answer(actor, id, Question(path, lasts=_PINNED if pinned else _FRESH))
        sha = fields_of(answer).get("sha")
        if not isinstance(sha, str) or len(sha) != 40:
            raise RepoNotFound(f"{answer.hub} does not say which commit {revision} of {id} is")
        return sha, answer

    def page(self, actor: Actor, id: UpstreamId, revision: str, query: str) -> tuple[str, dict[str, Any], str]:
        """The commit, the page of the repo there as *query* wants it, and whose page it is."""
        commit, plain = self.commit(actor, id, revision)
        if query:
            try:
                return commit, fields_of(self.lasting(actor, id, f"revision/{commit}?{query}")), plain.hub
            except RepoNotFound:  # its hub is away, and nobody has asked like this before
                pass
        return commit, fields_of(plain), plain.hub

    def lasting(self, actor: Actor, id: UpstreamId, rest: str, form: tuple[tuple[str, str], ...] = ()) -> Answer:
        """What a hub says of a commit, which stands in *rest*, the end of the API's path; it never changes."""
        method: Literal["GET", "POST"] = "POST" if form else "GET"
        return self.answer(actor, id, Question(f"{id.in_api}/{rest}", lasts=_FOREVER, method=method, form=form))

    def changing(self, actor: Actor, id: UpstreamId, rest: str) -> Answer:
        """What a hub says of a repo now."""
        return self.answer(actor, id, Question(f"{id.in_api}/{rest}"))

    def answer(self, actor: Actor, id: UpstreamId, question: Question) -> Answer:
        """The answer to *question*, from memory or from the hub that has the repo."""
        if actor.name == ANONYMOUS:
            raise RepoNotFound(f"there is no {id.kind} {id} on this hub; log in to read it from another one")
        if self._memory.names_ours(id):
            raise self._as_if_missing(actor, id)
        known = self._memory.find(id, actor.name, question.text)
        if known is not None and (self._silent or self._now() - known.at < question.lasts):
            return known
        try:
            return self._asked(actor, id, question)
        except UpstreamUnavailable as error:
            if known is not None:
                return known
            raise _missing(id, [str(error)]) from error

    def listed(self, actor: Actor, asked: Sequence[str], *, enough: int) -> Iterator[Listed]:
        """What each of the other hubs lists at the paths *asked*, until that is *enough*; each as it answers."""
        if self._silent:
            return (Listed(hub.url, silent=self._silent) for hub in self._hubs)
        return listed(self._hubs, self.threads, self.keys, actor, asked, enough=enough)

    def file(self, actor: Actor, id: UpstreamId, commit: str, path: str) -> UpstreamFile:
        """What a file of a commit is.

        Raises:
            EntryNotFound: the commit has no such file.
            UpstreamUnavailable: its hub does not tell a hash by which the bytes could be checked.
        """
        where = f"{id.in_web}/resolve/{commit}/{quote(path)}"
        answer = self.answer(actor, id, Question(where, lasts=_FOREVER, method="HEAD"))
        found = fields_of(answer)
        if "missing" in found:
            raise EntryNotFound(f"'{path}' is not in {id} at {commit[:8]}")
        return UpstreamFile(id, answer.hub, commit, path, int(found["size"]), str(found["etag"]), answer.viewer)

    def read(self, actor: Actor, file: UpstreamFile, start: int, end: int) -> Iterator[bytes]:
        """The bytes of a file from *start* up to *end*; a part of a large file that is not here is passed on."""
        hub = self._hub(file.hub)
        token = self.keys.of(actor, file.hub) if file.viewer else None
        path = f"{file.id.in_web}/resolve/{file.commit}/{quote(file.path)}"
        if self._transfers.wants(file, start, end):
            return self._transfers.read(file, lambda offset: _opened(hub, path, token, offset), start, end)
        return _relayed(hub, path, token, (start, end))

    def kept(self) -> Kept:
        """How much room the files of other hubs take."""
        return self._transfers.room.kept()

    def keep_token(self, actor: Actor, hub: str, token: str) -> None:
        """Read what only the actor may see on *hub*, from now on, for nobody else.

        Raises:
            BadName: this hub asks no such hub.
        """
        self.keys.put(actor, self._known(hub), token)
        with self._lock:
            self._not_there.clear()

    def forget_token(self, actor: Actor, hub: str) -> None:
        """Forget the actor's token for *hub* and what was read with it."""
        self.keys.remove(actor, hub)
        self._memory.forget_viewer(actor.name, hub)

    def close(self) -> None:
        """Stop bringing files; what came is gone on with at the next start."""
        self._transfers.close()
        self.threads.shutdown(wait=False, cancel_futures=True)
        self._hang_up()

    def _asked(self, actor: Actor, id: UpstreamId, question: Question) -> Answer:
        self._refuse_known_missing(actor, id)
        if self._silent:
            raise UpstreamUnavailable(self._silent)
        origin = self._memory.origin(id, actor.name)
        reasons = []
        for hub in self._hubs:
            if origin is not None and hub.url != origin:
                continue  # a repo comes from one hub, or two hubs' files would mix in one name
            try:
                return self._asked_of(hub, actor, id, question)
            except Refused as error:
                reasons.append(f"{hub.url} has no such {id.kind}, or none that you may see{own_words(error)}")
            except UpstreamUnavailable as error:
                if origin is not None:
                    raise
                reasons.append(str(error))
        self._memory.forget(id, actor.name)
        raise self._note_missing(actor, id, reasons)

    def _asked_of(self, hub: OtherHub, actor: Actor, id: UpstreamId, question: Question) -> Answer:
        """Ask without a token, and only if that was refused with the person's own."""
        try:
            return self._kept(hub, id, question, viewer="", token=None)
        except Refused as refused:
            token = self.keys.of(actor, hub.url)
            if token is None or not is_closed(refused):
                raise in_our_words(refused, id, hub) from refused
        try:
            return self._kept(hub, id, question, viewer=actor.name, token=token)
        except Refused as refused:
            raise in_our_words(refused, id, hub) from refused

    def _kept(self, hub: OtherHub, id: UpstreamId, question: Question, *, viewer: str, token: str | None) -> Answer:
        try:
            reply = hub.ask(question.method, question.path, token, question.fields())
            body = file_facts(hub, reply) if question.method == "HEAD" else reply.body
        except Refused as refused:
            if question.method != "HEAD" or refused.error_code != "EntryNotFound":
                raise
            reply, body = Reply(404, {}, ""), '{"missing":true}'
        answer = Answer(hub.url, viewer, body, next_of(reply), self._now())
        self._memory.keep(id, question.text, answer)
        return answer

    def _refuse_known_missing(self, actor: Actor, id: UpstreamId) -> None:
        with self._lock:
            until, why = self._not_there.get((id.key, actor.name), (self._now(), ""))
        if self._now() < until:
            raise RepoNotFound(why)

    def _note_missing(self, actor: Actor, id: UpstreamId, reasons: list[str]) -> RepoNotFound:
        error = _missing(id, reasons)
        with self._lock:
            if len(self._not_there) >= _MOST_NOT_THERE:
                self._not_there.clear()
            self._not_there[id.key, actor.name] = (self._now() + _NOT_THERE, str(error))
        return error

    def _as_if_missing(self, actor: Actor, id: UpstreamId) -> RepoNotFound:
        """A repo of ours that the actor may not see: nothing tells that it is there, no other one takes its place."""
        try:
            self._asked(actor, id, Question(f"{id.in_api}/revision/main"))
        except RepoNotFound as error:
            return error
        except HubError as error:
            return _missing(id, [str(error)])
        self._memory.forget(id, actor.name)
        first = self._hubs[0].url if self._hubs else ""
        return self._note_missing(actor, id, [f"{first} has no such {id.kind}, or none that you may see"])

    def _known(self, hub: str) -> str:
        if hub not in self.urls:
            raise BadName(f"this hub does not ask '{hub}'; it asks {', '.join(self.urls) or 'no other one'}")
        return hub

    def _hub(self, url: str) -> OtherHub:
        found = next((hub for hub in self._hubs if hub.url == url), None)
        if found is None:
            raise UpstreamUnavailable(f"{url} is no longer among the upstreams of this hub")
        return found


def open_upstream(
    folder: Path, database: Database, secret: bytes, *, urls: Sequence[str], offline: bool, most_bytes: int = 0
) -> Upstream:
    """The other hubs at *urls*; nobody is asked before somebody asks us. *most_bytes*: of files kept; 0: no limit."""
    client, now = _Once(), utc_now
    return Upstream(
        [OtherHub(url, client, now) for url in urls],
        Memory(database, now),
        Keys(database, secret, now),
        Transfers(folder, ThreadPoolExecutor(32, thread_name_prefix="transfer"), most_bytes),
        now=now,
        silent="this hub is offline (setting offline) and asks no other one" if offline else "",
        hang_up=client.close,
    )


class _Once:
    """Makes the client at the first use: importing it costs a tenth of a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: Any = None

    def __call__(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = new_client()
            return self._made

    def close(self) -> None:
        """End its connections, if it was ever used."""
        with self._lock:
            if self._made is not None:
                self._made.close()


@contextmanager
def _opened(hub: OtherHub, path: str, token: str | None, start: int, end: int | None = None) -> Iterator[Any]:
    """As `OtherHub.stream`; a file that was announced and is refused now is one that cannot be had."""
    try:
        with hub.stream(path, token, start, end) as response:
            yield response
    except Refused as refused:
        raise UpstreamUnavailable(f"{hub.url} announced the file and refuses it{own_words(refused)}") from refused


def _relayed(hub: OtherHub, path: str, token: str | None, span: tuple[int, int]) -> Iterator[bytes]:
    with _opened(hub, path, token, *span) as response:
        if response.status_code != 206:
            raise UpstreamUnavailable(f"{hub.url} gives no parts of files")
        left = span[1] - span[0]
        for piece in response.iter_raw(1 << 18):
            yield piece[:left]
            left -= len(piece)
        if left > 0:
            raise UpstreamUnavailable(f"{hub.url} broke off")


def _missing(id: UpstreamId, reasons: list[str]) -> RepoNotFound:
    return RepoNotFound(f"there is no {id.kind} {id} on this hub; {'; '.join(reasons) or 'no other hub was asked'}")
