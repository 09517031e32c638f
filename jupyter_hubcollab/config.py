"""All settings in one frozen value; the only reader of the environment.

``app.py`` fills it from the traitlets of ``HubCollab``, whose help texts are the ones below.
"""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field
from pathlib import Path


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a uid that nobody named
        return "owner"


@dataclass(frozen=True)
class Config:
    """Settings of a running hub."""

    data_dir: Path
    """Folder that holds everything: repos, blobs, index, experiments, room logs."""

    database_url: str = ""
    """SQLAlchemy URL of the index; empty: a SQLite file in data_dir."""

    catalogue_url: str = ""
    """URL of a PostgreSQL with pgvector that several servers share for search; empty: a file in data_dir."""

    embedding_model: str = ""
    """What search compares meanings with: a folder with an ONNX sentence encoder, or a folder or id for
    sentence-transformers; empty: the small English model that comes with the hub."""

    mlflow_tracking_uri: str = ""
    """URL of the team's own MLflow server; empty: the hub runs one."""

    mlflow_database_url: str = ""
    """SQLAlchemy URL of the database in which the hub's MLflow keeps runs; empty: a SQLite file in data_dir."""

    mlflow_artifacts_url: str = ""
    """Where the hub's MLflow keeps artifacts, as in s3://bucket/folder; empty: a folder in data_dir."""

    system_metrics: bool = False
    """Let runs log what the machine does: MLflow's system metrics, every ten seconds."""

    energy_country: str = ""
    """Country of the machine of the kernels, as in HUN: runs log an estimate of their energy and CO₂; empty: no."""

    offline: bool = False
    """Ask nothing of other hubs; what was read from them before is served all the same."""

    upstreams: tuple[str, ...] = ("https://huggingface.co",)
    """Addresses of the hubs from which repos that this one does not have are read, in this order."""

    upstream_cache_bytes: int = 0
    """Bytes that files of other hubs may take here; what was not read for longest goes first. 0: no limit."""

    anonymous_read: bool = False
    """Let requests without login read public repos."""

    save_delay_s: float = 1.0
    """Seconds after an edit of a shared document until its file is saved."""

    save_at_latest_s: float = 2.0
    """Seconds after the first unsaved edit by which the file is saved, also while people type."""

    room_keep_s: float = 60.0
    """Seconds for which a room is kept in memory after the last person left."""

    large_output_chars: int = 32 << 10
    """Outputs with more characters are kept beside the shared notebook and loaded when they are seen; 0: none is."""

    webhook_loopback: bool = False
    """Let webhooks call programs on the hub's own machine."""

    max_upload_bytes: int = 64 << 30
    """Largest file that may be uploaded, in bytes."""

    max_regular_bytes: int = 10 << 20
    """Largest file that goes into git itself, in bytes; larger and binary files are stored as blobs."""

    max_commit_bytes: int = 1 << 40
    """Bytes that one commit or push may bring."""

    max_files: int = 100_000
    """Files that a revision may have."""

    person_quota_bytes: int = 0
    """Bytes that the repos of a person may hold together, each content counted once; 0: no limit."""

    organisation_quota_bytes: int = 0
    """Bytes that the repos of an organisation may hold together, each content counted once; 0: no limit."""

    gates_at_once: int = 0
    """Runs of gates that go on side by side; 0: one for every two cores, four at most."""

    version_numbers: str = "running"
    """How versions are numbered that nobody names: running (v1, v2) or semantic (v1.0.0, v1.1.0)."""

    everyone_role: str = "write"
    """What all who are logged in may do in organisations that say nothing else: write, or read."""

    owner: str = field(default_factory=_login)
    """Name under which requests with the server's own token act; looks after organisations without an admin."""

    @property
    def index_url(self) -> str:
        """SQLAlchemy URL of the index."""
        return self.database_url or f"sqlite:///{self.data_dir / 'index.sqlite'}"


def environment() -> dict[str, str]:
    """The environment of this process, copied."""
    return dict(os.environ)
