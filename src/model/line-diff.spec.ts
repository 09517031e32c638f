import { lineDiff } from './line-diff';

describe('lineDiff', () => {
  it.each([
    ['a\nb', 'a\nc', ['same a', 'gone b', 'new c']],
    ['', 'a', ['new a']],
    ['a', '', ['gone a']],
    ['a\nb\nc', 'b\nc\nd', ['gone a', 'same b', 'same c', 'new d']]
  ])('of %j and %j', (before, after, lines) => {
    expect(
      lineDiff(before, after).map(({ kind, text }) => `${kind} ${text}`)
    ).toEqual(lines);
  });
});
