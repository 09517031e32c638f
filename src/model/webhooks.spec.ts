import type { WebhooksApi } from '../api/webhooks';
import type { WebhookDelivery } from '../api/wire';
import { settled } from '../testing/fakes';
import { WebhooksModel } from './webhooks';

const delivery: WebhookDelivery = {
  id: 'd1',
  status: 'failed',
  attempts: 8,
  answer: 'HTTP 500',
  event: 'repo update',
  repo: 'team/digits',
  payload: '{}',
  createdAt: '2026-01-02T03:04:05Z',
  nextAt: null
};

function webhooks(given: Partial<WebhooksApi> = {}) {
  const unexpected = async () => {
    throw new Error('nobody asks this');
  };
  return new WebhooksModel({
    list: async () => ({ webhooks: [] }),
    create: unexpected,
    change: unexpected,
    remove: async () => undefined,
    deliveries: async () => ({ deliveries: [delivery] }),
    replay: async () => undefined,
    ...given
  });
}

describe('WebhooksModel', () => {
  it('asks what a webhook was told once it is looked at, and after a replay', async () => {
    const asked: string[] = [];
    const model = webhooks({
      deliveries: async id => {
        asked.push(id);
        return { deliveries: [delivery] };
      },
      replay: async (id, which) => void asked.push(`${id} ${which}`)
    });

    model.show('w1');
    await model.replay('w1', 'd1');
    await settled();

    expect(asked).toEqual(['w1', 'w1 d1', 'w1']);
    expect(model.deliveries.value).toEqual([delivery]);
  });

  it('shows nothing of a webhook that is gone', async () => {
    const model = webhooks();
    model.show('w1');
    await settled();

    await model.remove('w1');

    expect(model.shown.state).toBeNull();
  });
});
