/** Bytes of a number of single precision. */
const size = 4;

/** Bytes of numbers of single precision, first bytes of all numbers, then second ones and so on: those alike lie together, and pack better. */
export function toPlanes(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let at = 0;
  for (let plane = 0; plane < size; plane++) for (let i = plane; i < bytes.length; i += size) out[at++] = bytes[i];
  return out;
}

/** The bytes that `toPlanes` made planes of. */
export function ofPlanes(planes: Uint8Array): Uint8Array {
  const out = new Uint8Array(planes.length);
  let at = 0;
  for (let plane = 0; plane < size; plane++) for (let i = plane; i < planes.length; i += size) out[i] = planes[at++];
  return out;
}
