import { InputError } from "../../../errors.js";
import { mostValues } from "../../../files/array-layout.js";
import { isNpy, npyHead } from "../../../files/npy.js";

/** The array of a .npy file, of which all axes belong to one row. */
export interface WholeArray {
  readonly shape: readonly number[];
  /** Last axis fastest. */
  readonly values: Float32Array;
}

/** Whether the name of a file says that it is a .npy. */
export function isNpyName(path: string): boolean {
  return /\.npy$/i.test(path);
}

/** @throws InputError naming the row and the file: damaged, of numbers that are not read, too large */
export function readWholeNpy(bytes: Buffer, label: string): WholeArray {
  if (!isNpy(bytes))
    throw new InputError(`${label}: does not begin like a .npy file; save it with numpy.save(file, array)`);
  const { shape, type, little, fortran, start } = npyHead(bytes, label);
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.length === 0 || !(count >= 1) || !shape.every(Number.isSafeInteger))
    throw new InputError(`${label}: has shape (${shape.join(", ")}) and holds no row`);
  if (count > 64 * mostValues)
    throw new InputError(`${label}: has shape (${shape.join(", ")}), too many numbers for one row`);
  if (bytes.length - start !== count * type.size) {
    throw new InputError(
      `${label}: shape (${shape.join(", ")}) of ${type.name} is ${count * type.size} bytes, and ${bytes.length - start} follow the head; ` +
        "copy or save the file again",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = type.at(view, (fortran ? fortranPlace(i, shape) : i) * type.size, little);
  return { shape, values };
}

/** Where the number of place `i`, last axis fastest, stands in an array whose first axis runs fastest. */
function fortranPlace(i: number, shape: readonly number[]): number {
  let rest = i;
  let stride = shape.reduce((product, size) => product * size, 1);
  let place = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride /= shape[axis];
    place += (rest % shape[axis]) * stride;
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}
