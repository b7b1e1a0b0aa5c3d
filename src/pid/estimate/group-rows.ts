/*
 * Rows of a group as deviations from the means of all rows. While there are no more of them than columns they are kept as
 * they are, then as sums of their products: never more than columns (columns + 1) numbers.
 */

/** Rows of one group, or of the part of it that a shard has. */
export class GroupRows {
  rows = 0;
  /** [columns] Σ (x - mean) */
  readonly sum: Float64Array;
  /** Deviations row by row, [rows, columns]; null once they are products. */
  private few: Float64Array[] | null = [];
  /** Σ (x_j - mean_j)(x_k - mean_k), flat [columns, columns]; null while rows are few. */
  private products: Float64Array | null = null;

  constructor(readonly columns: number) {
    this.sum = new Float64Array(columns);
  }

  /** Restores what `stored` gave. */
  static from(stored: StoredRows, columns: number): GroupRows {
    const group = new GroupRows(columns);
    if (stored.deviations !== null) for (const row of stored.deviations) group.add(Float64Array.from(row));
    else group.addProducts(stored.rows, Float64Array.from(stored.sum), Float64Array.from(stored.products ?? []));
    return group;
  }

  /** @param deviation [columns] of a row; kept */
  add(deviation: Float64Array): void {
    this.rows++;
    for (let j = 0; j < this.columns; j++) this.sum[j] += deviation[j];
    if (this.products !== null) addOuter(this.products, deviation);
    else this.few?.push(deviation);
    if (this.few !== null && this.few.length > this.columns) this.toProducts();
  }

  /** Adds the rows of another part of the group. */
  merge(other: GroupRows): void {
    if (other.few !== null) for (const row of other.few) this.add(row);
    else this.addProducts(other.rows, other.sum, other.productsOfRows());
  }

  /** The deviations as columns, [columns][rows]; null where they are known by their products alone. */
  deviations(): Float64Array[] | null {
    const { few } = this;
    if (few === null) return null;
    return Array.from({ length: this.columns }, (_, j) => Float64Array.from(few, (row) => row[j]));
  }

  /** Σ (x_j - mean_j)(x_k - mean_k), flat [columns, columns]. */
  productsOfRows(): Float64Array {
    if (this.products !== null) return this.products;
    const out = new Float64Array(this.columns ** 2);
    for (const row of this.few ?? []) addOuter(out, row);
    return out;
  }

  /** What a file holds. */
  stored(): StoredRows {
    return {
      rows: this.rows,
      sum: [...this.sum],
      deviations: this.few === null ? null : this.few.map((row) => [...row]),
      products: this.products === null ? null : [...this.products],
    };
  }

  private addProducts(rows: number, sum: Float64Array, products: Float64Array): void {
    const own = this.toProducts();
    this.rows += rows;
    for (let j = 0; j < this.columns; j++) this.sum[j] += sum[j];
    for (let i = 0; i < own.length; i++) own[i] += products[i];
  }

  private toProducts(): Float64Array {
    this.products = this.productsOfRows();
    this.few = null;
    return this.products;
  }
}

/** Rows of a group as a file holds them. */
export interface StoredRows {
  readonly rows: number;
  readonly sum: number[];
  readonly deviations: number[][] | null;
  readonly products: number[] | null;
}

function addOuter(out: Float64Array, row: Float64Array): void {
  const columns = row.length;
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < columns; k++) out[j * columns + k] += row[j] * row[k];
  }
}
