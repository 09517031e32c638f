/** A table as text: the first row is its head. */
export interface Sheet {
  head: string[];
  rows: string[][];
  /** Whether there are more rows or columns. */
  isCut: boolean;
}

const MOST_ROWS = 200;
const MOST_COLUMNS = 60;

/** The character that parts the columns: the one that the first line has most often. */
export function separatorOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const counts = [',', '\t', ';', '|'].map((separator): [number, string] => [
    line.split(separator).length,
    separator
  ]);
  return counts.reduce((best, one) => (one[0] > best[0] ? one : best))[1];
}

/** *text* as rows of cells; quotes may hold separators, line ends and doubled quotes. */
export function cellsOf(
  text: string,
  separator: string,
  most: number
): string[][] {
  const rows: string[][] = [];
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"\\r\\n\\${separator}][^\\r\\n\\${separator}]*)?)(\\${separator}|\\r?\\n|\\r|$)`,
    'y'
  );
  let row: string[] = [];
  while (cell.lastIndex < text.length && rows.length < most) {
    const start = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) {
      // A quote in the middle of a cell: take the line as it is.
      const end = text.indexOf('\n', start);
      row.push(text.slice(start, end < 0 ? text.length : end));
      cell.lastIndex = end < 0 ? text.length : end + 1;
      rows.push(row);
      row = [];
      continue;
    }
    const [, quoted, plain, after] = match;
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (after !== separator) {
      rows.push(row);
      row = [];
    }
  }
  if (row.length > 0 && rows.length < most) {
    rows.push(row);
  }
  return rows;
}

/** The beginning of a CSV or TSV file as a table. */
export function sheetOf(text: string, isWhole: boolean): Sheet {
  const all = cellsOf(text, separatorOf(text), MOST_ROWS + 3);
  // The last row of a part may be half a row.
  const rows = isWhole || all.length > MOST_ROWS + 1 ? all : all.slice(0, -1);
  const shown = rows
    .slice(0, MOST_ROWS + 1)
    .map(row => row.slice(0, MOST_COLUMNS));
  const [head = [], ...body] = shown;
  const isWide = rows.some(row => row.length > MOST_COLUMNS);
  return {
    head,
    rows: body,
    isCut: !isWhole || isWide || rows.length > MOST_ROWS + 1
  };
}
