import { InputError } from "../../errors.js";
import { type BinnedColumn, classBins, equalFrequencyBins } from "./bins.js";
import { type Association, association } from "./contingency.js";
import { benjaminiHochberg } from "./false-discovery.js";

/** What one column tells about the target by itself. */
export interface ScreenedColumn extends Association {
  readonly name: string;
  /** Smallest false discovery rate at which the column is a discovery. */
  readonly qValue: number;
  /** Bits of a monotone relation, -log2(1 - r^2)/2 of normal scores; null for classes, which have no order. */
  readonly monotone: Monotone | null;
}

/** The monotone part. */
export interface Monotone {
  /** Correlation of normal scores. */
  readonly correlation: number;
  readonly bits: number;
  /** Whether the column is a discovery that tells more than this by two standard errors of the difference. */
  readonly exceeded: boolean;
}

/** A screened table. */
export interface Screening {
  /** Rows with a target. */
  readonly rows: number;
  /** Bins of a column of numbers. */
  readonly bins: number;
  /** Level of the false discovery rate. */
  readonly level: number;
  /** Columns in the order given. */
  readonly columns: readonly ScreenedColumn[];
}

/** How many bins of a column of numbers a screening has unless told otherwise. */
export const usualBins = 8;
/** Rows that the cells of a table of counts have on average at least; G is no chi-square with fewer. */
const rowsPerCell = 5;

/** Choices of a screening. */
export interface ScreenOptions {
  /** Bins of a column of numbers, 2 to 64; 8, fewer where rows are few, if left out. */
  readonly bins?: number | undefined;
  /** Level of the false discovery rate, in (0, 1); .05 if left out. */
  readonly level?: number | undefined;
}

/** Screens columns one after the other, so that they need not be in memory together. */
export class Screen {
  private readonly found: Omit<ScreenedColumn, "qValue">[] = [];
  private readonly target: BinnedColumn;
  private readonly level: number;
  readonly bins: number;
  readonly rows: number;

  /**
   * @param target [rows]: numbers, NaN = missing, or classes by their number, -1 = missing
   * @throws InputError for a target that does not vary, too few rows, and choices out of range
   */
  constructor(
    target: { readonly numbers: Float64Array } | { readonly codes: ArrayLike<number>; readonly classes: number },
    { bins, level = 0.05 }: ScreenOptions = {},
  ) {
    if (!(level > 0 && level < 1)) throw new InputError(`the level must lie between 0 and 1, got ${level}`);
    if (bins !== undefined && !(Number.isInteger(bins) && bins >= 2 && bins <= 64))
      throw new InputError(`the number of bins must be a whole number from 2 to 64, got ${bins}`);
    this.level = level;
    const known = "numbers" in target ? target.numbers.filter((v) => !Number.isNaN(v)) : codesOf(target.codes);
    this.rows = known.length;
    const others = "numbers" in target ? undefined : target.classes;
    this.bins = bins ?? binsFor(this.rows, others);
    if (new Set(known).size < 2) throw new InputError("the target takes one value only, so there is nothing to know");
    this.target =
      "numbers" in target ? equalFrequencyBins(target.numbers, this.bins) : classBins(target.codes, target.classes);
  }

  /** Adds a column of numbers; with many gaps it has fewer bins. @param values [rows]; NaN = missing */
  addNumbers(name: string, values: Float64Array): void {
    let known = 0;
    for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) known++;
    const column = equalFrequencyBins(values, Math.max(2, Math.min(this.bins, Math.floor(known / this.rowsPerBin))));
    const together = association(column, this.target);
    this.found.push({ name, ...together, monotone: this.monotone(column, together) });
  }

  /**
   * Adds a column of categories; those of too few rows for a test are one together.
   * @param codes [rows] number of the category, NaN = missing
   */
  addCategories(name: string, codes: Float64Array, categories: number): void {
    const rows = new Float64Array(categories);
    for (const code of codes) if (!Number.isNaN(code)) rows[code]++;
    const rare = (code: number) => rows[code] < this.rowsPerBin;
    const known = Array.from(codes, (code) => (Number.isNaN(code) ? -1 : rare(code) ? categories : code));
    this.found.push({ name, ...association(classBins(known, categories + 1), this.target), monotone: null });
  }

  /** Rows that a bin of a column needs beside the bins of the target. */
  private get rowsPerBin(): number {
    return rowsPerCell * this.target.bins;
  }

  /** What was found of all columns together. */
  result(): Screening {
    const q = benjaminiHochberg(this.found.map(({ pValue }) => pValue));
    const columns = this.found.map(({ monotone, ...column }, i) => {
      const exceeded = monotone?.exceeded === true && q[i] <= this.level;
      return { ...column, qValue: q[i], monotone: monotone === null ? null : { ...monotone, exceeded } };
    });
    return { rows: this.rows, bins: this.bins, level: this.level, columns };
  }

  private monotone({ scores }: BinnedColumn, { n, bits, standardError }: Association): Monotone | null {
    if (scores === null || this.target.scores === null) return null;
    const r = correlationOf(scores, this.target.scores);
    const own = -0.5 * Math.log2(1 - Math.min(r * r, 1 - 1e-12));
    const error = Math.abs(r) / (Math.LN2 * Math.sqrt(Math.max(1, n)));
    return { correlation: r, bits: own, exceeded: bits - own > 2 * Math.hypot(standardError, error) };
  }
}

/** Screens columns that are in memory. */
export function screenColumns(
  target: Float64Array,
  columns: Readonly<Record<string, Float64Array>>,
  options: ScreenOptions = {},
): Screening {
  const screen = new Screen({ numbers: target }, options);
  for (const [name, values] of Object.entries(columns)) {
    if (values.length !== target.length)
      throw new InputError(`column "${name}" has ${values.length} rows, the target has ${target.length}`);
    screen.addNumbers(name, values);
  }
  return screen.result();
}

/** @throws InputError for too few rows */
function binsFor(rows: number, classes: number | undefined): number {
  const most = Math.floor(classes === undefined ? Math.sqrt(rows / rowsPerCell) : rows / (rowsPerCell * classes));
  if (most >= 2) return Math.min(usualBins, most);
  const needed = classes === undefined ? 4 * rowsPerCell : 2 * rowsPerCell * classes;
  throw new InputError(`a screening needs at least ${needed} rows with a target, got ${rows}`);
}

function codesOf(codes: ArrayLike<number>): number[] {
  return Array.from(codes).filter((code) => code >= 0);
}

/** Correlation over the rows that have both; 0 where one side is constant. */
function correlationOf(a: Float64Array, b: Float64Array): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    const x = a[row];
    const y = b[row];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return spread > 0 ? (sab - (sa * sb) / n) / Math.sqrt(spread) : 0;
}
