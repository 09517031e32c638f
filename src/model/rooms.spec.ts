import { nullTranslator } from '@jupyterlab/translation';
import type { RoomNotice } from '../api/wire';
import { messageOf } from './rooms';

const trans = nullTranslator.load('');

function notice(given: Partial<RoomNotice>): RoomNotice {
  return {
    type: 'room',
    to: 'ada',
    path: 'a.ipynb',
    what: 'merged',
    why: null,
    by: null,
    conflicts: [],
    cell: null,
    ...given
  };
}

describe('messageOf', () => {
  it('offers a deleted cell back, and says who deleted it', () => {
    const cell = {
      id: 'c',
      cellType: 'code' as const,
      source: 'x = 1',
      index: 0
    };

    const message = messageOf(
      notice({ what: 'deleted', by: 'Bob', cell }),
      trans
    );

    expect(message).toMatchObject({ level: 'warning', deed: 'putBack' });
    expect(message.text).toContain('Bob');
  });

  it('leads to a conflict, and only mentions a merge without one', () => {
    const clash = messageOf(notice({ conflicts: ['cell c'] }), trans);
    const merge = messageOf(notice({}), trans);

    expect([clash.deed, merge.deed]).toEqual(['showConflict', null]);
    expect([clash.level, merge.level]).toEqual(['warning', 'info']);
  });

  it('takes back that a file is gone when it is back', () => {
    const gone = messageOf(notice({ what: 'gone' }), trans);
    const back = messageOf(notice({ what: 'back' }), trans);

    expect(gone.key).toBe(back.key);
    expect(gone.deed).toBe('save');
  });

  it('words everything that a room can tell', () => {
    const all = [
      'merged',
      'refused',
      'deleted',
      'gone',
      'back',
      'unsaved',
      'unreadable',
      'elsewhere'
    ] as const;

    const texts = all.map(what => messageOf(notice({ what }), trans).text);

    expect(new Set(texts).size).toBe(all.length);
  });
});
