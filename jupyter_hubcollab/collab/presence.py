"""Where people are in a room: cursors and names, checked against the server's identity.

Clocks. A tab that reconnects begins with the clock it had, and others who saw it leave would take its news for old.
So what leaves the server carries the tab's clock plus the second at which its connection began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pycrdt import Awareness as YAwareness

from .messages import Entry, awareness_body, encoded_entry
from .people import Client

_MOST_TABS_PER_LINK = 16


class Presence:
    """The awareness states of one room; ``awareness`` is also what other extensions get."""

    def __init__(self, awareness: YAwareness, changed: Callable[[], None]) -> None:
        """*changed* is called when there is something to tell."""
        self.awareness = awareness
        self._owners: dict[int, Client] = {}
        self._news: set[int] = set()
        self._encoded: dict[int, tuple[int, bytes]] = {}
        """By client id: clock, and what the others are told of it at that clock."""
        self._changed = changed
        awareness.observe(self._on_update)

    def hear(self, client: Client, entries: Iterable[Entry]) -> None:
        """Take what a tab says of itself; what it says of others is an echo or a lie, and both are ignored."""
        own = [self._checked(client, entry) for entry in entries if self._is_own(client, entry)]
        if own:
            self.awareness.apply_awareness_update(awareness_body([self._entered(entry) for entry in own]), client)

    def _entered(self, entry: Entry) -> bytes:
        content = encoded_entry(entry)
        if entry.client_id not in self.awareness.meta or entry.clock > self.awareness.meta[entry.client_id]["clock"]:
            self._encoded[entry.client_id] = entry.clock, content
        return content

    def leave(self, client: Client) -> None:
        """Forget a tab at once."""
        gone = [number for number in client.awareness_ids if self._owners.get(number) is client]
        for number in gone:
            del self._owners[number]
            self._encoded.pop(number, None)
        client.awareness_ids.clear()
        self.awareness.remove_awareness_states(gone, client)

    def news(self) -> dict[int, bytes]:
        """What changed since this was asked last: entries of an awareness message, by client id."""
        numbers, self._news = self._news, set()
        return {number: self._entry(number) for number in numbers if number in self.awareness.meta}

    def everybody(self) -> list[bytes]:
        """All who are here; the server only if an extension has made it say something."""
        return [self._entry(number) for number, state in self.awareness.states.items() if state]

    def owner(self, number: int) -> Client | None:
        """The tab of an awareness id."""
        return self._owners.get(number)

    def wants_autosave(self) -> bool:
        """False only if there is somebody and everybody switched autosave off."""
        wishes = [state.get("autosave", True) for state in self.awareness.states.values() if state]
        return any(wishes) or not wishes

    def _is_own(self, client: Client, entry: Entry) -> bool:
        owner = self._owners.get(entry.client_id)
        if owner is client:
            return True
        if entry.client_id == self.awareness.client_id or entry.state is None:
            return False
        if len(client.awareness_ids) >= _MOST_TABS_PER_LINK:
            return False
        return owner is None or self._came_back(client, owner)

    def _came_back(self, client: Client, owner: Client) -> bool:
        """The same user, and the first that is said here: a tab whose old connection we do not know to be dead yet.

        What a tab echoes of another tab of the same user never comes first.
        """
        return owner.person.name == client.person.name and not client.awareness_ids

    def _checked(self, client: Client, entry: Entry) -> Entry:
        before = self._owners.get(entry.client_id)
        if before is not None and before is not client:
            before.awareness_ids.discard(entry.client_id)
        self._owners[entry.client_id] = client
        client.awareness_ids.add(entry.client_id)
        state = entry.state
        if state is not None and "user" in state:
            state = {**state, "user": client.person.shown(state["user"])}
        return Entry(entry.client_id, entry.clock + client.since, state)

    def _entry(self, number: int) -> bytes:
        clock = int(self.awareness.meta[number]["clock"])
        known = self._encoded.get(number)
        if known is not None and known[0] == clock:
            return known[1]
        return encoded_entry(Entry(number, clock, self.awareness.states.get(number)))

    def _on_update(self, topic: str, event: tuple[dict[str, list[int]], object]) -> None:
        if topic == "update":
            change = event[0]
            self._news.update(change["added"], change["updated"], change["removed"])
            self._changed()
