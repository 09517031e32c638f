"""``hubcollab/api/openapi.json``: our routes, described by the structs of `wire`; a test compares with the routes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from .. import wire
from ..handler import HubHandler


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method of one route takes and gives."""

    method: str
    path: str
    summary: str
    reply: Any = None
    body: Any = None
    query: tuple[str, ...] = ()
    status: int = 200


_MODEL = "/models/{namespace}/{name}"
_KIND = "/repos/{kinds}"
_REPO = _KIND + "/{namespace}/{name}"
_TALK = _REPO + "/discussions"
_ONE_TALK = _TALK + "/{number}"
_SEARCH = ("q", "limit", "like", "kind", "source", "without")
_CATALOGUE = ("where", "kind", "source", "unknown", "after", "limit", "body", "ids")
_RUNS = ("filter", "order", "descending", "notebook", "offset", "limit")
_COLLECTED = ("namespace", "holding", "limit", "offset")
_TALK_QUERY = ("type", "status", "author", "limit", "offset")

OPERATIONS: tuple[Operation, ...] = (
    Operation("get", "/upstreams", "The other hubs that are read through", wire.OtherHubs),
    Operation("put", "/upstreams/tokens", "Keep your token for another hub", None, wire.OtherHubToken, status=204),
    Operation("delete", "/upstreams/tokens", "Forget your token for another hub", query=("hub",), status=204),
    Operation("get", "/upstreams/{kinds}/{name}", "The page of a repo of another hub", wire.OtherRepoPage),
    Operation("get", "/webhooks", "Your webhooks", wire.WebhookList),
    Operation("post", "/webhooks", "Add a webhook", wire.Webhook, wire.WebhookWish, status=201),
    Operation("get", "/webhooks/{id}", "One of them", wire.Webhook),
    Operation("patch", "/webhooks/{id}", "Change it", wire.Webhook, wire.WebhookWish),
    Operation("delete", "/webhooks/{id}", "Forget it", status=204),
    Operation("get", "/webhooks/{id}/deliveries", "What it was told", wire.WebhookDeliveries),
    Operation("post", "/webhooks/{id}/deliveries/{delivery}/replay", "Tell it once more", status=202),
    Operation("get", "/collections", "Collections", wire.CollectionList, query=_COLLECTED),
    Operation("post", "/collections", "Begin a collection", wire.Collection, wire.NewCollection, status=201),
    Operation("get", "/collections/{slug}", "One of them; its slug has a slash", wire.Collection),
    Operation("patch", "/collections/{slug}", "Change it", wire.Collection, wire.CollectionChange),
    Operation("delete", "/collections/{slug}", "Take it apart", status=204),
    Operation(
        "post", "/collections/{slug}/items", "Put something in", wire.Collection, wire.NewCollectionItem, status=201
    ),
    Operation(
        "patch", "/collections/{slug}/items/{item}", "Note and place", wire.Collection, wire.CollectionItemChange
    ),
    Operation("delete", "/collections/{slug}/items/{item}", "Take it out", wire.Collection),
    Operation("post", "/devices", "Allow a program that shows a code", None, wire.DeviceDecided, status=204),
    Operation("post", "/attachments", "Send a picture for a comment as the body", wire.AttachmentMade, status=201),
    Operation("get", "/reached/{path}", "How this request arrived, after all proxies", wire.Reached),
    Operation("get", "/me", "Who is logged in", wire.Me),
    Operation(
        "put",
        "/repos/models/{namespace}/{name}/versions/{tag}/deprecation",
        "Warn whoever loads a version",
        wire.VersionList,
        wire.DeprecationRequest,
    ),
    Operation(
        "delete",
        "/repos/models/{namespace}/{name}/versions/{tag}/deprecation",
        "Warn no more",
        wire.VersionList,
    ),
    Operation(
        "post",
        "/repos/models/{namespace}/{name}/rollbacks",
        "Go back to an earlier version",
        wire.Rollback,
        wire.RollbackRequest,
        status=201,
    ),
    Operation("get", "/repos/models/{namespace}/{name}/metrics", "How the numbers of a model went", wire.MetricHistory),
    Operation("get", _ONE_TALK + "/conflicts", "What keeps it from being merged", wire.PullConflicts),
    Operation("post", _ONE_TALK + "/conflicts", "Solve the conflicts", wire.PullSolved, wire.PullSolution),
    Operation(
        "post",
        "/repos/models/{namespace}/{name}/weight-merges",
        "Mix the weights of branches",
        wire.Job,
        wire.WeightMergeRequest,
        status=202,
    ),
    Operation("get", "/diffs", "What differs between two sides", wire.ModelDiff, query=("before", "after")),
    Operation("post", "/diffs", "Measure how far large weights lie apart", wire.Job, wire.DiffAsked, status=202),
    Operation("get", "/models", "A page of models, newest first", wire.ModelList, query=("mine", "limit", "offset")),
    Operation("get", _MODEL, "What a model's page opens with", wire.ModelPage, query=("revision",)),
    Operation("delete", _MODEL, "Delete a model with its history", status=204),
    Operation("get", _MODEL + "/versions", "All versions, newest first", wire.VersionList),
    Operation("get", _MODEL + "/files", "Files of a revision with verdicts", wire.FileList, query=("revision",)),
    Operation("get", _MODEL + "/card", "The model card of a revision", wire.Card, query=("revision",)),
    Operation("get", _MODEL + "/resolve/{revision}/{path}", "The bytes of a file; takes Range"),
    Operation(
        "post", _MODEL + "/publications", "Make a version", wire.Publication, wire.PublicationRequest, status=201
    ),
    Operation("post", "/blobs/missing", "Which blobs must be sent", wire.BlobsMissing, wire.BlobsAsked),
    Operation("put", "/blobs/{sha256}", "Send a blob as the body", status=204),
    Operation("get", "/blobs/{sha256}/part", "How much of a large blob you have sent", wire.PartReceived),
    Operation("put", "/blobs/{sha256}/part", "Send a part as the body", wire.PartReceived, query=("offset", "total")),
    Operation("post", "/upkeep", "Begin fsck, gc, reindex or backup", wire.Job, wire.UpkeepRequest, status=202),
    Operation("get", "/upkeep/{id}", "How far it is, and what came of it", wire.UpkeepState),
    Operation("get", _KIND, "A page of repos, newest first", wire.RepoList, query=("mine", "limit", "offset")),
    Operation("post", _KIND, "Make a repo", wire.RepoPage, wire.RepoRequest, status=201),
    Operation("get", _REPO, "What a repo's page opens with", wire.RepoPage, query=("revision",)),
    Operation("delete", _REPO, "Delete a repo with its history", status=204),
    Operation("get", _REPO + "/tree", "What lies in a folder", wire.Tree, query=("revision", "path")),
    Operation("get", _REPO + "/commits", "History", wire.CommitList, query=("revision", "limit", "offset")),
    Operation(
        "post",
        _REPO + "/commits",
        "Put and delete files in one commit",
        wire.CommitEntry,
        wire.CommitRequest,
        status=201,
    ),
    Operation("get", _REPO + "/diff", "What changed", wire.Comparison, query=("to", "from", "common", "path")),
    Operation("get", _TALK, "Discussions and pull requests", wire.DiscussionList, query=_TALK_QUERY),
    Operation("post", _TALK, "Begin a discussion", wire.DiscussionPage, wire.DiscussionOpening, status=201),
    Operation(
        "post", _REPO + "/pulls", "Open a pull request", wire.DiscussionPage, wire.PullRequestOpening, status=201
    ),
    Operation("get", _ONE_TALK, "All that the page of a discussion shows", wire.DiscussionPage),
    Operation("get", _ONE_TALK + "/diff", "What a pull request changes", wire.Comparison, query=("path",)),
    Operation("post", _ONE_TALK + "/comments", "Say something", wire.DiscussionPage, wire.CommentText, status=201),
    Operation("put", _ONE_TALK + "/comments/{id}", "Edit a comment", wire.DiscussionPage, wire.CommentText),
    Operation("delete", _ONE_TALK + "/comments/{id}", "Hide a comment for good", wire.DiscussionPage),
    Operation("put", _ONE_TALK + "/status", "Close or open it", wire.DiscussionPage, wire.StatusChange),
    Operation("put", _ONE_TALK + "/title", "Rename it", wire.DiscussionPage, wire.TitleChange),
    Operation("post", _ONE_TALK + "/merge", "Merge a pull request", wire.DiscussionPage, wire.MergeRequest),
    Operation("get", _REPO + "/refs", "Branches and tags", wire.RefList),
    Operation("post", _REPO + "/refs", "Make a branch or a tag", wire.RefEntry, wire.RefRequest, status=201),
    Operation("delete", _REPO + "/refs/{what}/{ref}", "Delete a branch or a tag", status=204),
    Operation("get", _REPO + "/storage", "What a repo takes", wire.RepoStorage),
    Operation("get", _REPO + "/resolve/{revision}/{path}", "The bytes of a file; takes Range"),
    Operation("get", _REPO + "/access", "Who may do what with a repo", wire.RepoAccess),
    Operation("patch", _REPO + "/access", "Change visibility and gate", wire.RepoAccess, wire.RepoAccessChange),
    Operation("post", _REPO + "/access/move", "Give a repo another name", wire.RepoAccess, wire.RepoMove),
    Operation("get", _REPO + "/access/requests", "Who asked", wire.AccessRequestList, query=("status",)),
    Operation(
        "post", _REPO + "/access/requests", "Ask for its files", wire.AccessRequest, wire.AccessAsked, status=201
    ),
    Operation("delete", _REPO + "/access/requests", "Take your request back", status=204),
    Operation(
        "put", _REPO + "/access/requests/{user}", "Accept or reject somebody", wire.AccessRequest, wire.AccessDecided
    ),
    Operation("delete", _REPO + "/access/requests/{user}", "Forget a request and what was granted", status=204),
    Operation("get", _REPO + "/access/collaborators", "People with a role in this repo alone", wire.MemberList),
    Operation("put", _REPO + "/access/collaborators/{user}", "Let somebody in", wire.Member, wire.MemberRole),
    Operation("delete", _REPO + "/access/collaborators/{user}", "Take a role away", status=204),
    Operation("put", _REPO + "/access/protected", "Protect branches or tags", wire.RepoAccess, wire.RefProtection),
    Operation("delete", _REPO + "/access/protected/{what}/{pattern}", "Protect them no more", wire.RepoAccess),
    Operation("get", _REPO + "/gates", "Rules and runs", wire.GateRuns, query=("revision", "pull", "limit")),
    Operation("post", _REPO + "/gates/runs", "Run the gates", wire.GateRun, wire.GateAsked, status=201),
    Operation(
        "post", _REPO + "/reproductions", "Run a notebook again", wire.GateRun, wire.ReproductionAsked, status=201
    ),
    Operation("get", _REPO + "/gates/runs/{id}", "How far a run is, or its verdict", wire.GateRun),
    Operation("delete", _REPO + "/gates/runs/{id}", "Cancel a run", wire.GateRun),
    Operation("get", _REPO + "/gates/runs/{id}/log", "A piece of its log", wire.GateLog, query=("after",)),
    Operation("get", _REPO + "/examples", "Examples and answers", wire.ExampleTable, query=("versions",)),
    Operation("post", _REPO + "/examples", "Add an example", wire.ModelExample, wire.ExampleAsked, status=201),
    Operation(
        "get", _REPO + "/examples/compare", "Example by example", wire.ExampleComparison, query=("before", "after")
    ),
    Operation("delete", _REPO + "/examples/one/{example}", "Forget an example", status=204),
    Operation("get", _REPO + "/aliases", "Aliases and their moves", wire.AliasList),
    Operation("put", _REPO + "/aliases/{alias}", "Let an alias lead to a version", wire.AliasList, wire.AliasAsked),
    Operation("delete", _REPO + "/aliases/{alias}", "Forget an alias", status=204),
    Operation("get", "/schema/hubcollab.json", "The JSON Schema of hubcollab.yaml"),
    Operation("get", "/organizations", "Organizations by name", wire.OrganizationList, query=("mine",)),
    Operation("post", "/organizations", "Make an organization", wire.Organization, wire.NewOrganization, status=201),
    Operation("get", "/organizations/{name}", "An organization", wire.Organization),
    Operation("patch", "/organizations/{name}", "Change it", wire.Organization, wire.OrganizationChange),
    Operation("delete", "/organizations/{name}", "Give up its name", status=204),
    Operation("get", "/organizations/{name}/members", "Who is in it", wire.MemberList),
    Operation("put", "/organizations/{name}/members/{user}", "Give somebody a role", wire.Member, wire.MemberRole),
    Operation("delete", "/organizations/{name}/members/{user}", "Remove somebody, or leave", status=204),
    Operation("get", "/storage", "What a namespace holds", wire.NamespaceStorage, query=("namespace",)),
    Operation("get", "/tokens", "Your tokens", wire.HubTokenList),
    Operation("post", "/tokens", "Make a token; it is shown once", wire.HubTokenMade, wire.NewHubToken, status=201),
    Operation("delete", "/tokens/{id}", "Revoke a token", status=204),
    Operation("get", "/search", "Find repos", wire.SearchReply, query=_SEARCH),
    Operation("get", "/search/upstream", "Ask other hubs the same; JSON lines", wire.UpstreamHits, query=_SEARCH),
    Operation("post", "/search/like", "Find what is like a text", wire.SearchReply, wire.TextAsked),
    Operation("get", "/search/saved", "Your saved searches, and what is new", wire.SavedSearchList),
    Operation("post", "/search/saved", "Save a search", wire.SavedSearch, wire.NewSavedSearch, status=201),
    Operation("delete", "/search/saved/{id}", "Delete a saved search", status=204),
    Operation("post", "/search/saved/{id}/seen", "You have seen what was new", status=204),
    Operation("get", "/catalogue", "Everything, as JSON lines", wire.CatalogueRow, query=_CATALOGUE),
    Operation("get", "/compare", "Two to five repos side by side", wire.ComparedList, query=("id", "kind")),
    Operation("get", _REPO + "/card", "The card as it was written", wire.CardSource, query=("revision",)),
    Operation("put", _REPO + "/card", "Commit a card", wire.CommitEntry, wire.CardWrite),
    Operation("put", _REPO + "/card/draft", "Begin or join the draft of the card", wire.Draft),
    Operation("delete", _REPO + "/card/draft", "Throw the draft away", status=204),
    Operation("get", _REPO + "/card/suggestion", "The card, filled in", wire.CardSuggestion, query=("revision",)),
    Operation("get", "/cards/{kinds}/form", "What a card may say", wire.CardForm),
    Operation("post", "/cards/{kinds}/check", "How complete a card is", wire.CardCheck, wire.CardText),
    Operation("get", "/cards/choices/{what}", "What a field may say", wire.CardChoiceList, query=("q",)),
    Operation("get", _REPO + "/metadata.jsonld", "A revision as linked data", query=("revision",)),
    Operation("get", "/catalogue.jsonld", "The catalogue as linked data", query=_CATALOGUE[:-1]),
    Operation("get", "/repos/models/{namespace}/{name}/variants", "Forms of it", wire.VariantList, query=("revision",)),
    Operation(
        "post", "/repos/models/{namespace}/{name}/variants", "Make some", wire.Job, wire.VariantRequest, status=202
    ),
    Operation("get", _REPO + "/activity", "What happened to a repo", wire.ActivityList, query=("limit", "offset")),
    Operation("get", _REPO + "/usage", "Who uses a repo", wire.Usage),
    Operation("post", _REPO + "/usage", "Note that it was loaded in a cell", None, wire.UseGiven, status=204),
    Operation("get", _REPO + "/lineage", "What it was made of, and what of it", wire.Lineage),
    Operation("get", _REPO + "/reviews", "Reviews of a repo", wire.ReviewList, query=("version",)),
    Operation("put", _REPO + "/reviews", "Your own review", wire.ReviewList, wire.ReviewText),
    Operation("delete", _REPO + "/reviews", "Remove a review", query=("version", "user"), status=204),
    Operation("get", "/runs", "A page of runs", wire.RunList, query=_RUNS),
    Operation("get", "/runs/some", "Runs by their ids", wire.RunList, query=("run",)),
    Operation("get", "/runs/series", "What charts draw", wire.RunSeriesList, query=("run", "metric", "most")),
    Operation("get", "/runs/groups", "Runs put together", wire.RunGroups, query=("by", "metric", *_RUNS)),
    Operation("post", "/runs/{id}/stop", "Interrupt the kernel of a run", status=202),
    Operation("put", "/runs/{id}/note", "Say something about a run", wire.RunNote, wire.RunNote),
    Operation("get", "/runs/{id}/artifacts", "Files of a run", wire.RunArtifacts, query=("path",)),
    Operation("get", "/runs/{id}/artifact", "The beginning of a file", wire.ArtifactPreview, query=("path",)),
    Operation("get", "/runs/{id}/notebook", "Its notebook as it was", wire.RunNotebook),
    Operation("get", "/past/point", "Where a notebook is in its history", wire.PastPoint, query=("path",)),
    Operation("get", _MODEL + "/checkpoints", "Checkpoints of a run", wire.CheckpointList, query=("run",)),
    Operation(
        "post",
        _MODEL + "/checkpoints",
        "Keep one more",
        wire.CheckpointList,
        wire.CheckpointRequest,
        status=201,
    ),
    Operation(
        "post",
        _MODEL + "/checkpoints/{run}/{step}/promote",
        "Make a version of it",
        wire.Publication,
        wire.Promotion,
        status=201,
    ),
    Operation("post", "/registry/versions", "Register a version", None, wire.VersionRegistration, status=201),
    Operation("get", "/runs/{id}", "A run with the history of its metrics", wire.RunPage),
    Operation("post", "/runs/{id}/publish", "Publish a run's model", wire.Job, wire.RunPublication, status=202),
    Operation("get", "/jobs", "Your jobs, newest first", list[wire.Job]),
    Operation("get", "/jobs/{id}", "How far a job is", wire.Job),
    Operation("delete", "/jobs/{id}", "Cancel a job", wire.Job),
    Operation("get", "/tracking", "How the MLflow server is", wire.TrackingState),
    Operation("get", "/workspace", "What people do together outside notebooks", wire.Workspace),
    Operation("get", "/workspace/export", "The workspace as Markdown"),
    Operation("put", "/workspace/pins/{run}", "Pin a run for everybody", wire.Pin, wire.NoteAsked),
    Operation("delete", "/workspace/pins/{run}", "Take a pinned run down", status=204),
    Operation("put", "/workspace/comparison", "Compare runs with everybody", wire.RunsCompared, wire.RunsComparedAsked),
    Operation("delete", "/workspace/comparison", "End the comparison under discussion", status=204),
    Operation("put", "/workspace/shortlist/{namespace}/{name}", "Short-list a model", wire.Shortlisted, wire.NoteAsked),
    Operation("delete", "/workspace/shortlist/{namespace}/{name}", "Take a model off the short list", status=204),
    Operation(
        "post", "/workspace/drafts", "Begin a text that several people write", wire.Draft, wire.DraftAsked, status=201
    ),
    Operation("get", "/workspace/drafts/{draft}", "The text of a draft"),
    Operation("delete", "/workspace/drafts/{draft}", "Drop a draft", status=204),
    Operation("post", "/workspace/threads", "Comment on something", wire.Thread, wire.ThreadAsked, status=201),
    Operation("patch", "/workspace/threads/{thread}", "Resolve a thread or open it", wire.Thread, wire.ThreadChange),
    Operation("post", "/workspace/threads/{thread}/comments", "Reply", wire.Thread, wire.CommentAsked, status=201),
    Operation(
        "patch",
        "/workspace/threads/{thread}/comments/{comment}",
        "Change an own comment",
        wire.Thread,
        wire.CommentAsked,
    ),
    Operation("delete", "/workspace/threads/{thread}/comments/{comment}", "Take an own comment back", status=204),
    Operation("post", "/suggestions", "Begin a suggestion", wire.Suggestion, wire.SuggestionAsked, status=201),
    Operation("get", "/suggestions/{id}", "A suggestion with its changes", wire.SuggestionSeen),
    Operation("post", "/suggestions/{id}", "Decide on a change", wire.SuggestionSeen, wire.DecisionAsked),
    Operation("delete", "/suggestions/{id}", "Withdraw a suggestion", status=204),
    Operation("get", "/executions", "Cells that run in a room", list[wire.Execution], query=("room",)),
    Operation("post", "/executions", "Run a cell on the server", wire.Execution, wire.ExecutionAsked, status=202),
    Operation("get", "/executions/{id}", "How far a cell is", wire.Execution, query=("wait",)),
    Operation("get", "/outputs/{sha256}", "A large output of a shared notebook, as nbformat has it"),
    Operation("post", "/executions/{id}/input", "Give a cell a line of input", wire.Execution, wire.InputAsked),
    Operation("get", "/roles", "Who may do what with a notebook", wire.RolesSeen, query=("path",)),
    Operation("put", "/roles", "Say who may do what with a notebook", wire.RolesSeen, wire.RolesAsked, query=("path",)),
    Operation("get", "/events", "WebSocket: one event per message"),
    Operation("get", "/openapi.json", "This document"),
)


