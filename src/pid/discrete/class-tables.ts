import { InputError } from "../../errors.js";

/** Joint tables of a class and the cell of each source, with the same class shares in all of them. */
export interface ClassTables {
  /** [classes] p(y), above 0, sum 1 */
  readonly shares: Float64Array;
  /** per source, [classes * cells] p(y, c), row-major by class; the rows of each sum to `shares` */
  readonly tables: readonly Float64Array[];
}

/**
 * Checks joint tables.
 * @param tolerance largest difference of class shares between tables
 * @throws InputError naming the source and the class
 */
export function classTables(tables: readonly ArrayLike<number>[], classes: number, tolerance = 1e-9): ClassTables {
  if (!(Number.isInteger(classes) && classes >= 2)) throw new InputError(`expected at least 2 classes, got ${classes}`);
  if (tables.length === 0) throw new InputError("expected at least one source, got none");
  const copies = tables.map((table, k) => checked(table, classes, k));
  const shares = sharesOf(copies[0], classes);
  copies.forEach((table, k) => {
    sharesOf(table, classes).forEach((share, y) => {
      if (Math.abs(share - shares[y]) <= tolerance) return;
      throw new InputError(`source ${k}: class ${y} has the share ${share}, but ${shares[y]} in source 0`);
    });
  });
  const absent = shares.indexOf(0);
  if (absent >= 0) throw new InputError(`class ${absent} has no probability; leave it out`);
  const sum = shares.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > 1e-6) throw new InputError(`probabilities of source 0 sum to ${sum}, expected 1`);
  return { shares: shares.map((s) => s / sum), tables: copies.map((table) => table.map((p) => p / sum)) };
}

function checked(table: ArrayLike<number>, classes: number, source: number): Float64Array {
  if (table.length === 0 || table.length % classes !== 0) {
    throw new InputError(`source ${source}: ${table.length} entries are no table of ${classes} classes`);
  }
  const copy = Float64Array.from(table);
  const bad = copy.findIndex((p) => !(p >= 0 && Number.isFinite(p)));
  if (bad >= 0) throw new InputError(`source ${source}: entry ${bad} is ${copy[bad]}; expected a probability`);
  return copy;
}

function sharesOf(table: Float64Array, classes: number): Float64Array {
  const cells = table.length / classes;
  return Float64Array.from({ length: classes }, (_, y) =>
    table.subarray(y * cells, (y + 1) * cells).reduce((a, b) => a + b, 0),
  );
}

/** Sum over the classes: p(c) of a table, [cells]. */
export function cellShares(table: Float64Array, classes: number): Float64Array {
  const cells = table.length / classes;
  const out = new Float64Array(cells);
  for (let y = 0; y < classes; y++) for (let c = 0; c < cells; c++) out[c] += table[y * cells + c];
  return out;
}

/** I(Y; C) = sum p(y, c) log2( p(y, c) / (p(y) p(c)) ) of a table, bits. */
export function tableInformation(table: Float64Array, shares: Float64Array): number {
  const cells = table.length / shares.length;
  const margin = cellShares(table, shares.length);
  let bits = 0;
  for (let y = 0; y < shares.length; y++) {
    for (let c = 0; c < cells; c++) {
      const p = table[y * cells + c];
      if (p > 0) bits += p * Math.log2(p / (shares[y] * margin[c]));
    }
  }
  return Math.max(0, bits);
}

/** -sum p log2 p, bits. */
export function entropyBits(shares: ArrayLike<number>): number {
  let bits = 0;
  for (let y = 0; y < shares.length; y++) if (shares[y] > 0) bits -= shares[y] * Math.log2(shares[y]);
  return bits;
}
