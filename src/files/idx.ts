import { InputError } from "../errors.js";
import type { ArrayHead } from "./array-layout.js";
import { type ElementType, elementTypes } from "./element-type.js";

const types: Readonly<Record<number, ElementType>> = {
  8: elementTypes.u1,
  9: elementTypes.i1,
  11: elementTypes.i2,
  12: elementTypes.i4,
  13: elementTypes.f4,
  14: elementTypes.f8,
};

/** Whether bytes begin as an idx file does: two zeros, the code of a type, the number of axes. */
export function isIdx(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] in types && bytes[3] <= 32;
}

/**
 * Reads the head of an idx file, the format of MNIST: big-endian throughout. Source: LeCun, Cortes & Burges, "The MNIST
 * database".
 * @throws InputError when it is cut off
 */
export function idxHead(bytes: Buffer, label: string): ArrayHead {
  const start = 4 + 4 * bytes[3];
  if (bytes.length < start) throw new InputError(`${label}: the idx file is cut off in its head; copy it again`);
  const shape = Array.from({ length: bytes[3] }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { shape, type: types[bytes[2]], little: false, fortran: false, start };
}
