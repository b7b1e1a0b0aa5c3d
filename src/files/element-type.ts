import { InputError } from "../errors.js";
import { fromHalf } from "./half.js";

/** How the numbers of an array file lie in its bytes. */
export interface ElementType {
  /** As numpy calls it: `float16`. */
  readonly name: string;
  /** Bytes of one number. */
  readonly size: number;
  /** Whether it can be infinite or NaN, or too large for a double: such arrays are looked through when they are opened. */
  readonly checked: boolean;
  /** The number at an offset. @param little whether its low byte comes first */
  readonly at: (view: DataView, offset: number, little: boolean) => number;
}

const plain = (name: string, size: number, at: ElementType["at"]): ElementType => ({ name, size, checked: false, at });
const float = (name: string, size: number, at: ElementType["at"]): ElementType => ({ name, size, checked: true, at });
/** Whole numbers of 64 bits; beyond 2^53 they are no double: Infinity, which is refused. */
const long = (name: string, at: (view: DataView, offset: number, little: boolean) => bigint): ElementType =>
  float(name, 8, (view, offset, little) => {
    const value = Number(at(view, offset, little));
    return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY * Math.sign(value);
  });

/** The types that are read, by the code that a .npy file has for them. */
export const elementTypes = {
  b1: plain("bool", 1, (view, offset) => Number(view.getUint8(offset) !== 0)),
  u1: plain("uint8", 1, (view, offset) => view.getUint8(offset)),
  i1: plain("int8", 1, (view, offset) => view.getInt8(offset)),
  u2: plain("uint16", 2, (view, offset, little) => view.getUint16(offset, little)),
  i2: plain("int16", 2, (view, offset, little) => view.getInt16(offset, little)),
  u4: plain("uint32", 4, (view, offset, little) => view.getUint32(offset, little)),
  i4: plain("int32", 4, (view, offset, little) => view.getInt32(offset, little)),
  u8: long("uint64", (view, offset, little) => view.getBigUint64(offset, little)),
  i8: long("int64", (view, offset, little) => view.getBigInt64(offset, little)),
  f2: float("float16", 2, (view, offset, little) => fromHalf(view.getUint16(offset, little))),
  f4: float("float32", 4, (view, offset, little) => view.getFloat32(offset, little)),
  f8: float("float64", 8, (view, offset, little) => view.getFloat64(offset, little)),
} as const satisfies Readonly<Record<string, ElementType>>;

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /O/,
    'holds Python objects, which only Python can read: save numbers, numpy.save(file, array.astype("float32"), allow_pickle=False)',
  ],
  [/[USa]\d*$/, "holds texts: an array of numbers is needed; texts belong into the table"],
  [/[Mm]8/, 'holds dates or times: save numbers, numpy.save(file, array.astype("int64"))'],
  [/c(8|16|32)$/, "holds complex numbers: save what of them counts, numpy.save(file, numpy.abs(array))"],
  [/f(12|16)$/, 'holds extended floats: save numpy.save(file, array.astype("float64"))'],
  [/V/, 'is a structured array: save one of its fields, numpy.save(file, array["field"])'],
];

/**
 * The type that a .npy file names, with its byte order.
 * @param descr `<f4`
 * @throws InputError that says how to save what is read
 */
export function elementType(descr: string, label: string): { readonly type: ElementType; readonly little: boolean } {
  const [, order, code] = /^([<>|=]?)([a-zA-Z]\d{1,4})$/.exec(descr) ?? [];
  if (code !== undefined && Object.hasOwn(elementTypes, code)) {
    return { type: elementTypes[code as keyof typeof elementTypes], little: order !== ">" };
  }
  const remedy = remedies.find(([pattern]) => pattern.test(descr))?.[1];
  const known = Object.values(elementTypes).map(({ name }) => name);
  throw new InputError(
    `${label}: ${remedy ?? `has numbers of type ${JSON.stringify(descr.slice(0, 40))}, which is not read; save it with array.astype("float32")`}. ` +
      `Types that are read: ${known.join(", ")}`,
  );
}
