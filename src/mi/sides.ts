/** Sides of the same rows by name: columns about standard normal, each [rows]. */
export type Sides = Readonly<Record<string, readonly Float64Array[]>>;

/** Fills the inputs that are named as the sides, [batch, columns] row-major, with rows. */
export function feedSides(
  sides: Sides,
  inputs: Readonly<Record<string, Float32Array>>,
  batch: ArrayLike<number>,
): void {
  for (const [name, columns] of Object.entries(sides)) {
    const width = columns.length;
    for (let i = 0; i < batch.length; i++) {
      for (let j = 0; j < width; j++) inputs[name][i * width + j] = columns[j][batch[i]];
    }
  }
}
