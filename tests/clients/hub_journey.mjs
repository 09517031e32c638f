// The JavaScript client: made, filled, listed, read in parts, deleted.
import { createRepo, deleteRepo, downloadFile, fileExists, listFiles, listModels, modelInfo, uploadFiles, whoAmI } from '@huggingface/hub';

const [hubUrl, accessToken, name] = process.argv.slice(2);
const asked = { hubUrl, accessToken };
const bytes = new Uint8Array(3 << 20).map((_, n) => (n * 2654435761) >>> 24);
const seen = { user: (await whoAmI(asked)).name };
await createRepo({ ...asked, repo: name, private: true });
const commit = await uploadFiles({
  ...asked, repo: name, commitTitle: 'All of it',
  files: [
    { path: 'README.md', content: new Blob(['---\nlicense: mit\n---\n# From JavaScript\n']) },
    { path: 'sub/model.bin', content: new Blob([bytes]) }
  ]
});
seen.commit = commit.commit.oid;
seen.files = [];
for await (const file of listFiles({ ...asked, repo: name, recursive: true })) {
  if (file.type === 'file') { seen.files.push(file.path); }
}
seen.files.sort();
const blob = await downloadFile({ ...asked, repo: name, path: 'sub/model.bin' });
const back = new Uint8Array(await blob.arrayBuffer());
seen.same = back.length === bytes.length && back.every((byte, n) => byte === bytes[n]);
const part = new Uint8Array(await blob.slice(1000, 2000).arrayBuffer());
seen.part = part.every((byte, n) => byte === bytes[1000 + n]);
seen.info = (await modelInfo({ ...asked, name })).name;
seen.models = [];
for await (const model of listModels({ ...asked, search: { owner: name.split('/')[0] } })) { seen.models.push(model.name); }
seen.missing = await fileExists({ ...asked, repo: name, path: 'none' });
await deleteRepo({ ...asked, repo: name });
console.log(JSON.stringify(seen));