@cache
def document() -> dict[str, object]:
    """The OpenAPI 3.1 document."""
    import msgspec

    used = {kind for one in OPERATIONS for kind in (one.reply, one.body) if kind is not None}
    kinds = sorted(used | {wire.Problem}, key=str)
    schemas, components = msgspec.json.schema_components(
        kinds, schema_hook=_anything, ref_template="#/components/schemas/{name}"
    )
    by_kind = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, dict[str, object]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _described(one, by_kind)
    return {
        "openapi": "3.1.0",
        "info": {"title": "jupyter_hubcollab", "version": "1", "description": "JSON is camelCase, times are UTC."},
        "servers": [{"url": ".", "description": "The folder of this document: BASE_URL/hubcollab/api"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _anything(kind: type) -> dict[str, object]:
    """``object`` in `wire` is any JSON value."""
    if kind is object:
        return {"description": "any JSON value"}
    raise NotImplementedError(kind)


def _described(one: Operation, schemas: dict[Any, dict[str, object]]) -> dict[str, object]:
    names = [("path", name) for name in re.findall(r"{(\w+)}", one.path)] + [("query", name) for name in one.query]
    parameters = [
        {"name": name, "in": where, "required": where == "path", "schema": {"type": "string"}} for where, name in names
    ]
    good: dict[str, object] = {"description": one.summary}
    if one.reply is not None:
        good["content"] = {"application/json": {"schema": schemas[one.reply]}}
    problem = {"application/json": {"schema": schemas[wire.Problem]}}
    found: dict[str, object] = {
        "summary": one.summary,
        "parameters": parameters,
        "responses": {str(one.status): good, "default": {"description": "Refused", "content": problem}},
    }
    if one.body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schemas[one.body]}}}
    return found


class OpenApiHandler(HubHandler):
    """The description of our REST."""

    async def get(self) -> None:
        """The document."""
        self.reply(document())


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/openapi\.json", OpenApiHandler)]
