import { InputError } from "../../errors.js";
import type { ColumnRequest, TableChunk, TableSource } from "../table/table-source.js";

/** Consecutive rows of a table as a table of their own. */
export type TablePart = TableSource & { readonly rows: number };

/**
 * Reads a table part by part, of about so many rows each; the next is read when the one before was dealt with.
 * @returns rows of the table
 */
export async function eachPart(
  source: TableSource,
  request: ColumnRequest,
  rows: number,
  look: (part: TablePart) => Promise<void>,
): Promise<number> {
  let held: TableChunk[] = [];
  let count = 0;
  const flush = async () => {
    const chunks = held;
    held = [];
    count = 0;
    if (chunks.length > 0) await look(tablePart(source, request, chunks));
  };
  const read = await source.stream(request, async (chunk) => {
    held.push(chunk);
    count += chunk.rows;
    if (count >= rows) await flush();
  });
  await flush();
  return read;
}

/** Chunks that follow each other as a table, whose rows know their number in the file. */
function tablePart(
  { label, columns }: Pick<TableSource, "label" | "columns">,
  read: ColumnRequest,
  chunks: readonly TableChunk[],
): TablePart {
  const [{ firstRow }] = chunks;
  const place = (names: readonly string[], name: string) => {
    const at = names.indexOf(name);
    if (at < 0) throw new InputError(`${label}: there is no column "${name}".`);
    return at;
  };
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  return {
    ...{ label, columns, rows, close: () => undefined },
    fileRow: (row) => firstRow + row,
    stream: async (request, onChunk) => {
      const numbers = request.numbers.map((name) => place(read.numbers, name));
      const texts = request.texts.map((name) => place(read.texts, name));
      for (const chunk of chunks) {
        await onChunk({
          ...{ rows: chunk.rows, firstRow: chunk.firstRow - firstRow },
          numbers: numbers.map((at) => chunk.numbers[at]),
          texts: texts.map((at) => chunk.texts[at]),
        });
      }
      return rows;
    },
  };
}
