import { InputError } from "../errors.js";
import type { ArrayHead } from "./array-layout.js";
import { elementType } from "./element-type.js";

const magic = Buffer.from("\x93NUMPY", "latin1");
/** Bytes of the longest head; that of numpy is 128 unless it lists many fields. */
const longestHead = 1 << 16;

/** Whether bytes begin as a .npy file does. */
export function isNpy(bytes: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

/**
 * Reads the head of a .npy file: a Python literal of known keys, which is matched and never evaluated. Source: numpy.lib.format.
 * @param bytes the file, or its first 64 KiB
 * @throws InputError for another version, a damaged head, or numbers that are not read
 */
export function npyHead(bytes: Buffer, label: string): ArrayHead {
  const version = bytes.length < 10 ? 0 : bytes[6];
  if (bytes.length < 12) throw damaged(label);
  if (version < 1 || version > 3) {
    throw new InputError(`${label}: is a .npy file of version ${version}; versions 1 to 3 are read, save it again`);
  }
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  if (length > longestHead || start + length > bytes.length) throw damaged(label);
  const text = bytes.toString("utf8", start, start + length);
  const descr = /'descr'\s*:\s*('([^']*)'|\[)/.exec(text);
  const fortran = /'fortran_order'\s*:\s*(True|False)\b/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (!/^\s*\{.*\}\s*$/s.test(text) || descr === null || fortran === null || shape === null) throw damaged(label);
  const { type, little } = elementType(descr[2] ?? "V", label);
  const sizes = shape[1].split(",").map((size) => size.trim().replace(/L$/, ""));
  return {
    shape: sizes.filter((size) => size !== "").map(Number),
    ...{ type, little, fortran: fortran[1] === "True" },
    start: start + length,
  };
}

/** The head of a .npy file of bytes, what numpy.save writes before them. @param shape row-major */
export function npyHeadOfBytes(shape: readonly number[]): Buffer {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  // Magic, version and length are 10 bytes; the numbers begin at a multiple of 64.
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(4);
  length.writeUInt16LE(1, 0);
  length.writeUInt16LE(padded.length, 2);
  return Buffer.concat([magic, length, Buffer.from(padded, "latin1")]);
}

function damaged(label: string): InputError {
  return new InputError(
    `${label}: the head of the .npy file is damaged or cut off; copy it again, or save it with ` +
      "numpy.save(file, array, allow_pickle=False)",
  );
}
