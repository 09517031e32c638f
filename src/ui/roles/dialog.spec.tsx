import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen } from '@testing-library/react';
import type { RolesSeen } from '../../api/wire';
import type { Given } from './dialog';
import { RolesForm, begun } from './dialog';

const trans = nullTranslator.load('');
const SEEN: RolesSeen = {
  file: 'file',
  roles: null,
  mine: 'editor',
  mayChange: true,
  people: { ada: 'Ada', bob: 'Bob' }
};

function shown() {
  let given: Given = begun(SEEN);
  render(
    <RolesForm
      seen={SEEN}
      changed={next => {
        given = next;
      }}
      trans={trans}
    />
  );
  const field = screen.getByLabelText('Add a person');
  const type = (value: string) =>
    fireEvent.change(field, { target: { value } });
  return { type, field, given: () => given };
}

describe('the roles of a notebook', () => {
  it('has a person who was typed and not added yet, and says so', () => {
    const { type, given } = shown();

    type('bob ');

    expect(given().people).toEqual({ bob: 'viewer' });
    expect(screen.getByRole('status').textContent).toContain(
      'Bob is added as a viewer'
    );
  });

  it('has nobody whose name was taken back', () => {
    const { type, given } = shown();

    type('bo');
    type('');

    expect(given().people).toEqual({});
  });

  it('adds by Enter and by the name that people are called', () => {
    const { type, field, given } = shown();

    type('Bob');
    fireEvent.keyDown(field, { key: 'Enter' });
    fireEvent.change(screen.getByLabelText('Role of Bob'), {
      target: { value: 'runner' }
    });

    expect(given().people).toEqual({ bob: 'runner' });
    expect((field as HTMLInputElement).value).toBe('');
  });
});
