// Written by scripts/wire from jupyter_hubcollab/wire.py; do not edit.

export type Visibility = 'public' | 'private';

export type Safety = 'safe' | 'caution' | 'unsafe' | 'unscanned';

export type RunStatus = 'running' | 'finished' | 'failed' | 'killed' | 'lost';

/** Who is logged in. */
export interface Me {
  name: string;
  displayName: string;
}

/** Why a request was refused; ``code`` is the error's class name. */
export interface Problem {
  code: string;
  message: string;
}

/** One number that says how good a version is. */
export interface Metric {
  name: string;
  value: number;
  dataset: string | null;
  split: string | null;
  higherIsBetter: boolean | null;
  /** Difference to the same metric of the version before; null where there is none. */
  change: number | null;
}

/** Somebody who made a version; ``role`` tells how: published it, or edited its notebook. */
export interface Author {
  name: string;
  displayName: string;
}

/** A tagged commit of a model. */
export interface Version {
  tag: string;
  commit: string;
  message: string;
  author: Author;
  createdAt: string;
  runId: string | null;
  metrics: Metric[];
  sizeBytes: number;
}

/** A model as a list or a search hit shows it. */
export interface ModelSummary {
  id: string;
  namespace: string;
  name: string;
  /** First sentence of the card, plain text; empty where there is none. */
  summary: string;
  visibility: Visibility;
  mine: boolean;
  owner: string;
  task: string | null;
  library: string | null;
  license: string | null;
  tags: string[];
  sizeBytes: number;
  parameters: number | null;
  downloads: number;
  /** Tag of the newest version. */
  latest: string | null;
  /** Of the newest version. */
  metrics: Metric[];
  updatedAt: string;
}

/** A page of models, newest first. */
export interface ModelList {
  models: ModelSummary[];
  total: number;
}

/** A file of a revision. */
export interface FileEntry {
  path: string;
  sizeBytes: number;
  /** SHA-256 for blobs, git's SHA-1 for small text files. */
  digest: string;
  isBlob: boolean;
  safety: Safety;
  safetyNote: string;
  /** Path below the server's base URL from which the bytes come. */
  url: string;
}

/** All files of a revision. */
export interface FileList {
  revision: string;
  commit: string;
  files: FileEntry[];
}

/** The README.md of a revision: Markdown without its front matter, and the front matter as JSON. */
export interface Card {
  revision: string;
  markdown: string;
  metadata: Record<string, unknown>;
}

/** All versions of a model, newest first. */
export interface VersionList {
  versions: Version[];
}

/** How a version was made, as far as it is known. */
export interface Provenance {
  runId: string | null;
  notebook: string | null;
  cell: string | null;
  /** Commit, branch, remote and uncommitted changes of the project that the notebook lives in. */
  git: Record<string, unknown> | null;
  python: string | null;
  packages: Record<string, string>;
}

/** What the model page opens with. */
export interface ModelPage {
  model: ModelSummary;
  card: Card;
  files: FileList;
  versions: Version[];
  provenance: Provenance | null;
  /** The cell that *Load* inserts. */
  loadCode: string;
}

/** Which of these blobs does the store lack? */
export interface BlobsAsked {
  digests: string[];
}

/** The asked blobs that must be sent. */
export interface BlobsMissing {
  digests: string[];
}

/** A file of a publication; its bytes were sent as a blob before. */
export interface PublishedFile {
  path: string;
  digest: string;
  sizeBytes: number;
}

/** A metric as the publisher states it. */
export interface MetricGiven {
  name: string;
  value: number;
  dataset?: string | null;
  split?: string | null;
}

/** Make a version of a model from files that the store has. */
export interface PublicationRequest {
  files: PublishedFile[];
  message?: string;
  /** Name of the version; null: the next running number, v1, v2 … */
  tag?: string | null;
  visibility?: Visibility;
  metrics?: MetricGiven[];
  parameters?: Record<string, string>;
  runId?: string | null;
  license?: string | null;
  task?: string | null;
  library?: string | null;
  summary?: string;
  tags?: string[];
  /** What the notebook API found out about notebook, cell, git and environment. */
  provenance?: Record<string, unknown>;
}

