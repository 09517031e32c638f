import { fieldsOf, splice, withField } from './front-matter';

const CARD = `---
# whose it is
license: mit # ours
tags: [a, b]
---

# Digits

---
Text.
`;

describe('front matter', () => {
  it('is read by field', () => {
    expect(fieldsOf(CARD)).toEqual({ license: 'mit', tags: ['a', 'b'] });
  });

  it('is empty where a card has none', () => {
    expect(fieldsOf('# Digits\n\n---\nlicense: mit\n---\n')).toEqual({});
  });

  it.each(['---\na: [\n---\n', '---\n- a\n---\n'])(
    'that is no mapping cannot be read: %j',
    card => {
      expect(fieldsOf(card)).toBeNull();
      expect(withField(card, 'license', 'mit')).toBe(card);
    }
  );

  it('keeps comments and text when a field changes', () => {
    const next = withField(CARD, 'license', 'apache-2.0');
    expect(next).toContain('# whose it is\nlicense: apache-2.0');
    expect(next).toContain('tags: [ a, b ]');
    expect(next).toContain('---\n\n# Digits\n\n---\nText.\n');
  });

  it('gets lists', () => {
    const next = withField(CARD, 'language', ['fr', 'no']);
    expect(fieldsOf(next)).toMatchObject({ language: ['fr', 'no'] });
  });

  it('is made where a card has none', () => {
    const next = withField('# Digits\n', 'license', 'mit');
    expect(next).toBe('---\nlicense: mit\n---\n\n# Digits\n');
  });

  it('goes with its last field', () => {
    const next = withField(
      '---\nlicense: mit\n---\n\n# Digits\n',
      'license',
      ''
    );
    expect(next).toBe('\n# Digits\n');
  });

  it('says words that YAML would take for something else', () => {
    for (const value of ['no', '1.0', 'a: b', '# x', 'null']) {
      const next = withField('', 'license', value);
      expect(fieldsOf(next)).toEqual({ license: value });
    }
  });
});

describe('splice', () => {
  it.each([
    ['', 'abc'],
    ['abc', ''],
    ['abcabc', 'abcXabc'],
    ['aaa', 'aa'],
    ['same', 'same']
  ])('makes %j of %j', (before, after) => {
    const { index, remove, insert } = splice(before, after);
    const made = before.slice(0, index) + insert + before.slice(index + remove);
    expect(made).toBe(after);
  });

  it('touches only what differs', () => {
    expect(splice('license: mit\ntext', 'license: bsd\ntext')).toEqual({
      index: 9,
      remove: 3,
      insert: 'bsd'
    });
  });
});
