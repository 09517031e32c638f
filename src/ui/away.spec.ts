import { nullTranslator } from '@jupyterlab/translation';
import { Away } from './away';

describe('Away', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('speaks until the server is back, or until nobody says it again', () => {
    const away = new Away(nullTranslator.load(''));

    away.say();
    const said = away.node.textContent;
    away.end();
    const ended = away.node.textContent;
    away.say();
    jest.advanceTimersByTime(61_000);

    expect(away.node.getAttribute('role')).toBe('status');
    expect(said).toContain('Keep this tab open');
    expect(ended).toBe('');
    expect(away.node.textContent).toBe('');
  });
});
