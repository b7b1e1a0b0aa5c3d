import type { GroupLabel } from "../pid/estimate/row-groups.js";

/**
 * Rows in an order that does not depend on the one they are given in: along the columns, first to last. What is drawn at random
 * for rows in this order is the same for a table whose rows were shuffled. Rows that agree in all columns may change places.
 * @returns position -> row
 */
export function canonicalOrder(columns: readonly ArrayLike<number>[]): Int32Array {
  const rows = columns[0].length;
  const before = (a: number, b: number) => {
    for (const column of columns) {
      if (column[a] !== column[b]) return column[a] - column[b];
    }
    return a - b;
  };
  return Int32Array.from({ length: rows }, (_, r) => r).sort(before);
}

/** A column in that order. */
export function inOrder(column: ArrayLike<number>, order: Int32Array): Float64Array {
  return Float64Array.from(order, (r) => column[r]);
}

/** Labels in that order. */
export function labelsInOrder(labels: ArrayLike<GroupLabel>, order: Int32Array): GroupLabel[] {
  return Array.from(order, (r) => labels[r]);
}

/** Values of rows in that order, put back where the rows were. */
export function backInPlace(values: Float64Array, order: Int32Array): Float64Array {
  const out = new Float64Array(values.length);
  order.forEach((r, i) => {
    out[r] = values[i];
  });
  return out;
}
