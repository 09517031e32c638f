/** A tensor of a safetensors file, as its header tells. */
interface Tensor {
  name: string;
  dtype: string;
  shape: number[];
  sizeBytes: number;
}

export interface TensorList {
  tensors: Tensor[];
  parameters: number;
  /** What the writer noted: format, framework, … */
  notes: [string, string][];
}

export const LENGTH_BYTES = 8;
const LONGEST_HEADER = 32 << 20;

/** How long the header is that follows the first eight bytes. */
export function headerLength(start: Uint8Array<ArrayBuffer>): number {
  if (start.length < LENGTH_BYTES) {
    throw new Error('The file is too short for a safetensors file.');
  }
  const view = new DataView(start.buffer, start.byteOffset);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > LONGEST_HEADER) {
    throw new Error('The header is longer than safetensors allows.');
  }
  return length;
}

/** The tensors that *header* lists, in the order of the file. */
export function tensorsOf(header: string): TensorList {
  const listed: unknown = JSON.parse(header);
  if (!isRecord(listed)) {
    throw new Error('The header is not a list of tensors.');
  }
  const tensors: (Tensor & { at: number })[] = [];
  const notes: [string, string][] = [];
  for (const [name, about] of Object.entries(listed)) {
    if (!isRecord(about)) {
      continue;
    }
    if (name === '__metadata__') {
      notes.push(
        ...Object.entries(about).map(([key, value]): [string, string] => [
          key,
          String(value)
        ])
      );
      continue;
    }
    const [from = 0, to = 0] = numbers(about.data_offsets);
    tensors.push({
      name,
      dtype: String(about.dtype),
      shape: numbers(about.shape),
      sizeBytes: to - from,
      at: from
    });
  }
  tensors.sort((a, b) => a.at - b.at);
  const count = ({ shape }: Tensor) => shape.reduce((all, n) => all * n, 1);
  return {
    tensors,
    parameters: tensors.reduce((sum, tensor) => sum + count(tensor), 0),
    notes
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numbers(value: unknown): number[] {
  return Array.isArray(value)
    ? value.filter((one): one is number => typeof one === 'number')
    : [];
}
