import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { readArrayFile, type StoredArray } from "./array-file.js";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "arrays-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (array: StoredArray) =>
  Array.from({ length: array.shape[0] }, (_, row) => {
    const out = new Float64Array(array.values);
    array.row(row, out, 0);
    return [...out];
  });
const counted = (start: number, scale = 1) =>
  [0, 1, 2].map((row) => [0, 1, 2, 3].map((i) => (4 * row + i + start) * scale));

/** A .npy file with a head of one's own. */
function npy(head: string, body: Uint8Array, version = 1): Buffer {
  const text = Buffer.from(`${head}\n`);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0, text.length & 255, text.length >> 8]);
  return Buffer.concat([start, text, body]);
}
const head = (shape: string, descr = "'|u1'", fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
function reading(bytes: Uint8Array): Promise<StoredArray> {
  const file = join(folder, "made");
  writeFileSync(file, bytes);
  return readArrayFile(file, "made.npy");
}

describe("array files that numpy wrote", () => {
  it.each([
    ["c-f4.npy", "float32", [3, 2, 2], counted(-3, 0.5)],
    ["fortran-f8.npy", "float64", [3, 2, 2], counted(-3, 0.25)],
    [
      "f2.npy",
      "float16",
      [2, 4],
      [
        [1.5, -2, 1023 * 2 ** -24 + 2 ** -24, 2 ** -24],
        [65504, Number.NaN, 0, -0],
      ],
    ],
    ["i8.npy", "int64", [3], [[-(2 ** 53 - 1)], [0], [7]]],
    [
      "b1.npy",
      "bool",
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
    ],
    ["u2.npy", "uint16", [1, 2], [[1, 65535]]],
    ["version-2.npy", "int8", [3, 2, 2], counted(-3)],
    ["stored.npz#X", "int16", [3, 2, 2], counted(-3)],
    ["stored.npz#label", "uint32", [3], [[4], [5], [6]]],
    ["packed.npz", "int32", [3, 2, 2], counted(-3)],
    ["bytes.idx", "uint8", [3, 2, 2], counted(0)],
    ["bytes.idx.gz", "uint8", [3, 2, 2], counted(0)],
    [
      "floats.idx",
      "float32",
      [2, 2],
      [
        [0.5, -1],
        [2, 3],
      ],
    ],
  ])("%s", async (name, dtype, shape, rows) => {
    const [file, member] = name.split("#");
    const array = await readArrayFile(fixture(file), file, member);
    expect([array.dtype, array.shape]).toEqual([dtype, shape]);
    expect(rowsOf(array)).toEqual(rows);
    expect(() => array.row(shape[0], new Float64Array(99), 0)).toThrow(`no row ${shape[0]}`);
  });

  it.each([
    ["object.npy", /holds Python objects.*numpy\.save\(file, array\.astype\("float32"\), allow_pickle=False\)/],
    ["text.npy", /holds texts/],
    ["fields.npy", /structured array: save one of its fields, numpy\.save\(file, array\["field"\]\)/],
    ["complex.npy", /complex numbers: .*numpy\.abs/],
    ["stored.npz", /several arrays, name one: "stored\.npz#NAME"; there are X, label/],
    ["stored.npz#Y", /holds no array "Y"; there are X, label/],
    ["bytes.idx#X", /is no \.npz archive; leave out "#X"/],
  ])("refuses %s, and says how to mend it", async (name, message) => {
    const [file, member] = name.split("#");
    const refused = readArrayFile(fixture(file), file, member);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(InputError);
  });
});

describe("array files that are not what they should be", () => {
  const four = new Uint8Array(4);
  it.each([
    ["cut off", npy(head("(2, 3)"), four), /is cut off: shape \(2, 3\) of uint8 is 6 bytes, and 4 follow the head/],
    ["too long", npy(head("(3,)"), four), /goes on behind its numbers: shape \(3,\) of uint8 is 3 bytes, and 4/],
    ["of no row axis", npy(head("()"), new Uint8Array(1)), /holds a single number; .*array\.reshape\(rows, \.\.\.\)/],
    ["empty", npy(head("(0, 4)"), new Uint8Array(0)), /has shape \(0, 4\) and holds no number/],
    ["of huge rows", npy(head("(1, 2000000)"), four), /2000000 numbers in a row; at most 1000000 are read/],
    ["of a shape beyond all", npy(head("(99999999999999999999, 4)"), four), /which is none; the file is damaged/],
    ["of unknown numbers", npy(head("(4,)", "'<q9'"), four), /numbers of type "<q9", which is not read/],
    ["of extended floats", npy(head("(4,)", "'<f16'"), four), /extended floats: .*astype\("float64"\)/],
    ["of dates", npy(head("(4,)", "'<M8[ns]'"), four), /dates or times: .*astype\("int64"\)/],
    ["with a damaged head", npy("{'descr': '|u1'}", four), /head of the \.npy file is damaged or cut off/],
    ["of a later version", npy(head("(4,)"), four, 9), /\.npy file of version 9; versions 1 to 3 are read/],
    ["with half a head", npy(head("(4,)"), four).subarray(0, 30), /damaged or cut off/],
    ["an idx file without its axes", Buffer.from([0, 0, 8, 3, 0, 0]), /idx file is cut off in its head/],
    ["half packed", gzipSync(npy(head("(4,)"), four)).subarray(0, 40), /gzip data is damaged or cut off/],
    ["a broken archive", Buffer.from("PK\x03\x04 no archive"), /is not a whole zip archive; copy it again/],
    ["a pickle", Buffer.from([0x80, 4, 1, 2, 3]), /Python pickle, which can run code and is never read/],
    ["HDF5", Buffer.from("\x89HDF\r\n\x1a\n", "latin1"), /HDF5 file; read it with h5py/],
    ["a picture", Buffer.from("\x89PNG\r\n", "latin1"), /one picture; save all pictures as one array/],
    [
      "text",
      Buffer.from("x,y\n1,2\n"),
      /does not begin like an array file\. Arrays are read from \.npy, \.npz and idx/,
    ],
  ])("refuses a file that is %s", async (_what, bytes, message) => {
    await expect(reading(bytes)).rejects.toThrow(message);
  });

  it("a pack that is larger than its head promises is not unpacked to its end", async () => {
    const bytes = gzipSync(npy(head("(4,)"), new Uint8Array(50_000_000)));
    await expect(reading(bytes)).rejects.toThrow(/goes on behind its numbers: .* is 4 bytes, and \d{1,6} follow/);
  });

  it("whatever bytes change or are missing, it is read or refused", async () => {
    const originals = ["c-f4.npy", "stored.npz", "packed.npz", "bytes.idx.gz", "floats.idx", "fortran-f8.npy"].map(
      (name) => readFileSync(fixture(name)),
    );
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.array(change, { maxLength: 6 }),
        fc.nat(),
        async (original, changes, cut) => {
          const bytes = Buffer.from(original);
          for (const { at, to } of changes) bytes[at % bytes.length] = to;
          const given = cut % 3 === 0 ? bytes.subarray(0, 1 + (cut % bytes.length)) : bytes;
          const array = await reading(given).catch((error: unknown) => error);
          if (array instanceof Error) expect(array).toBeInstanceOf(InputError);
          else expect(rowsOf(array as StoredArray).length).toBe((array as StoredArray).shape[0]);
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });
});
