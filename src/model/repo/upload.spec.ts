import type { CommitRequest } from '../../api/wire';
import { commitEntry, fakeBlobs } from '../../testing/repos';
import { PART_BYTES, send } from './sending';
import { UploadModel } from './upload';

const UNREACHABLE = Object.assign(new Error('down'), { code: 'Unreachable' });

function uploading(given: Parameters<typeof fakeBlobs>[0] = {}) {
  const commits: CommitRequest[] = [];
  const { blobs, sent } = fakeBlobs(given);
  const model = new UploadModel({
    blobs,
    hash: async file => `digest of ${file.size}`,
    repo: {
      commit: async request => {
        commits.push(request);
        return commitEntry();
      }
    }
  });
  return { model, commits, sent };
}

describe('an upload', () => {
  it('sends what the hub lacks, then makes one commit of all', async () => {
    const { model, commits, sent } = uploading();
    sent.set('digest of 1', 1);
    model.add([{ path: 'a', file: new Blob(['x']) }], 'data');
    model.add([{ path: 'b', file: new Blob(['xyz']) }], '');

    await model.start();

    expect([...sent.keys()]).toEqual(['digest of 1', 'digest of 3']);
    expect(commits).toEqual([
      {
        message: 'Upload 2 files',
        branch: 'main',
        puts: [
          { path: 'data/a', digest: 'digest of 1', sizeBytes: 1 },
          { path: 'b', digest: 'digest of 3', sizeBytes: 3 }
        ]
      }
    ]);
    expect(model.store.state).toMatchObject({ is: 'done', count: 2 });
  });

  it('commits nothing when a file is refused, and says why', async () => {
    const { model, commits } = uploading({
      put: () => Promise.reject(new Error('the disk is full'))
    });
    model.add([{ path: 'a', file: new Blob(['x']) }], '');

    await model.start();

    expect(commits).toEqual([]);
    expect(model.store.state).toMatchObject({
      is: 'choosing',
      refused: { message: 'the disk is full' }
    });
  });

  it('commits nothing when it is stopped', async () => {
    const { model, commits } = uploading({
      put: async () => model.cancel()
    });
    model.add([{ path: 'a', file: new Blob(['x']) }], '');

    await model.start();

    expect(commits).toEqual([]);
    expect(model.store.state).toEqual({ is: 'choosing', refused: null });
    expect(model.files.state).toHaveLength(1);
  });
});

describe('sending a large file', () => {
  it('goes on where the hub stopped receiving', async () => {
    const file = new Blob([new Uint8Array(2 * PART_BYTES + 5)]);
    const offsets: number[] = [];
    const waits: boolean[] = [];
    let isDown = true;
    const { blobs } = fakeBlobs({
      received: async () => ({ received: PART_BYTES, isDone: false }),
      putPart: async (_, { bytes, offset, total }) => {
        offsets.push(offset);
        if (isDown) {
          throw UNREACHABLE;
        }
        const received = offset + bytes.size;
        return { received, isDone: received === total };
      }
    });

    await send(blobs, file, 'd', {
      signal: new AbortController().signal,
      progress: () => undefined,
      waiting: isWaiting => waits.push(isWaiting),
      pause: async () => {
        isDown = false;
      }
    });

    expect(offsets).toEqual([PART_BYTES, PART_BYTES, 2 * PART_BYTES]);
    expect(waits).toContain(true);
  });
});
