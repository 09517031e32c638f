import type { HubToken } from '../api/wire';
import { settled } from '../testing/fakes';
import { TokensModel } from './tokens';

function token(name: string): HubToken {
  const at = '2026-01-02T03:04:05Z';
  const unused = { expiresAt: null, lastUsedAt: null };
  return { id: name, name, scope: 'read', createdAt: at, ...unused };
}

function tokens(given: HubToken[] = []) {
  const kept = [...given];
  const model = new TokensModel({
    list: async () => ({ tokens: [...kept] }),
    create: async ({ name }) => {
      kept.push(token(name));
      return { token: 'hc_secret', about: token(name) };
    },
    revoke: async id => {
      const at = kept.findIndex(one => one.id === id);
      kept.splice(at, 1);
    },
    decide: async (code, allow) => {
      if (code !== 'BCDF-GHJK') {
        throw new Error('no such code');
      }
      if (allow) {
        kept.push(token('hf auth login'));
      }
    }
  });
  return model;
}

describe('TokensModel', () => {
  it('shows a new token until its dialog closes', async () => {
    const model = tokens();

    await model.create({ name: 'laptop' });
    await settled();

    expect(model.made.state?.token).toBe('hc_secret');
    expect(model.tokens.value?.map(({ name }) => name)).toEqual(['laptop']);
    model.dispose();
    expect(model.made.state).toBeNull();
  });

  it('forgets a token that is revoked', async () => {
    const model = tokens([token('old')]);
    await model.create({ name: 'new' });

    await model.revoke(token('new'));
    await settled();

    expect(model.made.state).toBeNull();
    expect(model.tokens.value?.map(({ name }) => name)).toEqual(['old']);
  });

  it('lists the token of a program that was allowed by its code', async () => {
    const model = tokens();

    const wrong = await model.decide('XXXX-XXXX', true);
    const right = await model.decide('BCDF-GHJK', true);
    await settled();

    expect([wrong, right]).toEqual([false, true]);
    expect(model.tokens.value?.map(({ name }) => name)).toContain(
      'hf auth login'
    );
  });
});
