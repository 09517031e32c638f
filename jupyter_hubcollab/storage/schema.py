"""All tables of the index. Each part of the package has its own headed block.

What git and the blobs hold is only indexed here and can be rebuilt; tokens, likes and discussions live here alone.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """A moment; stored without a zone as UTC, given back with it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


# ── hub ───────────────────────────────────────────────────────────────────────────────────────────────────────────

repos = Table(
    "repos",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("storage", String(80), nullable=False, unique=True),  # folder of the bare repository below repos/
    Column("kind", String(16), nullable=False),
    Column("namespace", String(96), nullable=False),
    Column("name", String(96), nullable=False),
    Column("key", String(220), nullable=False, unique=True),  # RepoId.key: names differ by more than case
    Column("owner", String(200), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("gated", String(8), nullable=False, server_default=""),  # "", "auto" or "manual"
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("downloads", Integer, nullable=False, server_default="0"),
    Column("likes", Integer, nullable=False, server_default="0"),
    Column("head", String(40)),  # commit of main
    Column("card", Text, nullable=False, server_default="{}"),  # front matter of README.md as JSON
    Column("size_bytes", BigInteger, nullable=False, server_default="0"),  # files of main
    Column("text_bytes", BigInteger, nullable=False, server_default="0"),  # small files that commits ever brought
    Column("files", Integer),  # of main; NULL: not counted yet
    Column("parameters", BigInteger),  # of the weights of main; NULL: unknown
    Column("weights", Text),  # JSON of hub.weights.Facts
    Index("repos_by_update", "kind", "updated_at"),
    Index("repos_by_creation", "kind", "created_at"),
    Index("repos_by_downloads", "kind", "downloads"),
    Index("repos_by_likes", "kind", "likes"),
    Index("repos_by_namespace", "kind", "namespace"),
    Index("repos_by_parameters", "kind", "parameters"),
    Index("repos_by_gate", "gated"),
)

repo_tags = Table(
    "repo_tags",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(200), primary_key=True),
    Index("repo_tags_by_tag", "tag"),
)

repo_names = Table(  # earlier names of renamed repos
    "repo_names",
    metadata,
    Column("key", String(220), primary_key=True),
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), nullable=False),
)

repo_blobs = Table(  # which repos ever named a blob; who may name it again, and what gc must keep
    "repo_blobs",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Index("repo_blobs_by_digest", "digest"),
)

told_refs = Table(  # the commits of which webhooks, gates and search have heard
    "told_refs",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("ref", String(300), primary_key=True),  # empty: that the repo was made
    Column("commit", String(40), nullable=False),
)

untold = Table(  # what was done to repos and discussions, until all have heard of it
    "untold",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("event", Text, nullable=False, index=True),  # JSON
)

