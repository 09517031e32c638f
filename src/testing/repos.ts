import type { BlobsApi } from '../api/blobs';
import type { RepoApi } from '../api/repos';
import type {
  CommitEntry,
  Comparison,
  DiffLine,
  FileDiff,
  RepoAccess,
  RepoHead,
  RepoPage,
  Tree,
  TreeEntry
} from '../api/wire';
import type { PageApis } from '../model/page-apis';
import {
  fakeActivity,
  fakeCollections,
  fakeReviews,
  fakeUses,
  fakeVariants
} from './around';
import { fakeGates } from './gates';
import { summary, version } from './samples';

const AT = '2026-01-02T03:04:05Z';

export function repoHead(change: Partial<RepoHead> = {}): RepoHead {
  return {
    kind: 'model',
    id: 'team/digits',
    namespace: 'team',
    name: 'digits',
    owner: 'ada',
    visibility: 'public',
    gated: 'off',
    may: 'admin',
    sizeBytes: 1200,
    downloads: 0,
    likes: 0,
    createdAt: AT,
    updatedAt: AT,
    ...change
  };
}

export function repoPage(
  change: Partial<RepoPage> = {},
  about: Partial<NonNullable<RepoPage['model']>> = {}
): RepoPage {
  return {
    repo: repoHead(),
    revision: 'main',
    commit: 'abc',
    card: { revision: 'main', markdown: '# Digits', metadata: {} },
    model: {
      summary: summary(),
      versions: [version()],
      provenance: null,
      loadCode: 'model = hub.load("team/digits")',
      ...about
    },
    ...change
  };
}

export function treeEntry(change: Partial<TreeEntry> = {}): TreeEntry {
  const path = change.path ?? 'model.pkl';
  return {
    name: path.split('/').pop()!,
    path,
    isFolder: false,
    sizeBytes: 1200,
    fileCount: 1,
    digest: 'd',
    kept: 'lfs',
    safety: 'caution',
    safetyNote: 'imports numpy',
    url: `hubcollab/api/repos/models/team/digits/resolve/abc/${path}`,
    ...change
  };
}

function tree(entries: TreeEntry[] = [treeEntry()]): Tree {
  return {
    revision: 'main',
    commit: 'abc',
    path: '',
    entries,
    sizeBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    fileCount: entries.length
  };
}

export function commitEntry(change: Partial<CommitEntry> = {}): CommitEntry {
  return {
    id: '0123456789abcdef0123456789abcdef01234567',
    parents: [],
    message: 'Change it',
    author: { name: 'ada', displayName: 'Ada' },
    at: AT,
    ...change
  };
}

export function fileDiff(change: Partial<FileDiff> = {}): FileDiff {
  const line = (sign: DiffLine['sign'], text: string): DiffLine => ({
    sign,
    text,
    old: sign === '+' ? null : 1,
    new: sign === '-' ? null : 1
  });
  return {
    path: 'a.txt',
    oldPath: null,
    kind: 'modified',
    content: 'text',
    oldSize: 4,
    newSize: 4,
    additions: 1,
    deletions: 1,
    hunks: [
      { header: '@@ -1 +1 @@', lines: [line('-', 'one'), line('+', 'two')] },
      { header: '@@ -9 +9 @@', lines: [line('+', 'more')] }
    ],
    isCut: false,
    ...change
  };
}

export function comparison(files: FileDiff[] = [fileDiff()]): Comparison {
  return { base: null, head: commitEntry(), files, fileCount: files.length };
}

/** A gated repo, as a stranger meets it. */
export function repoAccess(change: Partial<RepoAccess> = {}): RepoAccess {
  return {
    kind: 'model',
    id: 'team/digits',
    owner: 'ada',
    visibility: 'public',
    gated: 'manual',
    may: 'read',
    everyone: 'read',
    isOrganization: false,
    mayReadFiles: false,
    request: null,
    pending: 0,
    protected: [],
    ...change
  };
}

/** Refuses whatever a test did not expect to be asked. */
function unexpected(): Promise<never> {
  return Promise.reject(new Error('not expected in this test'));
}

/** A repo that answers what *given* says; the rest is empty. */
export function fakeRepo(given: Partial<RepoApi> = {}): RepoApi {
  return {
    page: async () => repoPage(),
    tree: async () => tree(),
    bytes: unexpected,
    commits: async () => ({
      revision: 'main',
      commits: [commitEntry()],
      hasMore: false
    }),
    diff: async () => comparison(),
    refs: async () => ({ branches: [], tags: [] }),
    createRef: unexpected,
    deleteRef: unexpected,
    commit: unexpected,
    storage: unexpected,
    deleteRepo: unexpected,
    ...given
  };
}

/** A store of blobs in memory; *given* replaces what it does. */
export function fakeBlobs(given: Partial<BlobsApi> = {}): {
  blobs: BlobsApi;
  sent: Map<string, number>;
} {
  const sent = new Map<string, number>();
  const blobs: BlobsApi = {
    missing: async digests => ({
      digests: digests.filter(digest => !sent.has(digest))
    }),
    put: async (digest, bytes) => {
      sent.set(digest, bytes.size);
    },
    received: async digest => ({
      received: sent.get(digest) ?? 0,
      isDone: false
    }),
    putPart: async (digest, { bytes, offset, total }) => {
      const received = offset + bytes.size;
      sent.set(digest, received);
      return { received, isDone: received === total };
    },
    ...given
  };
  return { blobs, sent };
}

/** What a page asks, of a repo that answers what *given* says. */
export function fakeApis(given: Partial<RepoApi> = {}): PageApis {
  return {
    repo: fakeRepo(given),
    blobs: fakeBlobs().blobs,
    reviews: fakeReviews(),
    uses: fakeUses(),
    activity: fakeActivity(),
    variants: fakeVariants(),
    gates: fakeGates(),
    collections: fakeCollections(),
    conflicts: { conflicts: unexpected, solve: unexpected, job: unexpected },
    versions: {
      deprecate: unexpected,
      lift: unexpected,
      rollback: unexpected,
      history: async () => ({ series: [], pending: 0 })
    },
    hash: async () => 'digest',
    discussions: {
      list: unexpected,
      page: unexpected,
      diff: unexpected,
      open: unexpected,
      openPull: unexpected,
      comment: unexpected,
      edit: unexpected,
      hide: unexpected,
      setStatus: unexpected,
      rename: unexpected,
      merge: unexpected,
      attach: unexpected
    },
    access: {
      access: unexpected,
      change: unexpected,
      move: unexpected,
      requests: unexpected,
      request: unexpected,
      decide: unexpected,
      protect: unexpected,
      unprotect: unexpected,
      members: unexpected,
      setRole: unexpected,
      removeMember: unexpected,
      collaborators: async () => ({ members: [] }),
      setCollaborator: unexpected,
      removeCollaborator: unexpected,
      namespaceStorage: unexpected
    }
  };
}
