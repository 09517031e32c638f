import { run } from '../testing/samples';
import { parallelSpec } from './parallel';

function valuesOf(spec: { [key: string]: unknown }): unknown[] {
  return (spec.data as { values: unknown[] }).values;
}

describe('parallelSpec', () => {
  it('scales each axis for itself, words too', () => {
    const runs = [
      run({ id: 'a', name: 'a', params: { lr: '0.1', solver: 'sgd' } }),
      run({ id: 'b', name: 'b', params: { lr: '0.3', solver: 'adam' } })
    ];

    const spec = parallelSpec(runs, ['params.lr', 'params.solver']);

    expect(valuesOf(spec)).toEqual([
      { run: 'a', axis: 'lr', y: 0, value: '0.1' },
      { run: 'b', axis: 'lr', y: 1, value: '0.3' },
      { run: 'a', axis: 'solver', y: 1, value: 'sgd' },
      { run: 'b', axis: 'solver', y: 0, value: 'adam' }
    ]);
  });

  it('says along each axis what stands where', () => {
    const runs = ['0.1', '0.2', '0.123456'].map((lr, place) =>
      run({ id: lr, name: lr, params: { lr, solver: place ? 'adam' : 'sgd' } })
    );

    const spec = parallelSpec(runs, ['params.lr', 'params.solver']);

    const layers = spec.layer as { [key: string]: unknown }[];
    expect(valuesOf(layers.at(-1)!)).toEqual([
      { axis: 'lr', y: 0, tick: '0.1' },
      { axis: 'lr', y: 1, tick: '0.2' },
      { axis: 'solver', y: 0, tick: 'adam' },
      { axis: 'solver', y: 1, tick: 'sgd' }
    ]);
  });
});
