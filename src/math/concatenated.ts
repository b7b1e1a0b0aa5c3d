/** Arrays of numbers in one, one after another. */
export function concatenated(parts: readonly Float64Array[]): Float64Array;
export function concatenated(parts: readonly Float32Array[]): Float32Array;
export function concatenated(parts: readonly Float64Array[] | readonly Float32Array[]): Float64Array | Float32Array {
  const length = parts.reduce((sum: number, part: Float64Array | Float32Array) => sum + part.length, 0);
  const out = parts[0] instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
