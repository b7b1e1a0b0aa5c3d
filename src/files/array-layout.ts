import { InputError } from "../errors.js";
import type { ElementType } from "./element-type.js";

/** What the head of an array file says of the bytes that follow it. */
export interface ArrayHead {
  /** Rows first. */
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly little: boolean;
  /** Whether the first axis runs fastest, as in Fortran. */
  readonly fortran: boolean;
  /** Bytes before the numbers. */
  readonly start: number;
}

/** Most numbers of one row: that many inputs an encoder may have. */
export const mostValues = 1_000_000;

/**
 * Checks a shape, and that the numbers fill the file from the head to its end.
 * @param bytes length of the file
 * @throws InputError naming shape and length
 */
export function checkLength({ shape, type, start }: ArrayHead, bytes: number, label: string): void {
  const text = `shape (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  if (shape.length === 0) {
    throw new InputError(`${label}: holds a single number; its first axis has to count rows, array.reshape(rows, ...)`);
  }
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw new InputError(`${label}: has ${text}, which is none; the file is damaged, save it again`);
  }
  if (shape.includes(0)) throw new InputError(`${label}: has ${text} and holds no number`);
  const values = rowValues(shape);
  if (values > mostValues) {
    throw new InputError(
      `${label}: has ${text}, ${values} numbers in a row; at most ${mostValues} are read: save a smaller array ` +
        "(fewer pixels, means over blocks)",
    );
  }
  const expected = shape.reduce((product, size) => product * size, type.size);
  if (expected === bytes - start) return;
  const fault = expected > bytes - start ? "is cut off" : "goes on behind its numbers";
  throw new InputError(
    `${label}: ${fault}: ${text} of ${type.name} is ${expected} bytes, and ${bytes - start} follow the head; copy or ` +
      "save the file again",
  );
}

/** Numbers of one row. */
export function rowValues(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}
