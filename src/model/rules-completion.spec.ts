import type { Schema } from './rules-completion';
import { offersAt } from './rules-completion';

const BOUND: Schema = {
  properties: {
    min: { type: 'number', description: 'The lowest.' },
    higher_is_better: { type: 'boolean' }
  }
};
const SCHEMA: Schema = {
  $ref: '#/$defs/Rules',
  $defs: {
    Rules: {
      properties: {
        environment: { enum: ['pinned', 'server'] },
        metrics: { additionalProperties: { $ref: '#/$defs/Bound' } },
        evaluations: { items: { $ref: '#/$defs/Evaluation' } }
      }
    },
    Evaluation: {
      properties: {
        name: { type: 'string' },
        metrics: { additionalProperties: { $ref: '#/$defs/Bound' } }
      }
    },
    Bound: BOUND
  }
};

/** The offers where the | is. */
function labels(text: string): string[] {
  const found = offersAt(SCHEMA, text.replace('|', ''), text.indexOf('|'));
  return found?.offers.map(({ label }) => label) ?? [];
}

describe('completion of hubcollab.yaml', () => {
  it.each([
    ['|', ['environment', 'metrics', 'evaluations']],
    ['me|', ['metrics']],
    ['environment: |', ['pinned', 'server']],
    ['metrics:\n  accuracy:\n    |', ['min', 'higher_is_better']],
    ['metrics:\n  accuracy: {m|', ['min']],
    ['metrics: {accuracy: {min: 1, h|', ['higher_is_better']],
    ['metrics: {accuracy: {higher_is_better: |', ['true', 'false']],
    ['evaluations:\n  - |', ['name', 'metrics']],
    ['evaluations:\n  - name: a\n    m|', ['metrics']],
    [
      'evaluations:\n  - name: a\n    metrics:\n      f1: {|',
      ['min', 'higher_is_better']
    ],
    ['nobody: |', []]
  ])('offers what may stand there: %j', (text, offers) => {
    expect(labels(text)).toEqual(offers);
  });

  it('tells what a key means and where the word begins', () => {
    const text = 'metrics:\n  f1:\n    mi';

    const found = offersAt(SCHEMA, text, text.length);

    expect(found).toEqual({
      from: text.length - 2,
      offers: [{ label: 'min', text: 'min: ', about: 'The lowest.' }]
    });
  });
});
