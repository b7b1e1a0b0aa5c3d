/** Number of elements of a tensor of this shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** The largest divisor of a number that is at most `most`; 1 where there is no other. */
export function largestDivisor(number: number, most: number): number {
  for (let divisor = Math.min(number, most); divisor > 1; divisor--) if (number % divisor === 0) return divisor;
  return 1;
}

/** Whether two shapes are equal dimension by dimension. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/**
 * Shape of an elementwise operation on operands of shapes `a` and `b` (NumPy broadcasting).
 * @throws if a pair of dimensions differs and neither is 1
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}
