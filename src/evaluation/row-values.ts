/** Some rows of a row-major table. @param rows rows that the table has */
export function pickRows(values: ArrayLike<number>, rows: number, chosen: ArrayLike<number>): Float64Array {
  const width = values.length / rows;
  const out = new Float64Array(chosen.length * width);
  for (let i = 0; i < chosen.length; i++) {
    for (let j = 0; j < width; j++) out[i * width + j] = values[chosen[i] * width + j];
  }
  return out;
}

/** The columns of one target, each target having as many of a row-major table; row-major. @param rows rows of the table */
export function columnsOfTarget(values: ArrayLike<number>, rows: number, targets: number, t: number): Float64Array {
  const width = values.length / rows / targets;
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) out[i * width + j] = values[(i * targets + t) * width + j];
  }
  return out;
}