/** A version that was just made. */
export interface Publication {
  repoId: string;
  /** The commit. */
  revision: string;
  tag: string;
  /** Where a browser opens the model's page. */
  url: string;
  version: Version;
}

/** A condition that was read from the sentence. */
export interface Constraint {
  /** Its form in the filter language, 'size<=100000000'; names it in a request that leaves it out (``without=``). */
  key: string;
  field: string;
  /** As the user reads it: 'under 100 MB'. */
  text: string;
  /** False where no hit meets it. */
  met: boolean;
  /** True where no word of the sentence says it; it then prefers and does not exclude. */
  guessed: boolean;
  /** What it could have meant as well, likeliest first, in the filter language: 'task:summarization'. */
  alternatives: string[];
}

/** A model that was found, and why. */
export interface Hit {
  model: ModelSummary;
  score: number;
  why: string[];
  /** 'hub' for this hub's own models, else the name of the upstream catalogue. */
  source: string;
  /** The public page of a model that is not on this hub. */
  url: string | null;
}

/** The answer to a search, best hit first. */
export interface SearchReply {
  query: string;
  hits: Hit[];
  constraints: Constraint[];
  total: number;
  tookMs: number;
}

/** An MLflow run as the table shows it. */
export interface Run {
  id: string;
  name: string;
  experiment: string;
  status: RunStatus;
  user: string;
  startedAt: string;
  endedAt: string | null;
  notebook: string | null;
  cell: string | null;
  /** Newest value by name; null for NaN and infinity, which JSON cannot hold. */
  metrics: Record<string, number | null>;
  params: Record<string, string>;
  hasModel: boolean;
}

/** Newest runs first. */
export interface RunList {
  runs: Run[];
  state: TrackingState;
}

/** One logged value. */
export interface Point {
  step: number;
  at: string;
  value: number | null;
}

/** A run with the history of its metrics. */
export interface RunPage {
  run: Run;
  history: Record<string, Point[]>;
}

/** How the MLflow server is. */
export interface TrackingState {
  state: 'failed' | 'off' | 'ready' | 'starting';
  /** Empty when ready or off; else what is happening or what went wrong. */
  detail: string;
}

/** Publish the model that a run logged. */
export interface RunPublication {
  repoId: string;
  message?: string;
  tag?: string | null;
  visibility?: Visibility;
  license?: string | null;
}

/** Long work and how far it is. */
export interface Job {
  id: string;
  kind: string;
  title: string;
  state: 'cancelled' | 'done' | 'failed' | 'queued' | 'running';
  /** 0 to 1. */
  progress: number;
  /** What is being done now, or why it failed. */
  detail: string;
  result: Publication | null;
  owner: string;
}

/** Newest jobs first. */
export interface JobList {
  jobs: Job[];
}

/** A model was made or has a new commit; everyone's panel shows it. */
export interface ModelChanged {
  type: 'model';
  model: ModelSummary;
  by: Author;
  tag: string | null;
}

/** A model is gone. */
export interface ModelDeleted {
  type: 'modelDeleted';
  id: string;
}

/** A run began, ended, or logged something. */
export interface RunChanged {
  type: 'run';
  run: Run;
}

/** A run is gone. */
export interface RunDeleted {
  type: 'runDeleted';
  id: string;
}

/** A job moved on; sent to its owner only. */
export interface JobChanged {
  type: 'job';
  job: Job;
}

/** The MLflow server came or went. */
export interface TrackingChanged {
  type: 'tracking';
  state: TrackingState;
}

export type Event = ModelChanged | ModelDeleted | RunChanged | RunDeleted | JobChanged | TrackingChanged;