uploads = Table(  # who sent a blob: knowing a SHA-256 is no proof of having the bytes
    "uploads",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256 of the token, which is stored nowhere
    Column("user", String(200), nullable=False, index=True),
    Column("display_name", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("scope", String(8), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
    Column("revoked_at", UtcTime),
)

likes = Table(
    "likes",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index("likes_by_time", "at"),
)

discussions = Table(  # pull requests too; both share one row of numbers per repo
    "discussions",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("status", String(8), nullable=False),  # making (nobody sees it), draft, open, closed, merged
    Column("author", String(200), nullable=False),
    Column("is_pull_request", Boolean, nullable=False),
    Column("target", String(250)),  # branch that a pull request wants to change
    Column("merge_commit", String(40)),
    Column("created_at", UtcTime, nullable=False),
    Column("author_name", String(200)),
    Column("base", String(40)),  # commit at which a pull request began, or left its target when it was merged
    Column("updated_at", UtcTime),
    Column("comments", Integer, nullable=False, server_default="0"),
)

discussion_events = Table(
    "discussion_events",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("repo_pk", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),  # comment, status, title, commit
    Column("author", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("content", Text, nullable=False),  # JSON
    UniqueConstraint("repo_pk", "number", "position"),
)


webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("owner", String(200), nullable=False, index=True),
    Column("owner_name", String(200), nullable=False),
    Column("url", Text, nullable=False),
    Column("watched", Text, nullable=False),  # JSON: [{"type", "name"}]
    Column("domains", Text, nullable=False),  # JSON: ["repo", "discussion"]
    Column("secret", Text),  # sent along and signed with, so it is kept as it is
    Column("disabled", Boolean, nullable=False),
    Column("home", Text, nullable=False),  # the hub's address as its owner reaches it; what is sent links to it
    Column("created_at", UtcTime, nullable=False),
)

deliveries = Table(  # what webhooks have to be told, and were; a row is here before anything is sent
    "deliveries",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("webhook", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    Column("status", String(8), nullable=False),  # waiting, done, failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("answer", Text),  # the last status, or why there was none
    Index("deliveries_by_time", "status", "next_at"),
    Index("deliveries_by_webhook", "webhook", "created_at"),
)

collections = Table(
    "collections",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("namespace", String(96), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("private", Boolean, nullable=False),
    Column("theme", String(16), nullable=False, server_default="orange"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("owner", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

collection_items = Table(
    "collection_items",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("collection", ForeignKey("collections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # model, dataset, space, collection, paper
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE")),
    Column("name", Text),  # of what is no repo
    Column("position", Integer, nullable=False),
    Column("note", Text),
    Column("at", UtcTime, nullable=False),
)


# ── access ────────────────────────────────────────────────────────────────────────────────────────────────────────

namespaces = Table(  # what stands before the slash: a person's own, or an organisation's
    "namespaces",
    metadata,
    Column("key", String(96), primary_key=True),  # the name in lower case
    Column("name", String(96), nullable=False),
    Column("title", String(200), nullable=False, server_default=""),
    Column("person", String(200), index=True),  # whose it is; NULL: an organisation's
    Column("everyone", String(8)),  # what all may do in it; NULL: as the setting says
    Column("quota_bytes", BigInteger),  # NULL: as the setting says
    Column("created_at", UtcTime, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("namespace", ForeignKey("namespaces.key", ondelete="CASCADE"), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("role", String(8), nullable=False),  # read, write, admin
    Column("at", UtcTime, nullable=False),
    Index("memberships_by_user", "user"),
)

collaborators = Table(  # people with a role in one repo, whatever they are in its namespace
    "collaborators",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("role", String(8), nullable=False),  # read, write, admin
    Column("at", UtcTime, nullable=False),
    Index("collaborators_by_user", "user"),
)

access_requests = Table(  # who asked for the files of a gated repo, and what came of it
    "access_requests",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("display_name", String(200), nullable=False),
    Column("status", String(8), nullable=False),  # pending, accepted, rejected
    Column("message", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("decided_by", String(200)),
    Column("at", UtcTime, nullable=False),
)

protected_refs = Table(
    "protected_refs",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(8), primary_key=True),  # branch, tag
    Column("pattern", String(250), primary_key=True),
    Column("writers", String(8), nullable=False),  # the role that moves it: write, admin
    Column("at", UtcTime, nullable=False),
)


# ── models ────────────────────────────────────────────────────────────────────────────────────────────────────────

scans = Table(  # verdicts on contents; never wrong later, but the rules may change
    "scans",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),  # suffix, where the bytes alone do not tell how they are loaded
    Column("rules", Integer, nullable=False),
    Column("safety", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("imports", Text, nullable=False),  # JSON
)

revision_facts = Table(  # what a commit says of itself as a model; a commit never changes, so neither does its row
    "revision_facts",
    metadata,
    Column("repo", String(220), primary_key=True),  # RepoId.key
    Column("commit", String(40), primary_key=True),
    Column("facts", Text, nullable=False),  # JSON of models.facts.Facts
)

repo_uses = Table(  # how often a repo was used, by week
    "repo_uses",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("week", String(10), primary_key=True),  # its Monday
    Column("what", String(10), primary_key=True),  # "download" or "load"
    Column("times", Integer, nullable=False),
)

repo_notebooks = Table(  # notebooks in which a repo was loaded, the last time each
    "repo_notebooks",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("notebook", String(1000), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("revision", String(250), nullable=False),
    Column("at", UtcTime, nullable=False),
)


# ── registry: what MLflow's registry knows of versions beyond git ─────────────────────────────────────────────────

model_aliases = Table(  # names that move between versions
    "model_aliases",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("alias", String(255), primary_key=True),
    Column("tag", String(250), nullable=False),
    Column("set_by", String(200), nullable=False),
    Column("set_at", UtcTime, nullable=False),
)

model_alias_moves = Table(  # every move of an alias; the newest is the highest id
    "model_alias_moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), nullable=False, index=True),
    Column("alias", String(255), nullable=False),
    Column("from_tag", String(250)),  # null: the alias was new
    Column("to_tag", String(250)),  # null: the alias was deleted
    Column("reason", Text),  # why the gates were overridden
    Column("by", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
)

version_notes = Table(
    "version_notes",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(250), primary_key=True),
    Column("description", Text),  # null: the message of the version
    Column("stage", String(16), nullable=False, server_default="None"),
    Column("source", Text),  # from where MLflow's client took the files
    Column("run_link", Text),
    Column("model_id", String(64)),
    Column("updated_at", UtcTime, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default="0"),  # its number is not given again
)

version_labels = Table(  # MLflow's tags: pairs of key and value
    "version_labels",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(250), primary_key=True),  # empty: of the model itself
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

# ── differences of models, deprecated versions ─────────────────────────────────────────────────────────────────────

tensor_distances = Table(  # how far tensors moved; worked out from the files, may be emptied at any time
    "tensor_distances",
    metadata,
    Column("pair", String(64), primary_key=True),  # SHA-256 of the contents of the weight files of both sides
    Column("distances", Text, nullable=False),  # models.diff.diffs._Known as JSON
    Column("at", UtcTime, nullable=False, index=True),
)

metric_intervals = Table(  # paired bootstraps between results by example; may be emptied at any time
    "metric_intervals",
    metadata,
    Column("before", String(64), primary_key=True),  # git's or the store's name of the content
    Column("after", String(64), primary_key=True),
    Column("interval", Text, nullable=False),  # wire.Interval or null, as JSON
)

version_deprecations = Table(  # versions that nobody should load any more, and why
    "version_deprecations",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(250), primary_key=True),
    Column("commit", String(40)),
    Column("reason", Text, nullable=False),
    Column("instead", String(250)),  # the version to take
    Column("by", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
)

deprecation_moves = Table(  # how versions were deprecated and became good again; the newest is the highest id
    "deprecation_moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), nullable=False, index=True),
    Column("tag", String(250), nullable=False),
    Column("reason", Text),  # null: nobody is warned any more
    Column("by", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
)

# ── gates: verdicts on versions and pull requests ─────────────────────────────────────────────────────────────────

gate_runs = Table(
    "gate_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), nullable=False),
    Column("commit", String(40), nullable=False),
    Column("tag", String(250)),
    Column("pull", Integer),
    Column("rules", String(32), nullable=False),  # digest of the rules that held; empty: they could not be read
    Column("state", String(12), nullable=False, index=True),  # wire.GateState
    Column("progress", Float, nullable=False, server_default="0"),
    Column("detail", Text, nullable=False, server_default=""),
    Column("judgement", Text),  # models.gates.verdicts.Judgement as JSON, without scores
    Column("scores", Text),  # by evaluation, metric and row, as JSON
    Column("started_by", String(200), nullable=False),
    Column("started_by_name", String(200), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("log_bytes", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    Column("began_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("only", Text),  # JSON of wire.ReproductionAsked: it reproduces, and is no verdict; NULL: the gates
    Index("gate_runs_by_commit", "repo_pk", "commit"),
)

gate_aliases = Table(  # aliases that hubcollab.yaml on main protects; read from git again whenever main changes
    "gate_aliases",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("alias", String(255), primary_key=True),
)

# ── jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(12), nullable=False, index=True),  # queued, running, done, failed, cancelled
    Column("progress", Float, nullable=False),
    Column("detail", Text, nullable=False),
    Column("result", Text),  # wire.Publication as JSON
    Column("owner", String(200), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)


# ── xet ───────────────────────────────────────────────────────────────────────────────────────────────────────────

xet_store = Table(  # one row; a client that remembers uploads to another store or epoch must not rely on them
    "xet_store",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("epoch", Integer, nullable=False),  # grows when a xorb is deleted or found missing
)

xet_xorbs = Table(  # a row is here only if the file is, whole
    "xet_xorbs",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("size_bytes", Integer, nullable=False),  # of the file
    Column("chunks", LargeBinary, nullable=False),  # storage.xorbs.XorbIndex
    Column("added_at", UtcTime, nullable=False),
)

xet_files = Table(  # a row is here only if the SHA-256 was computed from the stored chunks
    "xet_files",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("terms", LargeBinary, nullable=False),  # hub.xet_shards.Term, 48 bytes each, as they came
    Column("added_at", UtcTime, nullable=False),
)

xet_chunks = Table(  # chunks that clients ask for before they send a file: its first one, and one in a thousand
    "xet_chunks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chunk", LargeBinary(32), nullable=False),
    Column("file", ForeignKey("xet_files.hash", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),  # how many chunks of the file come before it
    Index("xet_chunks_by_chunk", "chunk", "id"),
)


# ── search ────────────────────────────────────────────────────────────────────────────────────────────────────────

reviews = Table(  # what people say of a version of a repo; one each
    "reviews",
    metadata,
    Column("repo_pk", ForeignKey("repos.pk", ondelete="CASCADE"), primary_key=True),
    Column("version", String(250), primary_key=True),  # a tag; empty: the repo has no versions
    Column("user", String(200), primary_key=True),
    Column("display_name", String(200), nullable=False),
    Column("stars", Integer, nullable=False),  # 1 to 5
    Column("text", Text, nullable=False, server_default=""),
    Column("task", String(100)),  # for which it was used
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Index("reviews_by_user", "user"),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("user", String(200), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("asked", Text, nullable=False),  # JSON of catalogue.saved.Wanted
    Column("known", Text, nullable=False, server_default="[]"),  # JSON: what matched before, by key
    Column("fresh", Text, nullable=False, server_default="[]"),  # JSON: what is new since its owner looked
    Column("created_at", UtcTime, nullable=False),
)


# ── upstream ──────────────────────────────────────────────────────────────────────────────────────────────────────

upstream_answers = Table(  # what other hubs said of repos that are not ours; all of it can be asked again
    "upstream_answers",
    metadata,
    Column("repo", String(220), primary_key=True),  # UpstreamId.key
    Column("viewer", String(200), primary_key=True),  # whose token it took; empty: nobody's, so it is for everybody
    Column("question", String(64), primary_key=True),  # SHA-256 of what was asked
    Column("asked", String(500), nullable=False),  # its beginning, for people
    Column("hub", String(300), nullable=False),
    Column("body", Text, nullable=False),
    Column("next", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

upstream_keys = Table(  # people's own tokens for other hubs, sealed with the hub's secret
    "upstream_keys",
    metadata,
    Column("user", String(200), primary_key=True),
    Column("hub", String(300), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
