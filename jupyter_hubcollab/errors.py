"""The words for everything that can go wrong; no HTTP here.

    HubError
    ├── BadInput        what was sent makes no sense     BadName BadRevision BadPath BadQuery BadRequestBody
    │                                                    BadCard Unsaveable UnsafeFile DigestMismatch
    │                                                    ForbiddenTarget BadGates
    ├── NotFound        there is no such thing           RepoNotFound RevisionNotFound EntryNotFound BlobNotFound
    │                                                    RunNotFound JobNotFound VersionNotFound RoomNotFound
    │                                                    ThreadNotFound SuggestionNotFound DiscussionNotFound
    │                                                    PointNotFound CollectionNotFound WebhookNotFound
    ├── Unauthenticated nobody is logged in
    ├── AccessDenied    somebody is, but may not         GatedRepo RefIsProtected
    ├── Conflict        it clashes with what is there    RepoExists RefExists NothingToPublish
    │                                                    MergeConflict DiscussionClosed CollectionExists
    │                                                    GateNotPassed
    ├── StaleParent     the branch moved meanwhile
    ├── TooLarge        more than a limit allows         QuotaExceeded
    ├── StorageFull     the disk said no
    ├── NotSupported    a call that we know and do not serve
    └── Unavailable     a part is not reachable now      TrackingUnavailable UpstreamUnavailable

``handler.py`` turns the second column into statuses; the class name is the ``X-Error-Code``.
Every message says what is wrong and, where there is one, the remedy.
"""

from __future__ import annotations


class HubError(Exception):
    """Any refusal of ours; its text is written for the user."""

    @property
    def code(self) -> str:
        """The name by which programs know this error."""
        return type(self).__name__

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a cell: the sentence for the user, not the way to it through our code."""
        return [f"\x1b[31m{self.code}\x1b[0m: {self}"]


class BadInput(HubError):
    """What was sent makes no sense."""


class BadName(BadInput):
    """A repo id, branch, tag or token name is not allowed."""


class BadRevision(BadInput):
    """A revision is not a branch, a tag or a commit id."""


class BadPath(BadInput):
    """A file path is empty, absolute, climbs, or is otherwise not allowed."""


class BadQuery(BadInput):
    """A search or a filter cannot be understood."""


class BadRequestBody(BadInput):
    """The body of a request is not what its route takes."""


class BadCard(BadInput):
    """The front matter of a README.md is not valid YAML or has wrong fields."""


class Unsaveable(BadInput):
    """An object is no model that we can write in any format."""


class UnsafeFile(BadInput):
    """A file could run code when it is loaded."""


class DigestMismatch(BadInput):
    """The bytes that arrived are not the bytes that were announced."""


class ForbiddenTarget(BadInput):
    """A webhook's address is one that this hub does not call."""


class BadGates(BadInput):
    """A hubcollab.yaml, or an example of a model's tests, says what the gates do not know."""


class NotFound(HubError):
    """There is no such thing, or none that you may see."""


class RepoNotFound(NotFound):
    """No repo of this name, or none that you may see."""


class RevisionNotFound(NotFound):
    """The repo has no such branch, tag or commit."""


class EntryNotFound(NotFound):
    """The revision has no such file or folder."""


class BlobNotFound(NotFound):
    """The store holds no such bytes."""


class VersionNotFound(NotFound):
    """The repo has no such version."""


class RunNotFound(NotFound):
    """The tracking server has no such run."""


class JobNotFound(NotFound):
    """There is no such job."""


class RoomNotFound(NotFound):
    """There is no such collaboration room or session."""


class ThreadNotFound(NotFound):
    """There is no such thread of comments, or no such comment in it."""


class PointNotFound(NotFound):
    """The history of this document has no such point."""


class SuggestionNotFound(NotFound):
    """There is no such suggestion, or no such change in it."""


class DiscussionNotFound(NotFound):
    """The repo has no such discussion or pull request, or no such comment in it."""


class CollectionNotFound(NotFound):
    """There is no such collection, no such entry in it, or none that you may see."""


class WebhookNotFound(NotFound):
    """You have no such webhook."""


class Unauthenticated(HubError):
    """Nobody is logged in, or the token is unknown, expired or revoked."""


class AccessDenied(HubError):
    """You are logged in, but may not do this."""


class GatedRepo(AccessDenied):
    """The files of this repo are for those who asked and were accepted."""


class RefIsProtected(AccessDenied):
    """A branch or tag is protected from what you want to do with it."""


class Conflict(HubError):
    """It clashes with what is there."""


class RepoExists(Conflict):
    """A repo of this name exists already."""


class RefExists(Conflict):
    """A branch or tag of this name exists already."""


class NothingToPublish(Conflict):
    """The run has no model that could be published."""


class MergeConflict(Conflict):
    """Both sides changed the same files; somebody must decide."""


class DiscussionClosed(Conflict):
    """The discussion or pull request is closed, merged, or a draft, and cannot take this."""


class CollectionExists(Conflict):
    """The collection, or the entry in it, exists already."""


class GateNotPassed(Conflict):
    """A version or a pull request has not met the gates of its model."""


class StaleParent(HubError):
    """The branch moved since the commit was prepared."""


class TooLarge(HubError):
    """It is more than a limit allows."""


class QuotaExceeded(TooLarge):
    """A person or organisation may not keep so much."""


class StorageFull(HubError):
    """The disk has no room left."""


class NotSupported(HubError):
    """A call that we know and do not serve."""


class Unavailable(HubError):
    """A part of the hub cannot be reached now."""


class TrackingUnavailable(Unavailable):
    """The MLflow server did not start or does not answer."""


class UpstreamUnavailable(Unavailable):
    """An upstream hub does not answer."""
