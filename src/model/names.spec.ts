import { partFrom, problemOfRepoId, problemOfTag } from './names';

describe('problemOfRepoId', () => {
  it.each([
    ['team/digits', null],
    ['Team-1/d_2.x', null],
    ['', 'empty'],
    ['digits', 'shape'],
    ['a/b/c', 'shape'],
    ['team/', 'shape'],
    ['../x', 'letters'],
    ['team/größe', 'letters'],
    ['team/a--b', 'letters'],
    ['team/x.git', 'letters'],
    [`team/${'x'.repeat(97)}`, 'letters']
  ])('says of %s: %s, as the server would', (text, problem) => {
    expect(problemOfRepoId(text)).toBe(problem);
  });
});

describe('problemOfTag', () => {
  it.each([
    ['', null],
    ['v1.0', null],
    ['release/2', null],
    ['a b', 'letters'],
    ['-x', 'letters'],
    ['a..b', 'letters'],
    ['x.lock', 'letters'],
    ['a@{b', 'letters'],
    ['x'.repeat(251), 'letters']
  ])('says of %s: %s, as git would', (text, problem) => {
    expect(problemOfTag(text)).toBe(problem);
  });
});

describe('partFrom', () => {
  it.each([
    ['Träining 2.ipynb', 'training-2'],
    ['a..b--c', 'a.b-c'],
    ['日本', 'model'],
    ['', 'model'],
    ['...x...', 'x']
  ])('makes of %s an allowed name: %s', (text, part) => {
    expect(partFrom(text, 'model')).toBe(part);
  });
});
