import { settled } from '../../testing/fakes';
import { fakeApis, fakeRepo, repoAccess } from '../../testing/repos';
import { SettingsModel } from './settings';

function settings(may: 'read' | 'admin') {
  const asked: string[] = [];
  const note =
    <T>(name: string, answer: T) =>
    async () => {
      asked.push(name);
      return answer;
    };
  const storage = {
    filesBytes: 1,
    blobsBytes: 2,
    blobCount: 1,
    historyBytes: 3
  };
  const used = { namespace: 'team', usedBytes: 6, quotaBytes: null, repos: [] };
  const model = new SettingsModel(
    fakeRepo({ storage: note('storage', storage) }),
    {
      ...fakeApis().access,
      access: async () => repoAccess({ may, isOrganization: may === 'admin' }),
      requests: note('requests', { requests: [] }),
      members: note('members', { members: [] }),
      collaborators: note('collaborators', { members: [] }),
      namespaceStorage: note('namespace', used),
      setCollaborator: note('give', {
        user: 'bob',
        role: 'read',
        since: '2026-01-02T03:04:05Z'
      }),
      move: async to => repoAccess({ id: to })
    }
  );
  return { model, asked };
}

describe('SettingsModel', () => {
  it('asks a reader nothing that only members may know', async () => {
    const { model, asked } = settings('read');

    model.refresh();
    await settled();

    expect(asked).toEqual(['storage']);
    expect(model.storage.value?.namespace).toBeNull();
  });

  it('asks an admin for requests and members, too', async () => {
    const { model, asked } = settings('admin');

    model.refresh();
    await settled();

    expect(asked.sort()).toEqual([
      'collaborators',
      'members',
      'namespace',
      'requests',
      'storage'
    ]);
  });

  it('asks again who is in once a role was given', async () => {
    const { model, asked } = settings('admin');
    model.refresh();
    await settled();

    await model.collaborators.setRole('bob', 'read');
    await settled();

    expect(asked).toContain('give');
    expect(asked.filter(name => name === 'collaborators')).toHaveLength(2);
  });

  it('tells the new name of a repo that was moved', async () => {
    const { model } = settings('admin');

    expect(await model.move('team/new')).toBe('team/new');
  });
});
