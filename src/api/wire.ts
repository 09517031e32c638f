// Written by scripts/wire from jupyter_hubcollab/wire.py; do not edit.

export type Visibility = 'public' | 'private';

export type MetricSource = 'card' | 'run' | 'evaluation';

export type Safety = 'safe' | 'caution' | 'unsafe' | 'unscanned';

export type NotFinite = 'NaN' | 'Infinity' | '-Infinity';

export type Verdict = 'better' | 'worse' | 'same' | 'unclear' | 'unknown';

export type TensorChange = 'added' | 'removed' | 'reshaped' | 'retyped' | 'changed';

export type RunStatus = 'running' | 'finished' | 'failed' | 'killed' | 'lost';

export type RepoKind = 'model' | 'dataset' | 'space';

export type Permission = 'read' | 'write' | 'admin';

export type CardFieldKind = 'text' | 'list' | 'object';

export type CardChoices = 'licenses' | 'tasks' | 'languages' | 'libraries' | 'datasets' | 'models';

export type LineageRelation = 'base' | 'data' | 'child';

export type Subject = 'notebook' | 'cell' | 'text' | 'model' | 'version' | 'run';

export type NotebookRole = 'owner' | 'editor' | 'runner' | 'commenter' | 'viewer';

export type DiscussionStatus = 'draft' | 'open' | 'closed' | 'merged';

export type Gating = 'off' | 'auto' | 'manual';

export type RequestStatus = 'pending' | 'accepted' | 'rejected';

export type Theme = 'orange' | 'blue' | 'green' | 'purple' | 'pink' | 'indigo';

export type CollectionKind = 'model' | 'dataset' | 'space' | 'collection' | 'paper';

export type ActivityKind = 'commit' | 'version' | 'rollback' | 'alias' | 'deprecation' | 'gate' | 'reproduction' | 'discussion' | 'pull' | 'comment' | 'status' | 'title' | 'push' | 'review';

export type GateState = 'waiting' | 'queued' | 'running' | 'passed' | 'failed' | 'broken' | 'cancelled';

export type CheckState = 'passed' | 'failed' | 'skipped';

export type ExampleChange = 'same' | 'changed' | 'fixed' | 'broken' | 'added' | 'removed';

export type RunKind = 'gates' | 'reproduction';

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
  unit: string | null;
  source: MetricSource;
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
  /** All who had a hand in it: who published, co-authors of the commit, and those whom the record names. */
  authors: Author[];
  /** The version that it continues: the nearest one among its ancestors. */
  parent: string | null;
  /** Models that it was made from, as its card says. */
  baseModels: string[];
  datasets: string[];
  /** Those that lead to it. */
  aliases: string[];
  deprecated: Deprecation | null;
}

/** Why a version should not be used any more. */
export interface Deprecation {
  reason: string;
  /** The version to take. */
  instead: string | null;
  by: string;
  at: string;
}

/** Warn whoever loads a version. */
export interface DeprecationRequest {
  reason: string;
  instead?: string | null;
}

/** Go back to a version: let an alias lead to it again, or without one make a new version with its files. */
export interface RollbackRequest {
  tag: string;
  alias?: string | null;
  message?: string;
}

/** What came of it. */
export interface Rollback {
  alias: string | null;
  /** The version to which the alias led. */
  before: string | null;
  /** To which the alias leads now, or of the new version. */
  tag: string;
  version: Version | null;
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
  /** Why the newest version should not be used any more. */
  deprecated: string | null;
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
  /** What to tell whoever loads this revision: that the version is deprecated, and why. */
  warning: string | null;
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
  unit?: string | null;
  /** Null: as the name of the metric tells. */
  higherIsBetter?: boolean | null;
}

