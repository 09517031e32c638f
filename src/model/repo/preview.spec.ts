import { treeEntry } from '../../testing/repos';
import { cellsOf, separatorOf, sheetOf } from './csv';
import { notebookOf } from './notebook';
import { previewOf } from './preview';

/** Files in memory that are read in parts; it remembers which. */
function files(content: Uint8Array<ArrayBuffer>) {
  const asked: [number, number][] = [];
  const bytes = async (_: string, start: number, end: number) => {
    asked.push([start, end]);
    return { bytes: content.slice(start, end), total: content.length };
  };
  return { api: { bytes }, asked };
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(text));
}

async function previewed(path: string, content: Uint8Array<ArrayBuffer>) {
  const { api, asked } = files(content);
  const entry = treeEntry({ path, sizeBytes: content.length });
  return { preview: await previewOf(api, entry), asked };
}

describe('a preview', () => {
  it('reads only the beginning of a long text', async () => {
    const { preview, asked } = await previewed(
      'log.txt',
      encoded('x'.repeat(1 << 20))
    );

    expect(asked).toEqual([[0, 256 << 10]]);
    expect(preview).toMatchObject({ is: 'text', isCut: true });
  });

  it('reads only the header of a safetensors file', async () => {
    const header = JSON.stringify({
      b: { dtype: 'I8', shape: [], data_offsets: [24, 25] },
      a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      __metadata__: { format: 'pt' }
    });
    const content = new Uint8Array(8 + header.length + 1000);
    new DataView(content.buffer).setUint32(0, header.length, true);
    content.set(encoded(header), 8);

    const { preview, asked } = await previewed('m.safetensors', content);

    expect(asked).toEqual([
      [0, 8],
      [8, 8 + header.length]
    ]);
    expect(preview).toMatchObject({
      is: 'tensors',
      list: {
        parameters: 7,
        notes: [['format', 'pt']],
        tensors: [{ name: 'a', sizeBytes: 24 }, { name: 'b' }]
      }
    });
  });

  it('refuses a header that is longer than safetensors allows', async () => {
    const content = new Uint8Array(16).fill(255);

    await expect(previewed('m.safetensors', content)).rejects.toThrow('longer');
  });

  it('says that other files are no text', async () => {
    const { preview } = await previewed('m.bin', new Uint8Array([1, 0, 2]));

    expect(preview).toEqual({ is: 'none', why: 'binary' });
  });

  it('does not cut a character in two', async () => {
    const text = 'ü'.repeat(200 << 10);
    const { preview } = await previewed('a.txt', encoded(`x${text}`));

    expect(preview).toMatchObject({ is: 'text' });
  });

  it('gives JSON lines only where no number changes', async () => {
    const fine = await previewed('a.json', encoded('{"a":1}'));
    const exact = await previewed(
      'a.json',
      encoded('{"a":12345678901234567890}')
    );

    expect(fine.preview).toMatchObject({ text: '{\n  "a": 1\n}' });
    expect(exact.preview).toMatchObject({ text: '{"a":12345678901234567890}' });
  });

  it('shows the front matter of Markdown as YAML', async () => {
    const { preview } = await previewed(
      'README.md',
      encoded('---\na: 1\n---\nHi')
    );

    expect(preview).toEqual({
      is: 'markdown',
      text: '```yaml\na: 1\n```\n\nHi'
    });
  });
});

describe('a CSV file', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2']
      ]
    ],
    ['a,"b,""c"""\r\n', [['a', 'b,"c"']]],
    ['"two\nlines",x', [['two\nlines', 'x']]],
    ['a,,\n', [['a', '', '']]],
    ['a,b"c\n', [['a', 'b"c']]],
    ['x,"broken"y\nz\n', [['x', '"broken"y'], ['z']]]
  ])('reads %j', (text, rows) => {
    expect(cellsOf(text, ',', 10)).toEqual(rows);
  });

  it('finds out what parts its columns', () => {
    expect(separatorOf('a;b;c\n1,5;2;3')).toBe(';');
    expect(separatorOf('a\tb\n')).toBe('\t');
  });

  it('leaves out the row that a part ends in', () => {
    const sheet = sheetOf('a,b\n1,2\n3,', false);

    expect(sheet).toEqual({
      head: ['a', 'b'],
      rows: [['1', '2']],
      isCut: true
    });
  });
});

describe('a notebook', () => {
  it('shows outputs of all types', () => {
    const outputs = [
      { output_type: 'stream', name: 'stderr', text: ['a', 'b'] },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: [] },
      { output_type: 'execute_result', data: { 'text/plain': ['1'] } }
    ];
    const cells = [{ cell_type: 'code', source: ['x', 'y'], outputs }];

    const [cell] = notebookOf(JSON.stringify({ cells })).cells;

    expect(cell).toEqual({
      kind: 'code',
      source: 'xy',
      count: null,
      outputs: [
        { 'application/vnd.jupyter.stderr': 'ab' },
        { 'application/vnd.jupyter.stderr': 'E: v' },
        { 'text/plain': '1' }
      ]
    });
  });

  it('is refused where it is none', () => {
    expect(() => notebookOf('[]')).toThrow('no notebook');
  });
});
