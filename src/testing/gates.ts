import type { GatesApi } from '../api/gates';
import type { GateRun } from '../api/wire';

const AT = '2026-01-02T03:04:05Z';

function unexpected(): Promise<never> {
  return Promise.reject(new Error('not expected in this test'));
}

/** A run of the gates. */
export function gateRun(change: Partial<GateRun> = {}): GateRun {
  return {
    id: 'a1',
    repoId: 'team/digits',
    commit: 'abc',
    tag: 'v1',
    pull: null,
    state: 'running',
    progress: 0,
    detail: '',
    checks: [],
    isCurrent: true,
    environment: '',
    isolation: {},
    logBytes: 0,
    by: { name: 'ada', displayName: 'Ada' },
    createdAt: AT,
    beganAt: null,
    endedAt: null,
    measuringS: 0,
    what: 'gates',
    reproduced: [],
    ...change
  };
}

/** Gates of a model that has none. */
export function fakeGates(given: Partial<GatesApi> = {}): GatesApi {
  return {
    gates: async () => ({
      hasRules: false,
      mistakes: [],
      protected: [],
      mayRun: true,
      mayOverride: true,
      runs: []
    }),
    run: unexpected,
    reproduce: unexpected,
    cancel: unexpected,
    log: unexpected,
    examples: async () => ({ examples: [], columns: [], mayEdit: true }),
    expect: unexpected,
    unexpect: unexpected,
    compare: unexpected,
    aliases: async () => ({ aliases: {}, protected: [], moves: [] }),
    setAlias: unexpected,
    ...given
  };
}
