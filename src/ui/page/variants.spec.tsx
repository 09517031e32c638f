import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { Job, VariantRequest } from '../../api/wire';
import { VariantsModel } from '../../model/repo/variants';
import { fakeVariants, variant } from '../../testing/around';
import { fakeActions, fakeConnection, settled } from '../../testing/fakes';
import { Variants } from './variants';

const trans = nullTranslator.load('');
const JOB: Job = {
  id: 'j1',
  kind: 'variants',
  title: 'Make fp16 of team/digits',
  state: 'running',
  progress: 0.5,
  detail: '1 of 2 MiB',
  result: null,
  owner: 'ada'
};

async function shown() {
  const asked: VariantRequest[] = [];
  const { connection, happen } = fakeConnection();
  const half = variant({
    label: 'fp16',
    dtype: 'F16',
    files: ['model.fp16.safetensors'],
    isDefault: false,
    code: 'half'
  });
  const small = variant({
    repoId: 'team/small',
    files: [],
    relation: 'quantized',
    isDefault: false
  });
  const api = fakeVariants({
    list: async () => ({
      id: 'team/digits',
      commit: 'abc',
      variants: asked.length ? [variant(), half, small] : [variant(), small],
      makeable: asked.length ? [] : ['fp16']
    }),
    make: async given => {
      asked.push(given);
      return JOB;
    }
  });
  const model = new VariantsModel(api, () => null, connection);
  const { actions, done } = fakeActions();
  render(
    <Variants model={model} version="v1" actions={actions} trans={trans} />
  );
  await act(async () => {
    model.refresh();
    await settled();
  });
  return { asked, done, happen, model };
}

describe('the variants of a model', () => {
  it('are made by a job whose bar is shown, and then loaded', async () => {
    const { asked, done, happen, model } = await shown();

    expect(screen.getByText(/the branch variants\/v1/)).toBeTruthy();
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Make fp16' }));
      await settled();
    });
    expect(screen.getByRole('progressbar', { name: JOB.title })).toBeTruthy();
    await act(async () => {
      const job: Job = { ...JOB, state: 'done' };
      happen({ type: 'job', job });
      await settled();
    });
    const load = 'Insert the code that loads model.fp16.safetensors';
    fireEvent.click(screen.getByRole('button', { name: load }));

    expect(asked).toEqual([{ formats: ['fp16'], revision: 'main' }]);
    expect(done).toEqual([['insert', 'half']]);
    expect(screen.queryByRole('progressbar')).toBeNull();
    model.dispose();
  });

  it('lead to the repos that are this model in another form', async () => {
    const { done, model } = await shown();

    fireEvent.click(screen.getByRole('button', { name: 'team/small' }));

    expect(done).toEqual([['openModel', 'team/small']]);
    expect(screen.getByText('quantized')).toBeTruthy();
    model.dispose();
  });
});
