import type {
  Constraint,
  Hit,
  Job,
  Metric,
  ModelSummary,
  OtherHubs,
  Publication,
  Run,
  RunList,
  SearchReply,
  Version
} from '../api/wire';
import type { Shared } from '../model/workspace';

const AT = '2026-01-02T03:04:05Z';

/** What a team shares; nothing but *change*. */
export function sharedOf(change: Partial<Shared> = {}): Shared {
  return {
    pins: [],
    comparison: null,
    shortlist: [],
    drafts: [],
    threads: [],
    suggestions: [],
    roles: {},
    people: {},
    ...change
  };
}

export function metric(change: Partial<Metric> = {}): Metric {
  return {
    name: 'accuracy',
    value: 0.97,
    dataset: null,
    split: null,
    unit: null,
    source: 'card',
    higherIsBetter: true,
    change: null,
    ...change
  };
}

export function summary(change: Partial<ModelSummary> = {}): ModelSummary {
  return {
    id: 'team/digits',
    namespace: 'team',
    name: 'digits',
    summary: 'Recognises handwritten digits.',
    visibility: 'public',
    mine: true,
    owner: 'ada',
    task: 'image-classification',
    library: 'sklearn',
    license: 'mit',
    tags: [],
    sizeBytes: 282_779,
    parameters: null,
    downloads: 0,
    latest: 'v1',
    metrics: [metric()],
    deprecated: null,
    updatedAt: AT,
    ...change
  };
}

export function hit(change: Partial<Hit> = {}): Hit {
  return {
    model: summary(),
    score: 1,
    why: ['matches “digits”'],
    kind: 'model',
    source: 'hub',
    url: null,
    ...change
  };
}

export function constraint(change: Partial<Constraint> = {}): Constraint {
  return {
    key: 'size<=1000000',
    field: 'size',
    text: 'under 1 MB',
    met: true,
    guessed: false,
    alternatives: [],
    spoken: [],
    ...change
  };
}

export function reply(change: Partial<SearchReply> = {}): SearchReply {
  return {
    query: 'digits',
    hits: [hit()],
    constraints: [],
    total: 1,
    meaning: null,
    tookMs: 3,
    ...change
  };
}

export function runList(runs: Run[], change: Partial<RunList> = {}): RunList {
  return {
    runs,
    state: { state: 'ready', detail: '' },
    total: runs.length,
    offset: 0,
    columns: { metrics: ['accuracy'], params: ['solver'] },
    ...change
  };
}

export function run(change: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    name: 'eager-fox-1',
    experiment: 'Default',
    status: 'finished',
    user: 'ada',
    startedAt: AT,
    endedAt: AT,
    notebook: 'train/Digits 2.ipynb',
    cell: 'c1',
    metrics: { accuracy: 0.97 },
    params: {},
    hasModel: true,
    kernel: null,
    step: null,
    progress: null,
    warnings: [],
    stoppedBy: null,
    note: '',
    energy: null,
    ...change
  };
}

export function version(change: Partial<Version> = {}): Version {
  return {
    tag: 'v1',
    commit: 'abc',
    message: 'first',
    author: { name: 'ada', displayName: 'Ada' },
    createdAt: AT,
    runId: null,
    metrics: [metric()],
    sizeBytes: 1000,
    authors: [{ name: 'ada', displayName: 'Ada Lovelace' }],
    parent: null,
    baseModels: [],
    datasets: [],
    aliases: [],
    deprecated: null,
    ...change
  };
}

export function publication(change: Partial<Publication> = {}): Publication {
  return {
    repoId: 'ada/digits-2',
    revision: 'abc',
    tag: 'v1',
    url: '/lab?hubcollab-model=ada/digits-2',
    version: version(),
    ...change
  };
}

export function job(change: Partial<Job> = {}): Job {
  return {
    id: 'j1',
    kind: 'publish',
    title: 'Publish eager-fox-1',
    state: 'running',
    progress: 0.4,
    detail: 'copying files',
    result: null,
    owner: 'ada',
    ...change
  };
}

/** The hubs at *urls*, read through without a token of one's own. */
export function otherHubs(urls: string[]): OtherHubs {
  return {
    upstreams: urls.map(url => ({ url, hasToken: false })),
    offline: false,
    keptBytes: 0,
    limitBytes: 0
  };
}
