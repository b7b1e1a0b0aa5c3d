/**
 * Helmert contrasts: orthonormal rows that are orthogonal to the row of ones, [classes - 1, classes] row-major. They carry what
 * logits of classes say, whose sum says nothing: log odds and distances between classes are those of one-hot columns, and no
 * class is a reference.
 */
export function contrasts(classes: number): Float64Array {
  const out = new Float64Array((classes - 1) * classes);
  for (let i = 0; i < classes - 1; i++) {
    const scale = 1 / Math.sqrt((i + 1) * (i + 2));
    for (let y = 0; y <= i; y++) out[i * classes + y] = scale;
    out[i * classes + i + 1] = -(i + 1) * scale;
  }
  return out;
}

/**
 * Orthonormal rows orthogonal to sqrt(share), [classes - 1, classes] row-major: of one-hot columns less their shares, over the
 * square root of these, they make columns of unit variance without correlation (the coordinates of correspondence analysis).
 * By the Householder reflection that maps the last axis to sqrt(share).
 */
export function whitening(shares: ArrayLike<number>): Float64Array {
  const classes = shares.length;
  const normal = Float64Array.from(shares, (p, y) => Math.sqrt(p) - Number(y === classes - 1));
  const square = normal.reduce((sum, v) => sum + v * v, 0);
  const out = new Float64Array((classes - 1) * classes);
  for (let i = 0; i < classes - 1; i++) {
    for (let y = 0; y < classes; y++) {
      out[i * classes + y] = Number(i === y) - (square === 0 ? 0 : (2 * normal[i] * normal[y]) / square);
    }
  }
  return out;
}

/** Rows times a matrix: [rows, inner] x [inner, width], all row-major. */
export function rowsTimes(values: ArrayLike<number>, matrix: Float64Array, inner: number): Float64Array {
  const width = matrix.length / inner;
  const rows = values.length / inner;
  const out = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      const value = values[r * inner + k];
      for (let j = 0; j < width; j++) out[r * width + j] += value * matrix[k * width + j];
    }
  }
  return out;
}

/** Row-major [rows, width] -> [width, rows]. */
export function transposed(matrix: Float64Array, width: number): Float64Array {
  const rows = matrix.length / width;
  return Float64Array.from({ length: matrix.length }, (_, i) => matrix[(i % rows) * width + Math.floor(i / rows)]);
}
