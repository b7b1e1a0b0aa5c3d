import { InputError } from "../errors.js";
import { headBytes, headOf, readArrayFile } from "./array-file.js";
import { type ArrayHead, checkLength, rowValues } from "./array-layout.js";
import { type ElementType, elementTypes } from "./element-type.js";
import { PositionedRows } from "./positioned-rows.js";
import { openUserFile } from "./user-file.js";

/** Rows of an array file: in memory, or where they lie. */
export interface ArrayRows {
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
  readonly streamed: boolean;
  /** Bytes of all rows. */
  readonly bytes: number;
  /** Writes rows into `out`, one after the other, last axis fastest; a number below 0 stands for a row of NaN. */
  readonly read: (numbers: ArrayLike<number>, out: Float64Array) => Promise<void>;
  readonly ahead: (numbers: ArrayLike<number>) => void;
}

/**
 * Opens an array file: .npy or idx that are not packed are read row by row where they are larger than the memory; others are
 * unpacked into memory.
 * @param memory bytes
 * @throws InputError as `readArrayFile`
 */
export async function openArrayRows(
  file: string,
  label: string,
  member: string | undefined,
  memory: number,
): Promise<ArrayRows> {
  const head = member === undefined ? await plainHead(file, label) : null;
  if (head === null || head.length <= memory) return inMemory(file, label, member);
  const { shape, type, little, start } = head;
  const values = rowValues(shape);
  const rows = new PositionedRows({ file, start, rowBytes: values * type.size, rows: shape[0] }, memory);
  const write = numberWriter(type, little);
  return {
    ...{ label, shape, dtype: type.name, checked: type.checked, values, streamed: true, bytes: head.length },
    read: async (numbers, out) => {
      const places = Array.from(numbers).filter((row) => row >= 0);
      const bytes = await rows.read(places);
      let next = 0;
      for (let i = 0; i < numbers.length; i++) {
        if (numbers[i] < 0) out.fill(Number.NaN, i * values, (i + 1) * values);
        else write(bytes[next++], out, i * values);
      }
    },
    ahead: (numbers) => rows.ahead(Array.from(numbers).filter((row) => row >= 0)),
  };
}

async function inMemory(file: string, label: string, member: string | undefined): Promise<ArrayRows> {
  const array = await readArrayFile(file, label, member);
  const { values, shape, dtype } = array;
  const size = Object.values(elementTypes).find(({ name }) => name === dtype)?.size ?? 8;
  return {
    ...{ label: array.label, shape, dtype, checked: array.checked, values, streamed: false },
    bytes: shape[0] * values * size,
    read: async (numbers, out) => {
      for (let i = 0; i < numbers.length; i++) {
        if (numbers[i] < 0) out.fill(Number.NaN, i * values, (i + 1) * values);
        else array.row(numbers[i], out, i * values);
      }
    },
    ahead: () => undefined,
  };
}

/** The head of a file whose rows lie one after the other; null where they have to be unpacked or gathered. */
async function plainHead(file: string, label: string): Promise<(ArrayHead & { readonly length: number }) | null> {
  const handle = await openUserFile(file, label);
  try {
    const { size } = await handle.stat();
    const front = Buffer.alloc(Math.min(size, headBytes));
    await handle.read(front, 0, front.length, 0);
    const packed = front[0] === 0x1f || front.subarray(0, 2).toString("latin1") === "PK";
    if (packed || size === 0) return null;
    const head = headOf(front, label);
    if (head.fortran && head.shape.length > 1) return null;
    checkLength(head, size, label);
    return { ...head, length: size };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${label}: cannot be read: ${(error as Error).message}`);
  } finally {
    await handle.close();
  }
}

/** Writes the numbers of bytes, as doubles. */
export type NumberWriter = (bytes: Uint8Array, out: Float64Array, at: number) => void;

const machineIsLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** How bytes of a type become numbers; quick for those that a typed array reads. */
export function numberWriter(type: Pick<ElementType, "name" | "size" | "at">, little: boolean): NumberWriter {
  if (type.name === "uint8") return (bytes, out, at) => out.set(bytes, at);
  const native = little === machineIsLittle && Object.hasOwn(quick, type.name) ? quick[type.name] : undefined;
  return (bytes, out, at) => {
    if (native !== undefined && bytes.byteOffset % type.size === 0) return out.set(native(bytes), at);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = bytes.byteLength / type.size;
    for (let i = 0; i < count; i++) out[at + i] = type.at(view, i * type.size, little);
  };
}

const quick: Readonly<Record<string, (bytes: Uint8Array) => Float32Array | Float64Array>> = {
  float32: ({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4),
  float64: ({ buffer, byteOffset, byteLength }) => new Float64Array(buffer, byteOffset, byteLength / 8),
};
