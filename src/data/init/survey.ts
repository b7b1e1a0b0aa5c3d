import type { Dialect } from "../../config/dialect.js";
import { ColumnEnds } from "../missing/column-ends.js";
import { isMissingText } from "../missing/missing-marks.js";
import { NumberFormat } from "../table/number-format.js";
import type { TableSource } from "../table/table-source.js";

/** Different texts of a column that are counted one by one. */
const mostTexts = 5000;

/** What stands in one column of a table. */
export interface ColumnFacts {
  readonly name: string;
  readonly rows: number;
  /** Cells that are empty or hold a usual mark of missing values. */
  readonly missing: number;
  /** Cells that are truly empty. */
  readonly empty: number;
  readonly numbers: number;
  /** Cells that hold words, with their counts; at most some thousand different ones. */
  readonly words: ReadonlyMap<string, number>;
  /** Different texts that are not missing; undefined for more than some thousand. */
  readonly distinct: number | undefined;
  /** Whether no two cells that are not missing hold the same text. */
  readonly unique: boolean;
  /** Whether all numbers are whole. */
  readonly whole: boolean;
  /** Whether a whole number is written with zeros in front. */
  readonly zerosInFront: boolean;
  /** [rows]; NaN for what is no number. */
  readonly values: Float64Array;
}

/** One table, looked through once. */
export interface Survey {
  readonly label: string;
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
}

/** Reads all cells of an open table once. @throws InputError as reading does */
export async function surveyTable(source: TableSource, dialect: Dialect): Promise<Survey> {
  const format = new NumberFormat(dialect);
  const counters = source.columns.map((name) => new ColumnCounter(name, format));
  const rows = await source.stream({ numbers: [], texts: source.columns }, (chunk) => {
    chunk.texts.forEach((texts, k) => {
      counters[k].add(texts);
    });
  });
  return { label: source.label, rows, columns: counters.map((counter) => counter.facts()) };
}

/** Numbers of a column at its ends, and a sample of all, without those in a list. */
export function endsOf({ values }: Pick<ColumnFacts, "values">): ColumnEnds {
  const ends = new ColumnEnds();
  ends.add(values);
  return ends;
}

class ColumnCounter {
  private rows = 0;
  private missing = 0;
  private empty = 0;
  private numbers = 0;
  private whole = true;
  private zerosInFront = false;
  private unique = true;
  private readonly seen = new Set<string>();
  private readonly words = new Map<string, number>();
  private readonly parts: Float64Array[] = [];

  constructor(
    private readonly name: string,
    private readonly format: NumberFormat,
  ) {}

  add(texts: readonly (string | null)[]): void {
    this.parts.push(Float64Array.from(texts, (text) => this.value(text?.trim() ?? "")));
    this.rows += texts.length;
  }

  facts(): ColumnFacts {
    const { name, rows, missing, empty, numbers, words, whole, zerosInFront, unique, seen } = this;
    const values = new Float64Array(rows);
    let at = 0;
    for (const part of this.parts) {
      values.set(part, at);
      at += part.length;
    }
    const distinct = seen.size > mostTexts && !unique ? undefined : seen.size;
    return { name, rows, missing, empty, numbers, words, distinct, whole, zerosInFront, unique, values };
  }

  private value(text: string): number {
    if (isMissingText(text)) {
      this.missing++;
      if (text === "") this.empty++;
      return Number.NaN;
    }
    // As long as every text was new all are kept: what names rows is told by that.
    if (this.seen.has(text)) this.unique = false;
    else if (this.unique || this.seen.size <= mostTexts) this.seen.add(text);
    const number = this.format.number(text);
    if (number !== undefined && Number.isFinite(number)) {
      this.numbers++;
      this.whole &&= Number.isInteger(number);
      this.zerosInFront ||= /^0\d+$/.test(text);
      return number;
    }
    const count = this.words.get(text);
    if (count !== undefined || this.words.size < mostTexts) this.words.set(text, (count ?? 0) + 1);
    return Number.NaN;
  }
}
