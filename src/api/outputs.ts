import type { Server } from './request';
import { ask, path } from './request';

/** The type of what stands in a shared notebook for an output that is too large for it. */
export const STAND_IN = 'application/vnd.hubcollab.output+json';

/** What a stand-in says of the output itself. */
export interface StandIn {
  sha256: string;
  bytes: number;
  types: string[];
}

/** An output as nbformat has it. */
interface Output {
  name?: string;
  text?: string;
  data?: Fields;
  metadata?: Fields;
}

/** Values as JSON has them. */
type Json = string | number | boolean | null | Json[] | Fields;

interface Fields {
  [key: string]: Json;
}

/** Data by mime type, and what is said of them. */
export interface Bundle {
  data: Fields;
  metadata: Fields;
}

/** What stands in a mime bundle for a large output; null if it is damaged. */
export function standIn(value: unknown): StandIn | null {
  if (typeof value !== 'object' || value === null || !('sha256' in value)) {
    return null;
  }
  const { sha256, bytes, types }: Partial<Record<keyof StandIn, unknown>> =
    value;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
    ? {
        sha256,
        bytes: typeof bytes === 'number' ? bytes : 0,
        types: Array.isArray(types) ? types.map(String) : []
      }
    : null;
}

/** The output itself, as JupyterLab's renderers want it. */
export async function largeOutput(
  server: Server,
  sha256: string
): Promise<Bundle> {
  const output = await ask<Output>(server, `outputs/${path(sha256)}`, {
    lasting: true
  });
  const { name, text, data, metadata } = output;
  return text === undefined
    ? { data: data ?? {}, metadata: metadata ?? {} }
    : {
        data: { [`application/vnd.jupyter.${name ?? 'stdout'}`]: text },
        metadata: {}
      };
}
