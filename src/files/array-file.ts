import { constants as bufferLimits } from "node:buffer";
import { createGunzip } from "node:zlib";
import { InputError } from "../errors.js";
import { type ArrayHead, checkLength, rowValues } from "./array-layout.js";
import { idxHead, isIdx } from "./idx.js";
import { isNpy, npyHead } from "./npy.js";
import { unzip, zipNames } from "./unzip.js";
import { openUserFile } from "./user-file.js";

/** An array file in memory, its numbers as they lie in the file. */
export interface StoredArray {
  /** What messages call it. */
  readonly label: string;
  /** Rows first. */
  readonly shape: readonly number[];
  /** As numpy calls it: `float16`. */
  readonly dtype: string;
  /** Whether a number may be NaN or infinite. */
  readonly checked: boolean;
  /** Numbers of one row. */
  readonly values: number;
  /** Writes row `row` into `out` from `at` on, the last axis fastest; infinite where a whole number is beyond 2^53. */
  readonly row: (row: number, out: Float64Array, at: number) => void;
}

/** Deflate never packs more than this many bytes into one. */
const mostPerByte = 1032;
/** Bytes that any head fits in. */
export const headBytes = 1 << 17;

/**
 * Reads an array file: .npy, an array of an .npz, or idx, told by their first bytes; the first and the last may be packed
 * by gzip. Nothing is allocated that the length of the file does not warrant.
 * @param member the array of an .npz that is meant; may be left out where there is only one
 * @throws InputError that names the file, what is wrong, and how to mend it
 */
export async function readArrayFile(file: string, label = file, member?: string): Promise<StoredArray> {
  const bytes = await wholeFile(file, label);
  if (bytes.subarray(0, 4).equals(Buffer.from("PK\x03\x04"))) return arrayOf(...npzMember(bytes, label, member));
  if (member !== undefined) throw new InputError(`${label}: is no .npz archive; leave out "#${member}"`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return arrayOf(await gunzipped(bytes, label), label);
  return arrayOf(bytes, label);
}

async function wholeFile(file: string, label: string): Promise<Buffer> {
  const handle = await openUserFile(file, label);
  try {
    const { size } = await handle.stat();
    if (size > bufferLimits.MAX_LENGTH) {
      const most = `${Math.floor(bufferLimits.MAX_LENGTH / 1e9)} GB`;
      throw new InputError(
        `${label}: is ${(size / 1e9).toFixed(1)} GB; arrays of up to ${most} are read, save fewer or smaller rows`,
      );
    }
    return await handle.readFile();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${label}: cannot be read: ${(error as Error).message}`);
  } finally {
    await handle.close();
  }
}

function npzMember(archive: Buffer, label: string, member: string | undefined): [bytes: Buffer, label: string] {
  const fault = (message: string) =>
    new InputError(`${message}; copy it again, or save it with numpy.savez(file, X=array)`);
  const names = zipNames(archive, label, fault).filter((name) => name.endsWith(".npy"));
  const arrays = names.map((name) => name.slice(0, -4));
  const listed = arrays.length === 0 ? "none" : arrays.slice(0, 12).join(", ");
  const chosen = member ?? (arrays.length === 1 ? arrays[0] : undefined);
  if (chosen === undefined)
    throw new InputError(`${label}: holds several arrays, name one: "${label}#NAME"; there are ${listed}`);
  if (!arrays.includes(chosen)) throw new InputError(`${label}: holds no array "${chosen}"; there are ${listed}`);
  const most = Math.min(bufferLimits.MAX_LENGTH, archive.length * mostPerByte);
  const bytes = unzip(archive, label, [`${chosen}.npy`], most, fault).get(`${chosen}.npy`) as Buffer;
  return [bytes, `${label}#${chosen}`];
}

/** The bytes that gzip packed; no more of them than the head inside promises. */
async function gunzipped(packed: Buffer, label: string): Promise<Buffer> {
  const stream = createGunzip();
  const chunks: Buffer[] = [];
  let length = 0;
  let most = packed.length * mostPerByte;
  stream.end(packed);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= headBytes && length - chunk.length < headBytes)
        most = Math.min(most, promised(Buffer.concat(chunks), label));
      if (length > Math.min(most, bufferLimits.MAX_LENGTH)) break;
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${label}: the gzip data is damaged or cut off (${(error as Error).message}); copy or compress the file again`,
    );
  }
  return Buffer.concat(chunks);
}

/** Bytes that the head of an array file promises, and one more, by which a file that goes on is told. */
function promised(bytes: Buffer, label: string): number {
  const { shape, type, start } = headOf(bytes, label);
  return shape.reduce((product, size) => product * size, type.size) + start + 1;
}

/** The head of an array file, told by its first bytes. @throws InputError for what is none */
export function headOf(bytes: Buffer, label: string): ArrayHead {
  if (isNpy(bytes)) return npyHead(bytes, label);
  if (isIdx(bytes)) return idxHead(bytes, label);
  throw new InputError(
    `${label}: ${bytes.length === 0 ? "is empty" : foreign(bytes)}. Arrays are read from .npy, .npz and idx files: ${saving}`,
  );
}

const saving = 'numpy.save("array.npy", array.astype("float32"), allow_pickle=False)';

/** What a file is that is no array file, by its first bytes. */
function foreign(bytes: Buffer): string {
  const text = bytes.subarray(0, 128).toString("latin1");
  if (text.startsWith("\x89HDF")) return "is an HDF5 file; read it with h5py and save the data set as .npy";
  if (text.startsWith("MATLAB 5.0"))
    return "is a MATLAB file; read it with scipy.io.loadmat and save the variable as .npy";
  if (text.startsWith("\x89PNG") || text.startsWith("\xff\xd8\xff"))
    return "is one picture; save all pictures as one array";
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5)
    return "is a Python pickle, which can run code and is never read; load it in Python and save the array";
  return "does not begin like an array file";
}

function arrayOf(bytes: Buffer, label: string): StoredArray {
  const head = headOf(bytes, label);
  checkLength(head, bytes.length, label);
  const { shape, type, little, start } = head;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const values = rowValues(shape);
  const { size, at: number } = type;
  const places = head.fortran && shape.length > 1 ? fortranPlaces(shape) : null;
  return {
    ...{ label, shape, dtype: type.name, checked: type.checked, values },
    row: (row, out, at) => {
      if (!(row >= 0 && row < shape[0])) throw new RangeError(`${label}: no row ${row}; there are ${shape[0]}`);
      const first = places === null ? row * values : row;
      for (let i = 0; i < values; i++) {
        out[at + i] = number(view, (first + (places === null ? i : places[i])) * size, little);
      }
    },
  };
}

/** Where the numbers of row 0 stand, last axis fastest, in an array whose first axis runs fastest. */
function fortranPlaces(shape: readonly number[]): Float64Array {
  const places = new Float64Array(rowValues(shape));
  for (let i = 0; i < places.length; i++) {
    let rest = i;
    let stride = places.length * shape[0];
    for (let axis = shape.length - 1; axis > 0; axis--) {
      stride /= shape[axis];
      places[i] += (rest % shape[axis]) * stride;
      rest = Math.floor(rest / shape[axis]);
    }
  }
  return places;
}
