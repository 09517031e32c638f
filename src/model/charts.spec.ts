import type { NotFinite, RunSeries } from '../api/wire';
import { run } from '../testing/samples';
import {
  PLAIN,
  brokenIn,
  differences,
  extended,
  labelsOf,
  lineSpec,
  metricsOf,
  smoothed,
  swatchOf
} from './charts';

const AT = '2026-01-02T03:04:15Z';

function points(...values: (number | NotFinite)[]) {
  return values.map((value, step) => ({ step, at: AT, value }));
}

function valuesOf(spec: { [key: string]: unknown }): unknown[] {
  return (spec.data as { values: unknown[] }).values;
}

describe('smoothed', () => {
  it('begins at the first value and leaves gaps', () => {
    const found = smoothed(points(4, 'NaN', 0), 0.5).map(({ value }) => value);

    expect(found[0]).toBe(4);
    expect(found[1]).toBe('NaN');
    expect(found[2]).toBeCloseTo(4 / 3);
  });
});

describe('lineSpec', () => {
  const series: RunSeries[] = [
    { run: 'a', metric: 'loss', points: points(1, 'NaN', -1) }
  ];
  const runs = [run({ id: 'a', name: 'first' }), run({ id: 'b', name: 'x' })];

  it('draws numbers only, and on a log scale those above zero', () => {
    const all = lineSpec('loss', runs, series, PLAIN);
    const log = lineSpec('loss', runs, series, { ...PLAIN, log: true });

    expect(valuesOf(all)).toHaveLength(2);
    expect(valuesOf(log)).toEqual([
      { run: 'first', step: 0, seconds: 10, value: 1 }
    ]);
  });

  it('is accompanied by what no line shows', () => {
    expect(brokenIn('loss', runs, series)).toEqual([
      { run: 'first', value: 'NaN', step: 1 }
    ]);
    expect(brokenIn('accuracy', runs, series)).toEqual([]);
  });
});

describe('swatches', () => {
  it('are told apart for twenty runs', () => {
    const all = Array.from({ length: 20 }, (_, index) => swatchOf(index));

    expect(new Set(all).size).toBe(20);
  });
});

describe('what runs have in common', () => {
  const runs = [
    run({ id: 'aaaa1', name: 'x', params: { lr: '1', seed: '0' } }),
    run({ id: 'bbbb1', name: 'x', params: { seed: '0' }, metrics: {} })
  ];

  it('parameters that differ come first', () => {
    expect(differences(runs)).toEqual([
      { name: 'lr', values: ['1', null], differs: true },
      { name: 'seed', values: ['0', '0'], differs: false }
    ]);
  });

  it('two runs of one name are told apart', () => {
    expect([...labelsOf(runs).values()]).toEqual(['x (aaaa)', 'x (bbbb)']);
    expect(metricsOf(runs)).toEqual(['accuracy']);
  });

  it('the newest value of an event is drawn at once, and once only', () => {
    const series = [{ run: 'r1', metric: 'accuracy', points: points(0.5) }];
    const event = run({ step: 1, metrics: { accuracy: 0.6 } });

    const once = extended(series, event);
    const twice = extended(once, event);

    expect(once[0]?.points.map(({ value }) => value)).toEqual([0.5, 0.6]);
    expect(twice).toEqual(once);
  });
});
