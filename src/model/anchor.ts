import type { Doc, Text } from 'yjs';
import {
  createAbsolutePositionFromRelativePosition,
  createRelativePositionFromJSON,
  createRelativePositionFromTypeIndex,
  relativePositionToJSON
} from 'yjs';
import type { About } from '../api/wire';

/** A stretch of text, in characters. */
export interface Stretch {
  start: number;
  end: number;
}

/** What a comment on a stretch of *text* remembers of its place. */
export function anchorOf(
  text: Text,
  { start, end }: Stretch
): { start: string; end: string; quote: string } {
  // The start sticks to what follows it, the end to what stands before it: text typed around is not taken in.
  return {
    start: json(createRelativePositionFromTypeIndex(text, start, 0)),
    end: json(createRelativePositionFromTypeIndex(text, end, -1)),
    quote: text.toString().slice(start, end)
  };
}

/** Where it is now; null if that text is gone. */
export function stretchOf(
  doc: Doc,
  text: Text,
  about: Pick<About, 'start' | 'end' | 'quote'>
): Stretch | null {
  const start = position(doc, text, about.start);
  const end = position(doc, text, about.end);
  if (start !== null && end !== null && start < end) {
    return { start, end };
  }
  // A moved cell is written anew, so that the place is lost; the words tell where it was, if they stand there once.
  const { quote } = about;
  const source = text.toString();
  const found = quote ? source.indexOf(quote) : -1;
  return quote && found >= 0 && source.indexOf(quote, found + 1) < 0
    ? { start: found, end: found + quote.length }
    : null;
}

function json(position: Parameters<typeof relativePositionToJSON>[0]): string {
  return JSON.stringify(relativePositionToJSON(position));
}

function position(doc: Doc, text: Text, stored: string | null): number | null {
  if (!stored) {
    return null;
  }
  try {
    const relative = createRelativePositionFromJSON(JSON.parse(stored));
    const found = createAbsolutePositionFromRelativePosition(relative, doc);
    return found?.type === text ? found.index : null;
  } catch {
    // Somebody else's client wrote something that is no position.
    return null;
  }
}
