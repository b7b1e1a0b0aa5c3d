import type { Dialect } from "../../config/dialect.js";
import type { BadCells } from "./bad-cells.js";
import { badValueProblem, NotNumbersError } from "./table-errors.js";

/** Distinct words of a column that are counted one by one. */
const mostTexts = 1000;

interface Words {
  readonly row: number;
  readonly value: string;
  cells: number;
  readonly texts: Map<string, number>;
}

/** Counts the cells of every column that hold a word where a number is expected. */
export class WordCounts {
  private readonly found = new Map<number, Words>();

  /** @param numbers indices of the columns that are read as numbers */
  constructor(
    private readonly label: string,
    private readonly columns: readonly string[],
    private readonly numbers: readonly number[],
    private readonly dialect: Dialect,
  ) {}

  add(row: number, column: number, value: string): void {
    const known = this.found.get(column);
    const words = known ?? { row, value, cells: 0, texts: new Map<string, number>() };
    if (known === undefined) this.found.set(column, words);
    words.cells++;
    const count = words.texts.get(value);
    if (count !== undefined || words.texts.size < mostTexts) words.texts.set(value, (count ?? 0) + 1);
  }

  /** @throws NotNumbersError naming the first word, and every column with such cells */
  refuse(): void {
    if (this.found.size === 0) return;
    const byColumn = this.numbers.flatMap((i) => {
      const words = this.found.get(i);
      return words === undefined ? [] : [{ column: this.columns[i], ...words }];
    });
    const first = byColumn.reduce((one, other) => (other.row < one.row ? other : one));
    const all = byColumn.map(
      ({ column, row, cells, texts }): BadCells => ({ ...{ column, row, cells }, texts: mostFrequent(texts) }),
    );
    const asked = { numbers: this.numbers.length, dialect: this.dialect };
    const columns = all.map(({ column }) => column);
    throw new NotNumbersError(badValueProblem(this.label, first, all, asked), columns);
  }
}

/** Words, most frequent first. */
function mostFrequent(texts: ReadonlyMap<string, number>): BadCells["texts"] {
  return [...texts]
    .map(([text, count]) => ({ text, count }))
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}
