import { InputError } from "../../errors.js";
import type { TableSource } from "./table-source.js";

/** A column in memory. */
export interface HeldColumn {
  readonly name: string;
  /** [rows]; NaN = missing; undefined for a column of texts. */
  readonly numbers?: Float64Array;
  /** [rows]; null = missing. */
  readonly texts: readonly (string | null)[];
}

/** Rows that are handed on at a time. */
const chunkRows = 16_384;

/** Columns in memory as an open table. @param label what messages call it */
export function heldTable(label: string, rows: number, columns: readonly HeldColumn[]): TableSource {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const find = (name: string): HeldColumn => {
    const column = byName.get(name);
    if (column === undefined) throw new InputError(`${label}: there is no column "${name}".`);
    return column;
  };
  const numbersOf = (name: string): Float64Array => {
    const { numbers } = find(name);
    if (numbers === undefined) throw new InputError(`${label}: column "${name}" holds words, not numbers.`);
    return numbers;
  };
  return {
    label,
    columns: columns.map(({ name }) => name),
    stream: async (request, onChunk) => {
      const numbers = request.numbers.map(numbersOf);
      const texts = request.texts.map((name) => find(name).texts);
      for (let firstRow = 0; firstRow < rows; firstRow += chunkRows) {
        const end = Math.min(rows, firstRow + chunkRows);
        await onChunk({
          ...{ rows: end - firstRow, firstRow },
          numbers: numbers.map((values) => values.slice(firstRow, end)),
          texts: texts.map((values) => values.slice(firstRow, end)),
        });
      }
      return rows;
    },
    close: () => undefined,
  };
}