/** Make a version of a model from files that the store has. */
export interface PublicationRequest {
  files: PublishedFile[];
  message?: string;
  /** Name of the version; null: the next number, v1, v2 … or v1.0.0, v1.1.0 … as the setting says. */
  tag?: string | null;
  /** Which part of a semantic number grows. */
  bump?: 'major' | 'minor' | 'patch';
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

/** Which checkpoints of a run stay: the last ones, the best ones, and every so many steps. */
export interface Keep {
  last?: number;
  best?: number;
  /** Steps; 0: none for this reason. */
  every?: number;
  /** What is best; null: the first metric. */
  metric?: string | null;
  /** Is the lowest value the best? Null: what the metric's name says. */
  lowest?: boolean | null;
}

/** Keep the state of a model at a step of a run; the files were sent as blobs before. */
export interface CheckpointRequest {
  runId: string;
  step: number;
  files: PublishedFile[];
  /** Of the files that hold only what changed. */
  deltas?: CheckpointDelta[];
  metrics?: Record<string, number>;
  keep?: Keep;
  private?: boolean;
}

/** A file of a checkpoint that holds what changed since an earlier content. */
export interface CheckpointDelta {
  path: string;
  /** SHA-256 of what comes out. */
  whole: string;
  /** SHA-256 of what it changes, which a checkpoint of the run has. */
  base: string;
}

/** The state of a model at a step of a run. */
export interface Checkpoint {
  runId: string;
  step: number;
  at: string;
  metrics: Record<string, number>;
  files: CheckpointFile[];
}

/** A file of a checkpoint. */
export interface CheckpointFile {
  path: string;
  digest: string;
  sizeBytes: number;
  /** SHA-256 of its content; another than *digest* where the file holds only what changed. */
  whole: string;
  /** SHA-256 of the content that it changes. */
  base: string | null;
}

/** The checkpoints of a run, by step. */
export interface CheckpointList {
  checkpoints: Checkpoint[];
  /** Files of checkpoints that are not kept, which others need to be whole. */
  bases: CheckpointFile[];
}

/** Make a version of a checkpoint. */
export interface Promotion {
  message?: string;
  tag?: string | null;
}

/** Make a version as ``mlflow.register_model`` asks; the files were sent as blobs before. */
export interface VersionRegistration {
  name: string;
  files: PublishedFile[];
  source: string;
  runId?: string | null;
  runLink?: string | null;
  modelId?: string | null;
  description?: string | null;
  tags?: Record<string, string>;
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

/** Between which bounds a metric changed, from the results by example that both sides have. */
export interface Interval {
  low: number;
  high: number;
  /** 0.95. */
  confidence: number;
  examples: number;
  /** Examples whose score rose. */
  better: number;
  worse: number;
}

/** A metric on both sides. */
export interface MetricDiff {
  name: string;
  dataset: string | null;
  split: string | null;
  unit: string | null;
  higherIsBetter: boolean | null;
  before: number | NotFinite | null;
  after: number | NotFinite | null;
  change: number | null;
  verdict: Verdict;
  /** Null where there are no results by example; the verdict is then that of the bare numbers. */
  interval: Interval | null;
  /** Worse, and the interval says that it is no chance. */
  isRegression: boolean;
}

/** A metric of a version. */
export interface MetricPoint {
  tag: string;
  commit: string;
  at: string;
  value: number;
  /** Against the version before that has it. */
  change: number | null;
  source: MetricSource;
  /** Of the change, from results by example; null where there are none. */
  interval: Interval | null;
  /** Worse, and the interval says that it is no chance. */
  isRegression: boolean;
}

/** A metric on one data set over the versions, the oldest first. */
export interface MetricSeries {
  name: string;
  dataset: string | null;
  split: string | null;
  unit: string | null;
  higherIsBetter: boolean | null;
  points: MetricPoint[];
}

/** How the numbers of a model went. */
export interface MetricHistory {
  series: MetricSeries[];
  /** Intervals that were not worked out yet; ask again. */
  pending: number;
}

/** What is compared. */
export interface DiffSide {
  /** As it is asked for: team/digits@v1, run:0123… */
  subject: string;
  kind: 'dataset' | 'model' | 'run' | 'space';
  id: string;
  revision: string;
  commit: string | null;
  title: string;
}

/** Something that one side says, or both; null where it does not. */
export interface FieldDiff {
  section: 'card' | 'config' | 'data' | 'environment';
  file: string;
  name: string;
  before: string | null;
  after: string | null;
}

/** A cell of the notebook that differs, with its place on each side, from 0. */
export interface CellDiff {
  change: 'added' | 'changed' | 'removed';
  kind: string;
  before: number | null;
  after: number | null;
  lines: DiffLine[];
  isCut: boolean;
  outputsChanged: boolean;
}

/** The notebooks of both sides, cell by cell. */
export interface NotebookDiff {
  path: string;
  cells: CellDiff[];
  unchanged: number;
}

/** A file that differs; a size is null where there is no such side. */
export interface PathDiff {
  path: string;
  change: 'added' | 'changed' | 'removed';
  beforeBytes: number | null;
  afterBytes: number | null;
}

/** A tensor on one side. */
export interface TensorSide {
  dtype: string;
  shape: number[];
  file: string;
}

/** A tensor that differs. */
export interface TensorDiff {
  name: string;
  change: TensorChange;
  before: TensorSide | null;
  after: TensorSide | null;
  /** ‖after − before‖ / ‖before‖; null where it is not known, or no finite number. */
  relative: number | null;
  /** The largest absolute change of one number. */
  largest: number | null;
}

/** The tensors of a layer together. */
export interface LayerDiff {
  name: string;
  tensors: number;
  changed: number;
  /** Of those that changed; 0 where none did, null where it is not known. */
  relative: number | null;
}

/** The weights of both sides; ``measured`` is false until the numbers were read, which a job does for large ones. */
export interface TensorsDiff {
  measured: boolean;
  bytesToRead: number;
  added: number;
  removed: number;
  reshaped: number;
  retyped: number;
  /** Those that were measured and moved; before that, those that may have. */
  changed: number;
  unchanged: number;
  /** Those that differ: the ones that moved farthest first, 2,000 at most. */
  tensors: TensorDiff[];
  /** In the order of the files. */
  layers: LayerDiff[];
  /** Weight files that could not be read, each with the reason. */
  unread: string[];
}

/** All that differs between two versions, branches, models or runs. */
export interface ModelDiff {
  before: DiffSide;
  after: DiffSide;
  metrics: MetricDiff[];
  fields: FieldDiff[];
  /** More than there are in ``fields``, where they were too many. */
  fieldCount: number;
  notebook: NotebookDiff | null;
  files: PathDiff[];
  fileCount: number;
  tensors: TensorsDiff;
  /** What could not be compared, and why. */
  notes: string[];
}

/** How weights are mixed. */
export interface WeightRecipe {
  method?: 'linear' | 'slerp' | 'ties';
  /** Of each model; none: equal ones. */
  shares?: number[];
  /** TIES: which part of the changes is kept, the largest ones. */
  density?: number;
  /** TIES: by what the mixed changes are multiplied. */
  scale?: number;
}

/** Mix the weights of branches or versions of a model, as a commit on the branch ``into``. */
export interface WeightMergeRequest {
  revisions: string[];
  into: string;
  /** The common origin; TIES needs it. */
  base?: string | null;
  weights?: WeightRecipe;
  message?: string;
}

/** Neighbouring lines of a file in conflict; ``merged`` is null where both sides changed them differently. */
export interface ConflictPart {
  merged: string | null;
  base: string;
  target: string;
  pull: string;
}

/** A file that the target and the pull request changed. */
export interface ConflictFile {
  path: string;
  isText: boolean;
  inTarget: boolean;
  inPull: boolean;
  /** Weights of which both sides and the origin are there. */
  mayMix: boolean;
  parts: ConflictPart[];
}

/** What keeps a pull request from being merged, and the commits of which that is true. */
export interface PullConflicts {
  head: string;
  target: string;
  targetHead: string;
  files: ConflictFile[];
}

/** What becomes of a file: the target's, the pull request's, a text, or for weights a mix of both. */
export interface SolvedFile {
  path: string;
  take: 'mixed' | 'pull' | 'target' | 'text';
  text?: string;
}

/** Solve the conflicts of a pull request, as they were looked at. */
export interface PullSolution {
  head: string;
  targetHead: string;
  files: SolvedFile[];
  weights?: WeightRecipe;
  message?: string;
}

/** What came of it: a job that still mixes weights, or the page as it is now. */
export interface PullSolved {
  job: Job | null;
  page: DiscussionPage | null;
}

/** Measure how far the tensors of two sides lie apart, as a job. */
export interface DiffAsked {
  before: string;
  after: string;
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
  /** What may be chosen in its place, in the filter language: 'task:summarization', 'size<=200000000'. */
  alternatives: string[];
  /** The same as people read them, in that order. */
  spoken: string[];
}

/** A model that was found, and why. */
export interface Hit {
  model: ModelSummary;
  score: number;
  why: string[];
  kind: RepoKind;
  /** 'hub' for this hub's own models, else the name of the upstream catalogue. */
  source: string;
  /** The public page of a model that is not on this hub. */
  url: string | null;
}

/** How much of what was searched is found by words alone: its meaning is still being read. */
export interface MeaningUnread {
  unread: number;
  total: number;
  /** It is not read any more: the embedding model cannot be used, and the log of the server says why. */
  stopped: boolean;
}

/** The answer to a search, best hit first. */
export interface SearchReply {
  query: string;
  hits: Hit[];
  constraints: Constraint[];
  total: number;
  tookMs: number;
  /** Null once the meaning of everything is read. */
  meaning: MeaningUnread | null;
}

/** One line of the answer to a search in other hubs: what one of them found, or why it did not answer. */
export interface UpstreamHits {
  hits: Hit[];
  /** Why a hub is not in it, for people. */
  silent: string[];
  /** The hubs that have not answered yet. */
  waiting: string[];
}

/** Find what is like a text: the text of a card, or the cells of a notebook. */
export interface TextAsked {
  text: string;
  form?: 'card' | 'code';
  /** The task, where the asker knows it from the data in hand. */
  task?: string | null;
  /** What it must be besides, in words or in the filter language. */
  q?: string;
  kind?: RepoKind;
  limit?: number;
  source?: string | null;
  without?: string[];
}

/** A search that somebody keeps; nobody else sees it. */
export interface SavedSearch {
  id: string;
  name: string;
  query: string;
  kind: RepoKind;
  source: string | null;
  without: string[];
  createdAt: string;
  /** What matches now and did not when its owner last looked. */
  fresh: Hit[];
}

/** The searches that the asker keeps, the newest first. */
export interface SavedSearchList {
  searches: SavedSearch[];
}

/** Keep a search, and be told when something new matches. */
export interface NewSavedSearch {
  query: string;
  name?: string;
  kind?: RepoKind;
  source?: string | null;
  without?: string[];
}

/** All that search knows of a repo; the catalogue is streamed as one such object a line. */
export interface CatalogueRow {
  id: string;
  kind: RepoKind;
  source: string;
  name: string;
  visibility: Visibility;
  summary: string;
  task: string | null;
  library: string | null;
  license: string | null;
  languages: string[];
  datasets: string[];
  /** Name, value, dataset. */
  metrics: [string, number, string][];
  tags: string[];
  parameters: number | null;
  sizeBytes: number | null;
  dtype: string | null;
  architecture: string | null;
  baseModel: string | null;
  downloads: number;
  likes: number;
  stars: number | null;
  reviews: number;
  safety: string | null;
  latest: string | null;
  updatedAt: string | null;
  url: string | null;
  /** The text of the card; null unless it was asked for. */
  body: string | null;
  /** ``after=`` this one the rest follows. */
  cursor: string;
}

/** One of the repos that are compared. */
export interface Compared {
  hit: Hit;
  languages: string[];
  datasets: string[];
  architecture: string | null;
  dtype: string | null;
  baseModel: string | null;
  likes: number;
  safety: string | null;
  stars: number | null;
  reviews: number;
}

/** Repos side by side, in the order in which they were named. */
export interface ComparedList {
  compared: Compared[];
}

/** What somebody says of a version. */
export interface Review {
  /** A tag; empty where the repo has no versions. */
  version: string;
  author: Author;
  mine: boolean;
  stars: number;
  /** Plain text. */
  text: string;
  /** For which it was used. */
  task: string | null;
  createdAt: string;
  updatedAt: string;
}

/** The reviews of a repo, the newest first. */
export interface ReviewList {
  reviews: Review[];
  mean: number | null;
  /** How many gave one star, two, three, four, five. */
  counts: number[];
  mayReview: boolean;
  /** May the asker remove what others wrote? */
  mayRemove: boolean;
}

/** The asker's own review of a version, in place of an earlier one. */
export interface ReviewText {
  stars: number;
  text?: string;
  task?: string | null;
  /** Null: the newest. */
  version?: string | null;
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
  /** Newest value by name. */
  metrics: Record<string, number | NotFinite>;
  params: Record<string, string>;
  hasModel: boolean;
  /** The kernel in which it runs or ran; a running one can be stopped there. */
  kernel: string | null;
  /** The highest step of its metrics. */
  step: number | null;
  /** 0 to 1, where the run says how many steps there will be. */
  progress: number | null;
  warnings: RunWarning[];
  stoppedBy: string | null;
  /** Markdown; MLflow shows it, too. */
  note: string;
  energy: RunEnergy | null;
}

/** What a run took of energy: an estimate. */
export interface RunEnergy {
  kwh: number;
  /** Grams of CO₂ and what has the same effect. */
  co2G: number;
  /** Who estimated it. */
  source: string;
  /** Three letters; whose power it was. */
  country: string;
  hardware: string;
}

/** Something that should worry whoever looks at a run. */
export interface RunWarning {
  kind: 'diverging' | 'notFinite' | 'stalled';
  metric: string;
  /** Where it began: the first NaN, the newest value, the best value. */
  step: number;
}

/** The names that the runs have. */
export interface RunColumns {
  metrics: string[];
  params: string[];
}

/** A page of runs, in the order that was asked for. */
export interface RunList {
  runs: Run[];
  state: TrackingState;
  total: number;
  offset: number;
  columns: RunColumns;
}

/** The values of one metric of one run. */
export interface RunSeries {
  run: string;
  metric: string;
  points: Point[];
}

/** Series for a chart. */
export interface RunSeriesList {
  series: RunSeries[];
}

/** Runs that have a value in common. */
export interface RunGroup {
  value: string | null;
  runs: number;
  /** Of the chosen metric, as are the others. */
  mean: number | null;
  low: number | null;
  high: number | null;
}

/** Groups of runs, the largest first. */
export interface RunGroups {
  by: string;
  metric: string | null;
  groups: RunGroup[];
}

/** A file or folder that a run logged. */
export interface RunArtifact {
  path: string;
  isDir: boolean;
  sizeBytes: number | null;
}

/** What lies in a folder of a run's artifacts. */
export interface RunArtifacts {
  path: string;
  entries: RunArtifact[];
}

/** An artifact as the run's page shows it; never more than fits a screen or two. */
export interface ArtifactPreview {
  path: string;
  kind: 'binary' | 'image' | 'table' | 'text';
  text: string;
  columns: string[];
  rows: string[][];
  truncated: boolean;
  sizeBytes: number;
  /** Path below the server's base URL from which the bytes come. */
  url: string;
}

/** A cell without its outputs. */
export interface NotebookCell {
  id: string;
  /** 'code', 'markdown' or 'raw'. */
  kind: string;
  source: string;
}

/** Where a document is in its history. */
export interface PastPoint {
  /** Of the newest edit; null where nobody has it open. */
  number: number | null;
}

/** The notebook of a run as it was when the run began. */
export interface RunNotebook {
  path: string;
  /** Of the last edit before the run. */
  number: number;
  /** The one that made the run. */
  cell: string | null;
  /** Was it edited since? */
  changed: boolean;
  cells: NotebookCell[];
}

/** What people say about a run. */
export interface RunNote {
  text: string;
}

/** One logged value. */
export interface Point {
  step: number;
  at: string;
  value: number | NotFinite;
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

/** Work on the whole hub, for its operator. */
export interface UpkeepRequest {
  task: 'backup' | 'fsck' | 'gc' | 'reindex';
  /** fsck: read every byte, too. */
  deep?: boolean;
  /** gc: what is younger stays. */
  graceHours?: number;
  /** gc: only count what would go. */
  dry?: boolean;
  /** backup: where to, as the server's machine knows it. */
  folder?: string;
  /** backup: forget all but so many snapshots. */
  keep?: number | null;
}

/** Something that is not as it should be. */
export interface UpkeepFinding {
  /** Kind and id; empty where it is not about one repo. */
  repo: string;
  what: string;
}

/** What came of it. */
export interface UpkeepReport {
  findings: UpkeepFinding[];
  numbers: Record<string, number>;
  /** Name of the snapshot that a backup made. */
  snapshot: string;
}

/** How far it is. */
export interface UpkeepState {
  job: Job;
  /** When it is done. */
  report: UpkeepReport | null;
}

/** What is known of a repo before one looks into it; ``may``: what the asker may do with it. */
export interface RepoHead {
  kind: RepoKind;
  id: string;
  namespace: string;
  name: string;
  owner: string;
  visibility: Visibility;
  gated: Gating;
  may: Permission;
  sizeBytes: number;
  downloads: number;
  likes: number;
  createdAt: string;
  updatedAt: string;
}

/** A page of repos, the last changed first. */
export interface RepoList {
  repos: RepoHead[];
  total: number;
}

/** What the page of a model shows besides what every repo has. */
export interface ModelAbout {
  summary: ModelSummary;
  versions: Version[];
  provenance: Provenance | null;
  /** The cell that *Load* inserts. */
  loadCode: string;
}

/** A field of a card's front matter, as a form shows it. */
export interface CardField {
  name: string;
  title: string;
  /** What a reader gets from it. */
  why: string;
  weight: number;
  kind: CardFieldKind;
  choices: CardChoices | null;
  hint: string;
}

/** A section that the text of a card should have. */
export interface CardSection {
  name: string;
  title: string;
  why: string;
  weight: number;
}

/** What a card of a kind may say. */
export interface CardForm {
  kind: RepoKind;
  fields: CardField[];
  sections: CardSection[];
}

/** Something that a card does not say. */
export interface CardGap {
  name: string;
  title: string;
  why: string;
  weight: number;
}

/** How much a card says: ``score`` 0 to 1; what is missing, the most important first. */
export interface CardCompleteness {
  score: number;
  missing: CardGap[];
}

/** A card that is being written. */
export interface CardText {
  text: string;
}

/** What is to be said of a card that is being written. */
export interface CardCheck {
  /** Why it cannot be read; null where it can. */
  problem: string | null;
  completeness: CardCompleteness;
  card: Card;
}

/** A model was loaded in a cell. */
export interface UseGiven {
  revision?: string;
  notebook?: string | null;
}

/** How often a repo was used in a week; ``week`` is its Monday, as in 2026-11-16. */
export interface WeekOfUse {
  week: string;
  downloads: number;
  loads: number;
}

/** A notebook in which a repo was loaded, and when for the last time. */
export interface NotebookOfUse {
  path: string;
  by: string;
  revision: string;
  at: string;
}

/** Who uses a repo: by week, the oldest first, without gaps; notebooks, the last used first. */
export interface Usage {
  weeks: WeekOfUse[];
  notebooks: NotebookOfUse[];
}

/** What a model was made of, or what was made of it. */
export interface LineageNode {
  id: string;
  kind: RepoKind;
  relation: LineageRelation;
  /** The model that it is the base or data of, or that it was made of. */
  via: string;
  /** As in finetune, adapter, quantized or merge; empty where nobody said. */
  how: string;
  /** It is a repo of this hub. */
  isHere: boolean;
  /** How many steps away. */
  steps: number;
}

/** Where a model comes from and what became of it, the nearest first. */
export interface Lineage {
  id: string;
  nodes: LineageNode[];
  /** There is more than is told. */
  isCut: boolean;
}

/** The card of a commit as it was written; empty where there is none. */
export interface CardSource {
  text: string;
  commit: string;
}

/** Commit a card. */
export interface CardWrite {
  text: string;
  /** The commit whose card was the beginning; null replaces whatever is there. */
  since?: string | null;
  message?: string;
  branch?: string;
}

/** Something that a field of a card may say. */
export interface CardChoice {
  value: string;
  title: string;
}

/** What fits what was typed, the best first. */
export interface CardChoiceList {
  choices: CardChoice[];
}

/** Something that was filled in, and where it is known from. */
export interface CardFact {
  name: string;
  source: string;
}

/** A card with what is known of a revision filled in; what people wrote stays. */
export interface CardSuggestion {
  text: string;
  filled: CardFact[];
}

/** What the page of a repo opens with. */
export interface RepoPage {
  repo: RepoHead;
  revision: string;
  commit: string;
  card: Card;
  model: ModelAbout | null;
}

/** Make a repo. */
export interface RepoRequest {
  /** With its namespace: team/digits. */
  name: string;
  visibility?: Visibility;
}

/** A file or folder; a folder has the size and number of all files in it. */
export interface TreeEntry {
  name: string;
  path: string;
  isFolder: boolean;
  sizeBytes: number;
  fileCount: number;
  /** SHA-256 for blobs, git's SHA-1 for small text files and folders. */
  digest: string;
  kept: 'git' | 'lfs' | 'xet';
  safety: Safety;
  safetyNote: string;
  /** Path below the server's base URL from which the bytes come; empty for folders. */
  url: string;
}

/** What lies in a folder of a revision, folders first. */
export interface Tree {
  revision: string;
  commit: string;
  path: string;
  entries: TreeEntry[];
  sizeBytes: number;
  fileCount: number;
}

/** A commit. */
export interface CommitEntry {
  id: string;
  parents: string[];
  message: string;
  author: Author;
  at: string;
}

/** A page of the history of a revision, newest first. */
export interface CommitList {
  revision: string;
  commits: CommitEntry[];
  hasMore: boolean;
}

/** Change a branch in one step; the bytes of the files were sent as blobs before. */
export interface CommitRequest {
  message: string;
  branch?: string;
  puts?: PublishedFile[];
  /** Files and folders. */
  deletes?: string[];
  /** Refuse if the branch is no longer at this commit. */
  parent?: string | null;
}

/** A line, and its number before and after. */
export interface DiffLine {
  sign: ' ' | '+' | '-';
  text: string;
  old: number | null;
  new: number | null;
}

/** Neighbouring lines that changed, with some around them. */
export interface DiffHunk {
  header: string;
  lines: DiffLine[];
}

/** What happened to a file; only text has hunks, a size is null where there is no such side. */
export interface FileDiff {
  path: string;
  oldPath: string | null;
  kind: 'added' | 'deleted' | 'modified' | 'renamed';
  content: 'binary' | 'blob' | 'large' | 'text';
  oldSize: number | null;
  newSize: number | null;
  additions: number;
  deletions: number;
  hunks: DiffHunk[];
  /** Whether there are more hunks; ask for this path alone. */
  isCut: boolean;
}

/** What happened between two commits; the base of the first one is null. */
export interface Comparison {
  base: CommitEntry | null;
  head: CommitEntry;
  files: FileDiff[];
  /** More than there are in ``files``, where they were too many. */
  fileCount: number;
}

/** A branch or a tag. */
export interface RefEntry {
  name: string;
  kind: 'branch' | 'tag';
  commit: string;
  message: string;
  author: string;
  at: string;
  isProtected: boolean;
}

/** All branches and tags, by name. */
export interface RefList {
  branches: RefEntry[];
  tags: RefEntry[];
}

/** Make a branch or a tag at a revision. */
export interface RefRequest {
  kind: 'branch' | 'tag';
  name: string;
  start?: string;
  /** Of a tag. */
  message?: string;
}

/** What a repo takes. */
export interface RepoStorage {
  /** Of the files of ``main``. */
  filesBytes: number;
  /** Of all large files that any commit names, each counted once. */
  blobsBytes: number;
  blobCount: number;
  /** Of git's own objects. */
  historyBytes: number;
}

/** How much of a large upload has come. */
export interface PartReceived {
  received: number;
  isDone: boolean;
}

/** A repo of any kind was made or has a new commit, branch, tag, or setting. */
export interface RepoNews {
  type: 'repo';
  kind: RepoKind;
  id: string;
  /** Full name of what moved, as in refs/heads/main. */
  ref: string | null;
  commit: string | null;
  by: Author;
}

/** A repo of any kind is gone. */
export interface RepoGone {
  type: 'repoGone';
  kind: RepoKind;
  id: string;
}

/** A run that somebody put up for everybody. */
export interface Pin {
  run: string;
  name: string;
  note: string;
  by: Author;
  at: string;
}

/** A model that is considered. */
export interface Shortlisted {
  model: string;
  note: string;
  by: Author;
  at: string;
}

/** A text on which several people work before it is published, as a model card. */
export interface Draft {
  id: string;
  title: string;
  model: string | null;
  /** Name of the room in which it is edited. */
  room: string;
  by: Author;
  at: string;
}

/** What a thread hangs on. */
export interface About {
  kind: Subject;
  /** The file id of a notebook, the name of a model, the id of a run. */
  id: string;
  /** Where the notebook was when the thread began; it may have been moved since. */
  path: string | null;
  cell: string | null;
  /** JSON of a Yjs relative position in the cell's source; null for a whole cell. */
  start: string | null;
  end: string | null;
  /** The text on which it hangs, as it was. */
  quote: string | null;
  revision: string | null;
}

/** Something that somebody said; the author is the server's word. */
export interface Comment {
  id: string;
  author: Author;
  at: string;
  text: string;
  /** User names. */
  mentions: string[];
  editedAt: string | null;
}

/** Comments on one thing, oldest first. */
export interface Thread {
  id: string;
  about: About;
  comments: Comment[];
  resolvedBy: Author | null;
  resolvedAt: string | null;
}

/** Who may do what with a notebook. */
export interface Roles {
  file: string;
  path: string | null;
  /** By user name. */
  people: Record<string, NotebookRole>;
  /** Of everybody who is not named. */
  others: NotebookRole;
}

/** The comparison of runs that people look at together; whoever has it open sees it drawn in the same way. */
export interface RunsCompared {
  runs: string[];
  metrics: string[];
  smoothing: number;
  log: boolean;
  x: 'step' | 'time';
  /** Who changed it last. */
  by: Author;
  at: string;
}

/** Put a comparison of runs up for everybody, or change how it is drawn. */
export interface RunsComparedAsked {
  runs: string[];
  metrics?: string[];
  smoothing?: number;
  log?: boolean;
  x?: 'step' | 'time';
}

/** The workspace document as it is now. */
export interface Workspace {
  pins: Pin[];
  /** The one under discussion. */
  comparison: RunsCompared | null;
  shortlist: Shortlisted[];
  drafts: Draft[];
  threads: Thread[];
  /** Display names by user name of all who were here. */
  people: Record<string, string>;
}

/** Pin a run, or put a model on the short list. */
export interface NoteAsked {
  name?: string;
  note?: string;
}

/** Begin a draft. */
export interface DraftAsked {
  title: string;
  model?: string | null;
  text?: string;
}

/** Begin a thread: ``path`` names a notebook, ``id`` anything else. */
export interface ThreadAsked {
  kind: Subject;
  text: string;
  id?: string;
  path?: string | null;
  cell?: string | null;
  start?: string | null;
  end?: string | null;
  quote?: string | null;
  revision?: string | null;
}

/** Say something. */
export interface CommentAsked {
  text: string;
}

/** Resolve a thread, or open it again. */
export interface ThreadChange {
  resolved: boolean;
}

/** Say who may do what with a notebook. */
export interface RolesAsked {
  people: Record<string, NotebookRole>;
  others: NotebookRole;
}

/** What became of a suggested change. */
export interface Decision {
  accepted: boolean;
  by: Author;
  at: string;
}

/** A fork of a notebook whose changes somebody offers; ``id`` is the name of the fork's room. */
export interface Suggestion {
  id: string;
  file: string;
  path: string;
  title: string;
  by: Author;
  at: string;
  state: 'closed' | 'open';
  /** By id of the change. */
  decisions: Record<string, Decision>;
}

/** One cell that a suggestion has otherwise. */
export interface CellChange {
  id: string;
  kind: 'added' | 'deleted' | 'edited';
  cell: string;
  /** The cell below which an added one stands; null for the top. */
  after: string | null;
  /** The source with which the suggestion began. */
  before: string | null;
  suggested: string | null;
  /** The source in the notebook now. */
  now: string | null;
  decision: Decision | null;
}

/** A suggestion with its changes. */
export interface SuggestionSeen {
  suggestion: Suggestion;
  changes: CellChange[];
}

/** Begin a suggestion for the notebook at ``path``. */
export interface SuggestionAsked {
  path: string;
  title: string;
}

/** Decide on one change of a suggestion. */
export interface DecisionAsked {
  change: string;
  accept: boolean;
}

/** An error in a cell, as the kernel tells it. */
export interface Fault {
  name: string;
  value: string;
  traceback: string[];
}

/** A cell that runs on the server. */
export interface Execution {
  id: string;
  kernel: string;
  cell: string;
  by: Author;
  /** waiting: for a line of input. */
  state: 'done' | 'running' | 'waiting';
  prompt: string | null;
  password: boolean;
  /** Null until it is done. */
  ok: boolean | null;
  /** The number of the cell, when it is done and the kernel told one. */
  count: number | null;
  /** The error that ended it. */
  fault: Fault | null;
}

/** Run a cell of the document in ``room``. */
export interface ExecutionAsked {
  kernel: string;
  room: string;
  cell: string;
  /** Null: what stands in the document. */
  code?: string | null;
  /** Not if this execution failed, as when all cells run. */
  after?: string | null;
  /** Note in the cell when it began and ended. */
  timing?: boolean;
  /** Cells that were deleted since the last run; the kernel is told. */
  deleted?: string[];
}

/** A line for a cell that waits for it. */
export interface InputAsked {
  text: string;
}

/** The roles of a notebook as the one who asks sees them. */
export interface RolesSeen {
  /** The file id of the notebook. */
  file: string;
  /** Null while nobody has given any: everybody edits. */
  roles: Roles | null;
  mine: NotebookRole;
  mayChange: boolean;
  /** Display names by user name of all who were here. */
  people: Record<string, string>;
}

/** A discussion or pull request as a list shows it. */
export interface DiscussionSummary {
  number: number;
  title: string;
  status: DiscussionStatus;
  isPullRequest: boolean;
  author: Author;
  /** Branch that a pull request wants to change; null for discussions. */
  target: string | null;
  comments: number;
  createdAt: string;
  updatedAt: string;
}

/** A page of discussions, newest first. */
export interface DiscussionList {
  discussions: DiscussionSummary[];
  /** Of all that the filter lets through. */
  total: number;
  /** Open ones and drafts of the repo, whatever the status filter. */
  open: number;
  /** Closed and merged ones of the repo, whatever the status filter. */
  closed: number;
}

/** What a comment said before it was edited. */
export interface CommentVersion {
  text: string;
  at: string;
}

/** Something that happened in a discussion; the fields of other kinds are null. */
export interface DiscussionEvent {
  id: string;
  kind: 'comment' | 'commit' | 'status' | 'title';
  author: Author;
  at: string;
  /** Markdown of a comment, empty when it is hidden; first line of a commit. */
  text: string | null;
  isHidden: boolean;
  mayEdit: boolean;
  mayHide: boolean;
  /** Earlier texts of an edited comment, oldest first. */
  history: CommentVersion[];
  status: DiscussionStatus | null;
  oldTitle: string | null;
  newTitle: string | null;
  commit: string | null;
}

/** Everything that the page of a discussion shows; the diff has a route of its own. */
export interface DiscussionPage {
  discussion: DiscussionSummary;
  events: DiscussionEvent[];
  /** ``refs/pr/N``, to which commits of a pull request go; null for discussions. */
  ref: string | null;
  /** Commit from which the changes of a pull request are counted. */
  base: string | null;
  /** Newest commit of a pull request. */
  head: string | null;
  mergeCommit: string | null;
  /** Files that keep an open pull request from being merged. */
  conflicts: string[];
  mayComment: boolean;
  /** May you rename, close and open it? */
  mayChange: boolean;
  mayMerge: boolean;
}

/** Begin a discussion. */
export interface DiscussionOpening {
  title: string;
  text: string;
}

/** Ask for the changes of a branch to be merged; without a branch the changes come later, to ``refs/pr/N``. */
export interface PullRequestOpening {
  title: string;
  text?: string;
  branch?: string | null;
  target?: string;
  draft?: boolean;
}

/** A comment, new or edited. */
export interface CommentText {
  text: string;
}

/** Close a discussion, open it again, or make a draft ready; perhaps with a comment. */
export interface StatusChange {
  status: 'closed' | 'draft' | 'open';
  text?: string;
}

/** Rename a discussion. */
export interface TitleChange {
  title: string;
}

/** Merge a pull request, perhaps with a comment. */
export interface MergeRequest {
  text?: string;
  /** Commit that you have seen; refused if there is a newer one. */
  head?: string | null;
}

/** Somebody who wants, has, or was refused the files of a gated repo. */
export interface AccessRequest {
  user: string;
  displayName: string;
  status: RequestStatus;
  /** What they wrote when they asked. */
  message: string;
  /** Why they were refused. */
  reason: string;
  decidedBy: string | null;
  at: string;
}

/** The requests for a gated repo, the last first. */
export interface AccessRequestList {
  requests: AccessRequest[];
}

/** Ask for the files of a gated repo. */
export interface AccessAsked {
  message?: string;
}

/** Accept or reject somebody, who need not have asked, or let them wait again. */
export interface AccessDecided {
  status: RequestStatus;
  reason?: string;
}

/** Branches or tags that nobody but admins deletes or rewrites. */
export interface ProtectedRef {
  kind: 'branch' | 'tag';
  /** A name; ``*`` stands for anything. */
  pattern: string;
  /** The role that commits to these branches, or makes these tags. */
  writers: 'admin' | 'write';
}

/** Protect branches or tags. */
export interface RefProtection {
  kind: 'branch' | 'tag';
  pattern: string;
  writers?: 'admin' | 'write';
}

/** Who may do what with a repo. */
export interface RepoAccess {
  kind: RepoKind;
  id: string;
  owner: string;
  visibility: Visibility;
  gated: Gating;
  /** What the asker may do. */
  may: Permission;
  /** What all who are logged in may do; null: not even see it. */
  everyone: Permission | null;
  /** Whether the namespace is an organization's, not a person's own. */
  isOrganization: boolean;
  mayReadFiles: boolean;
  /** The asker's own, if there is one. */
  request: AccessRequest | null;
  /** Requests that wait; 0 for who may not decide. */
  pending: number;
  protected: ProtectedRef[];
}

/** Change the visibility or the gate of a repo; null leaves it. */
export interface RepoAccessChange {
  visibility?: Visibility | null;
  gated?: Gating | null;
}

/** Give a repo another name, in the same or another namespace. */
export interface RepoMove {
  to: string;
}

/** People who share a namespace. */
export interface Organization {
  name: string;
  title: string;
  /** What all who are logged in may do with its public repos. */
  everyone: 'read' | 'write';
  /** The asker's own role in it. */
  may: Permission | null;
  mayManage: boolean;
  members: number;
  /** As far as the asker may see them. */
  repos: number;
  createdAt: string;
}

/** Organizations by name. */
export interface OrganizationList {
  organizations: Organization[];
}

/** Make an organization; the asker is its admin. */
export interface NewOrganization {
  name: string;
  title?: string;
  everyone?: 'read' | 'write';
}

/** Change an organization; null leaves a thing as it is. */
export interface OrganizationChange {
  title?: string | null;
  everyone?: 'read' | 'write' | null;
  /** For the owner of the server; 0: as the setting says. */
  quotaBytes?: number | null;
}

/** Somebody with a role in an organization, or in one repo. */
export interface Member {
  user: string;
  role: Permission;
  since: string;
}

/** The members of an organization, or the collaborators of a repo, by name. */
export interface MemberList {
  members: Member[];
}

/** Make somebody a member or collaborator, or give them another role. */
export interface MemberRole {
  role: Permission;
}

/** What one repo takes of its namespace's storage, contents that others share included. */
export interface RepoShare {
  kind: RepoKind;
  id: string;
  sizeBytes: number;
}

/** What the repos of a namespace take together, each content counted once. */
export interface NamespaceStorage {
  namespace: string;
  usedBytes: number;
  /** Null: no limit. */
  quotaBytes: number | null;
  /** Those that the asker may see, the largest first. */
  repos: RepoShare[];
}

/** What may be known of a token; the token itself is shown once, when it is made. */
export interface HubToken {
  id: string;
  name: string;
  scope: Permission;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** The asker's tokens that work, newest first. */
export interface HubTokenList {
  tokens: HubToken[];
}

/** Make a token that acts for the asker. */
export interface NewHubToken {
  name: string;
  scope?: 'read' | 'write';
  /** Null: never. */
  expiresInDays?: number | null;
}

/** A new token; nobody can see it again. */
export interface HubTokenMade {
  token: string;
  about: HubToken;
}

/** A hub from which repos are read that this one does not have. */
export interface OtherHub {
  url: string;
  /** Whether the asker keeps a token for it here. */
  hasToken: boolean;
}

/** The hubs that are asked, in this order. */
export interface OtherHubs {
  upstreams: OtherHub[];
  /** Whether they are asked at all. */
  offline: boolean;
  /** Size of the files of theirs that are here. */
  keptBytes: number;
  /** What these may take; 0: no limit. */
  limitBytes: number;
}

/** A repo of another hub, as that hub describes it; what it does not say is null. */
export interface OtherRepo {
  kind: RepoKind;
  /** Without a namespace where it belongs to nobody. */
  id: string;
  task: string | null;
  library: string | null;
  downloads: number | null;
  likes: number | null;
  updatedAt: string | null;
  private: boolean;
  gated: boolean;
  tags: string[];
}

/** A file of a repo of another hub. */
export interface OtherFile {
  path: string;
  sizeBytes: number | null;
}

/** The page of a repo that this hub reads through from another one. */
export interface OtherRepoPage {
  about: OtherRepo;
  hub: string;
  commit: string;
  files: OtherFile[];
  /** Markdown without its front matter; empty if there is none. */
  readme: string;
  loadCode: string;
}

/** The asker's own token for another hub; it is used for nobody else. */
export interface OtherHubToken {
  hub: string;
  token: string;
}

/** Whether a program that shows a code may act for the asker. */
export interface DeviceDecided {
  code: string;
  allow?: boolean;
}

/** A picture, film or sound for a comment. */
export interface AttachmentMade {
  url: string;
}

/** How a request arrived. */
export interface Reached {
  url: string;
  /** What the header X-Repo-Commit of this reply says. */
  mark: string;
}

/** A repo, or everything of an organization or a person. */
export interface WatchedThing {
  type: 'dataset' | 'model' | 'org' | 'space' | 'user';
  name: string;
}

/** A repo, or everything of an organization or a person. */
export interface Watched {
  type: 'dataset' | 'model' | 'org' | 'space' | 'user';
  name: string;
}

/** What to be told, and where; null leaves what is there. */
export interface WebhookWish {
  url?: string | null;
  watched?: WatchedThing[] | null;
  domains?: ('discussion' | 'repo')[] | null;
  /** What is sent along is signed with it; empty: no more. */
  secret?: string | null;
  disabled?: boolean | null;
}

/** An address that is told what happens in repos. */
export interface Webhook {
  id: string;
  url: string;
  watched: Watched[];
  domains: ('discussion' | 'repo')[];
  hasSecret: boolean;
  disabled: boolean;
}

/** The asker's webhooks, the first one first. */
export interface WebhookList {
  webhooks: Webhook[];
}

/** Something that a webhook has to be told, or was. */
export interface WebhookDelivery {
  id: string;
  status: 'done' | 'failed' | 'waiting';
  attempts: number;
  /** What the address said last, or why it was not reached. */
  answer: string | null;
  event: string;
  repo: string;
  /** JSON, as it was sent. */
  payload: string;
  createdAt: string;
  /** When it is tried again. */
  nextAt: string | null;
}

/** The newest first. */
export interface WebhookDeliveries {
  deliveries: WebhookDelivery[];
}

/** Something in a collection. */
export interface CollectionItem {
  id: string;
  kind: CollectionKind;
  name: string;
  note: string | null;
}

/** Repos that somebody put together; those that the asker may not see are left out. */
export interface Collection {
  /** Its address. */
  slug: string;
  namespace: string;
  title: string;
  description: string;
  visibility: Visibility;
  theme: Theme;
  owner: string;
  mayChange: boolean;
  updatedAt: string;
  items: CollectionItem[];
}

/** The last changed first. */
export interface CollectionList {
  collections: Collection[];
}

/** Begin a collection, in one's own namespace if none is named. */
export interface NewCollection {
  title: string;
  namespace?: string | null;
  description?: string | null;
  visibility?: Visibility | null;
  theme?: Theme | null;
}

/** Change what is said of a collection; null leaves it. */
export interface CollectionChange {
  title?: string | null;
  description?: string | null;
  visibility?: Visibility | null;
  theme?: Theme | null;
}

/** Put something into a collection, at its end. */
export interface NewCollectionItem {
  kind: CollectionKind;
  name: string;
  note?: string | null;
}

/** Give something in a collection another note, or another place counted from 0; null leaves it. */
export interface CollectionItemChange {
  note?: string | null;
  position?: number | null;
}

/** Something that happened to a repo. */
export interface Activity {
  id: string;
  kind: ActivityKind;
  at: string;
  by: Author;
  /** The first line of a commit, a version, an alias, or the title of a discussion. */
  about: string;
  /** What was said: a version's message, a comment's beginning, the reason of a deprecation. */
  text: string;
  /** Of the discussion or pull request. */
  number: number | null;
  /** Where an alias led, the version to which people went back, the title that it had, the branch of a commit. */
  before: string | null;
  /** The revision that can be looked at; null where there is none. */
  after: string | null;
  /** Of a gate its verdict, of a discussion its status, of a review its stars; else empty. */
  state: string;
}

/** What happened to a repo, newest first. */
export interface ActivityList {
  activities: Activity[];
  hasMore: boolean;
}

/** A form in which a model exists: other weights of the same repo, or a repo that was made of it. */
export interface Variant {
  repoId: string;
  /** As ``hub.load`` takes it: fp16; empty for the weights that are loaded unless somebody says otherwise. */
  label: string;
  /** safetensors, gguf, onnx … */
  format: string;
  /** The type of most of its numbers, as its format calls it; empty where neither header nor name tells. */
  dtype: string;
  parameters: number | null;
  sizeBytes: number;
  /** Of another repo none. */
  files: string[];
  /** How another repo was made of this one, as in quantized; empty for weights of this repo. */
  relation: string;
  /** The worst verdict on its files; null for another repo. */
  safety: Safety | null;
  isDefault: boolean;
  /** A cell that loads it. */
  code: string;
}

/** The forms of a model: what is loaded by default first, then the smallest. */
export interface VariantList {
  id: string;
  commit: string;
  variants: Variant[];
  /** What ``POST`` makes of it: fp16 and bf16 of safetensors that have none yet; empty for who may not write. */
  makeable: string[];
}

/** Make variants. */
export interface VariantRequest {
  formats: string[];
  revision?: string;
  /** The branch that gets them; null: *revision* if it is a branch, else ``variants/REVISION``. */
  into?: string | null;
}

/** One thing that was asked of a version. */
export interface GateCheck {
  name: string;
  /** card, license, size, scan, latency, metric, evaluation, examples, reproduction, rules. */
  kind: string;
  state: CheckState;
  /** What was measured; empty where nothing could be. */
  value: string;
  threshold: string;
  /** Why it failed or was skipped. */
  why: string;
}

/** A number that a version states, and what its notebook gave when it ran again. */
export interface ReproducedMetric {
  name: string;
  published: number;
  /** Null: the notebook did not give it. */
  again: number | null;
  tolerance: number;
  holds: boolean;
}

/** Run the notebook of a version again. */
export interface ReproductionAsked {
  /** Null: the newest version. */
  revision?: string | null;
  /** By how much a metric may differ; null: as hubcollab.yaml says, else 0.01. */
  tolerance?: number | null;
  /** Null: as hubcollab.yaml says, else pinned. */
  environment?: 'pinned' | 'server' | null;
}

/** A run of the gates on a commit: a version, or the head of a pull request. */
export interface GateRun {
  id: string;
  repoId: string;
  commit: string;
  tag: string | null;
  pull: number | null;
  state: GateState;
  progress: number;
  /** What is being done now, or the verdict in a sentence. */
  detail: string;
  checks: GateCheck[];
  /** False: the rules have changed since, so that it counts no more. */
  isCurrent: boolean;
  environment: string;
  isolation: Record<string, string>;
  logBytes: number;
  by: Author;
  createdAt: string;
  beganAt: string | null;
  endedAt: string | null;
  /** Seconds that evaluations, examples and predictions took; the rest is the gate's own. */
  measuringS: number;
  /** A run that only reproduces opens no door. */
  what: RunKind;
  reproduced: ReproducedMetric[];
}

/** Something in hubcollab.yaml that cannot be. */
export interface GateMistake {
  line: number;
  key: string;
  why: string;
}

/** The gates of a model: the rules on main, and the runs, newest first. */
export interface GateRuns {
  hasRules: boolean;
  mistakes: GateMistake[];
  /** Aliases that lead only to versions which pass. */
  protected: string[];
  mayRun: boolean;
  mayOverride: boolean;
  runs: GateRun[];
}

/** Run the gates on a version (or branch, or commit), or on a pull request. */
export interface GateAsked {
  revision?: string | null;
  pull?: number | null;
}

/** A piece of a run's log. */
export interface GateLog {
  text: string;
  /** Where the next piece begins, in bytes. */
  next: number;
  state: GateState;
}

/** Let an alias lead to a version. */
export interface AliasAsked {
  tag: string;
  /** Why a version that did not pass gets a protected alias; for admins. */
  reason?: string;
}

/** An alias went from one version to another. */
export interface AliasMove {
  alias: string;
  fromTag: string | null;
  toTag: string | null;
  by: string;
  at: string;
  /** Why the gates were overridden; empty where they were not. */
  reason: string;
}

/** Versions by alias, and how aliases moved, the newest first. */
export interface AliasList {
  aliases: Record<string, string>;
  protected: string[];
  moves: AliasMove[];
}

/** What a model should make of an input. */
export interface ModelExample {
  name: string;
  /** any JSON */
  input: unknown;
  /** By way of comparing: equals, close (with tolerance), contains, label, one_of, python. */
  expect: Record<string, unknown>;
  by: string;
}

/** Add an example, or replace the one of its name. */
export interface ExampleAsked {
  name: string;
  /** any JSON */
  input: unknown;
  expect: Record<string, unknown>;
}

/** What a version made of an example. */
export interface ExampleAnswer {
  name: string;
  passed: boolean;
  /** any JSON */
  output: unknown;
  why: string;
}

/** What a version made of all examples. */
export interface ExampleColumn {
  tag: string;
  commit: string;
  answers: ExampleAnswer[];
}

/** The examples of a model, and what its last versions made of them, newest first. */
export interface ExampleTable {
  examples: ModelExample[];
  columns: ExampleColumn[];
  mayEdit: boolean;
}

/** An example, before and after. */
export interface ExampleDifference {
  name: string;
  change: ExampleChange;
  before: ExampleAnswer | null;
  after: ExampleAnswer | null;
}

/** What changed between two versions, example by example; what broke comes first. */
export interface ExampleComparison {
  before: string;
  after: string;
  rows: ExampleDifference[];
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

/** A run of the gates began, moved on or ended. */
export interface GateChanged {
  type: 'gate';
  run: GateRun;
}

/** The MLflow server came or went. */
export interface TrackingChanged {
  type: 'tracking';
  state: TrackingState;
}

/** Somebody spoke to you in a comment; sent to that person only. */
export interface Mentioned {
  type: 'mentioned';
  to: string;
  by: Author;
  thread: Thread;
  /** Id of the comment. */
  comment: string;
}

/** A cell that somebody deleted while you typed in it. */
export interface LostCell {
  id: string;
  cellType: 'code' | 'markdown' | 'raw';
  source: string;
  /** Where it would be now. */
  index: number;
}

/** Something about a document that you edit; sent to that person only. */
export interface RoomNotice {
  type: 'room';
  to: string;
  path: string;
  what: 'back' | 'deleted' | 'elsewhere' | 'gone' | 'merged' | 'refused' | 'unreadable' | 'unsaved';
  why: string | null;
  by: string | null;
  conflicts: string[];
  cell: LostCell | null;
}

/** Somebody reviewed a repo, or took a review back. */
export interface ReviewsChanged {
  type: 'reviews';
  repoId: string;
  kind: RepoKind;
}

/** Something new matches a saved search; sent to its owner only. */
export interface SavedSearchNews {
  type: 'savedSearch';
  to: string;
  search: SavedSearch;
}

/** A discussion or pull request of a repo was opened, or something happened in it. */
export interface DiscussionChanged {
  type: 'discussion';
  repoId: string;
  kind: RepoKind;
  number: number;
  change: 'comment' | 'commit' | 'edited' | 'merged' | 'opened' | 'status' | 'title';
  by: Author;
}

export type Event = ModelChanged | ModelDeleted | RepoGone | RepoNews | RunChanged | RunDeleted | JobChanged | GateChanged | TrackingChanged | Mentioned | RoomNotice | DiscussionChanged | ReviewsChanged | SavedSearchNews;
