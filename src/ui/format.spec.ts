import { metric } from '../testing/samples';
import { piecesOf } from './chart';
import {
  changeOf,
  durationText,
  numberText,
  sizeText,
  whenText
} from './format';
import { columnsOf } from './page/versions';
import { version } from '../testing/samples';

describe('sizeText', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [282_779, '283 kB'],
    [999_999, '1.0 MB'],
    [5.2e9, '5.2 GB']
  ])('says %d bytes as %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

describe('numberText', () => {
  it.each([
    [0.972222, '0.9722'],
    [0, '0'],
    [12, '12'],
    [1.5e-7, '1.50e-7'],
    ['NaN', 'NaN'],
    ['Infinity', '∞'],
    ['-Infinity', '−∞'],
    [null, '–']
  ] as const)('says %s as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});

describe('changeOf', () => {
  it.each([
    [0.1, true, '▲', 'better'],
    [-0.1, true, '▼', 'worse'],
    [0.1, false, '▲', 'worse'],
    [-0.1, false, '▼', 'better'],
    [0.1, null, '▲', 'unknown'],
    [0, true, '=', 'same']
  ])(
    'of %d where higher is better is %s: %s, %s',
    (change, higherIsBetter, arrow, direction) => {
      const found = changeOf(metric({ change, higherIsBetter }));

      expect(found).toMatchObject({ arrow, direction });
    }
  );

  it('is nothing for a first version', () => {
    expect(changeOf(metric({ change: null }))).toBeNull();
  });
});

describe('whenText', () => {
  it.each([
    [-200, 'now'],
    [-90_000, '1 minute ago'],
    [-2 * 86_400_000, '2 days ago'],
    [-86_400_000, 'yesterday'],
    [3_700_000, 'in 1 hour']
  ])('says %s ms from now as %s', (away, text) => {
    jest.useFakeTimers({ now: Date.parse('2026-01-02T03:04:05Z') });

    const said = whenText(new Date(Date.now() + away).toISOString());

    jest.useRealTimers();
    expect(said).toBe(text);
  });
});

describe('durationText', () => {
  it.each([
    ['2026-01-01T00:00:04.200Z', '4.2 s'],
    ['2026-01-01T00:03:05Z', '3 min 05 s'],
    ['2026-01-01T01:02:00Z', '1 h 02 min']
  ])('until %s is %s', (end, text) => {
    expect(durationText('2026-01-01T00:00:00Z', end)).toBe(text);
  });
});

describe('piecesOf', () => {
  it('breaks the line where a value is missing', () => {
    const spots = [1, null, 3, 4].map((y, x) => ({ x, y }));

    const pieces = piecesOf(spots);

    expect(pieces.map(piece => piece.map(({ y }) => y))).toEqual([[1], [3, 4]]);
  });
});

describe('columnsOf', () => {
  it('takes the metrics that most versions have, and not too many', () => {
    const versions = [
      version({ metrics: ['a', 'b'].map(name => metric({ name })) }),
      version({
        metrics: ['b', 'c', 'd', 'e', 'f'].map(name => metric({ name }))
      })
    ];

    const labels = columnsOf(versions).map(({ label }) => label);
    expect(labels).toEqual(['b', 'a', 'c', 'd']);
  });

  it('keeps numbers apart that were measured on other data', () => {
    const both = [null, 'own'].map(dataset => metric({ name: 'f1', dataset }));

    const labels = columnsOf([version({ metrics: both })]);

    expect(labels.map(({ label }) => label)).toEqual(['f1', 'f1 · own']);
  });
});
