import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeNpy } from "../../../test/support/npy.js";
import { modalitySchema } from "../../config/modalities/kinds.js";
import { noMarks } from "../../data/missing/missing-marks.js";
import type { OpenRequest, RowStore, StreamingPlace } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { openRows } from "../open-rows.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-rows-"));
  mkdirSync(join(folder, "scans"));
  for (let i = 0; i < 6; i++) writeNpy(join(folder, `scans/v${i}.npy`), [2, 2, 2], Array(8).fill(i));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const streaming = (extra: Partial<StreamingPlace> = {}): StreamingPlace => ({
  ...{ memory: 1e6, workers: 2, prefetch: 1, cache: join(folder, "cache"), disk: 1e9 },
  ...extra,
});
const open = (
  paths: readonly (string | null)[],
  {
    place = streaming(),
    progress,
    ...config
  }: { place?: StreamingPlace; progress?: OpenRequest["progress"]; [key: string]: unknown } = {},
) =>
  openRows({
    ...{
      name: "scan",
      baseFolder: folder,
      marks: noMarks,
      targets: ["y"],
      external: false,
      streaming: place,
      progress,
    },
    config: modalitySchema.parse({ kind: "volume", path: "scan", ...config }),
    table: { label: "t.csv", rows: paths.length, folder },
    columns: new Map([["path", { type: "text", names: ["scan"], values: [paths] }]]),
  });
const firstOf = async (store: RowStore) => {
  const all = new Float64Array(store.rows * 8);
  await store.read([...Array(store.rows).keys()], all);
  return Array.from({ length: store.rows }, (_, row) => all[8 * row]);
};
const stores = () => readdirSync(join(folder, "cache")).filter((name) => name.endsWith(".rows"));

describe("rows of files", () => {
  it("are read by number, and lack the modality where the cell is empty or the file is not there", async () => {
    const store = await open(["scans/v3.npy", null, "scans/v1.npy", "scans/none.npy", " ", "scans/v3.npy"]);
    expect(await firstOf(store)).toEqual([3, Number.NaN, 1, Number.NaN, Number.NaN, 3]);
    expect([...store.gaps]).toEqual([0, 8, 0, 8, 8, 0]);
    expect([store.shape, store.origin?.rows, store.lacks?.(0)]).toEqual([[2, 2, 2, 1], 2, undefined]);
    expect(store.lacks?.(1)).toBe('column "scan" is empty');
    expect(store.lacks?.(3)).toBe('column "scan": scans/none.npy: there is no such file');
    await expect(open(["none.npy", null])).rejects.toThrow(/none of the 2 rows .*scan\.root/);
  });

  it("are decoded once: the second time nothing is, and a damaged store is made anew", async () => {
    const paths = ["scans/v0.npy", "scans/v1.npy", "scans/v2.npy"];
    const told: number[] = [];
    const progress = (_name: string, done: number) => void told.push(done);
    expect(await firstOf(await open(paths, { progress }))).toEqual([0, 1, 2]);
    expect(told).toEqual([0, 1, 2, 3]);
    expect(await firstOf(await open(paths, { progress }))).toEqual([0, 1, 2]);
    expect(told).toHaveLength(4);
    const [name] = stores();
    const path = join(folder, "cache", name);
    for (const at of [3, 12, 200, 4096 + 5, readFileSync(path).length - 2]) {
      const bytes = readFileSync(path);
      bytes[at] ^= 1;
      writeFileSync(path, bytes);
      told.length = 0;
      expect(await firstOf(await open(paths, { progress })), `byte ${at}`).toEqual([0, 1, 2]);
      expect(told, `byte ${at}`).toHaveLength(4);
    }
    writeFileSync(path, readFileSync(path).subarray(0, 4200));
    expect(await firstOf(await open(paths))).toEqual([0, 1, 2]);
    writeNpy(join(folder, "scans/v1.npy"), [2, 2, 2], Array(8).fill(7));
    expect(await firstOf(await open(paths))).toEqual([0, 7, 2]);
    expect(stores()).toHaveLength(2);
  });

  it("can be decoded by several at once, leave no parts, and make room for each other", async () => {
    const paths = ["scans/v0.npy", "scans/v1.npy"];
    const all = await Promise.all([open(paths), open(paths), open(paths)]);
    for (const store of all) expect(await firstOf(store)).toEqual([0, 1]);
    expect(readdirSync(join(folder, "cache"))).toEqual(stores());
    const [old] = stores();
    utimesSync(join(folder, "cache", old), 1, 1);
    const size = readFileSync(join(folder, "cache", old)).length;
    await open(["scans/v4.npy", "scans/v5.npy"], { place: streaming({ disk: 1.5 * size }) });
    expect(stores()).not.toContain(old);
    // What was removed is still read by whoever has it open.
    expect(await firstOf(all[0])).toEqual([0, 1]);
    await expect(open(["scans/v2.npy"], { place: streaming({ disk: 100 }) })).rejects.toThrow(
      /data\.streaming\.disk allows/,
    );
  });

  it("too many for memory are read where they lie, ahead or not, in any order", async () => {
    const paths = [5, 4, 3, 2, 1, 0].map((i) => `scans/v${i}.npy`);
    const store = await open(paths, { place: streaming({ memory: 100 }) });
    expect([store.streamed, store.held]).toEqual([1, 0]);
    store.ahead?.([1, 3]);
    store.ahead?.([0, 2, 4]);
    const out = new Float64Array(5 * 8);
    await store.read([3, 1, 3, 5, 0], out);
    expect([0, 1, 2, 3, 4].map((i) => out[8 * i])).toEqual([2, 4, 2, 0, 5]);
    expect((await open(paths)).streamed).toBeUndefined();
  });

  it("of different shapes are refused, naming both; whole numbers are kept in bytes", async () => {
    writeNpy(join(folder, "scans/other.npy"), [2, 3, 2], Array(12).fill(1));
    const error = await open(["scans/v0.npy", "scans/other.npy"]).then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(
      /t\.csv: row 2 \(header not counted\): column "scan": scans\/other\.npy: has shape \(2, 3, 2, 1\), and .*row 1 .*v0\.npy has \(2, 2, 2, 1\)/,
    );
    expect(readdirSync(join(folder, "cache"))).toEqual([]);
    const resized = await open(["scans/v0.npy", "scans/other.npy"], { shape: [2, 2, 2] });
    expect(resized.shape).toEqual([2, 2, 2, 1]);
    expect((await open(["scans/v4.npy"], { store: "uint8" })).origin?.dtype).toBe("uint8");
  });
});

describe("paths", () => {
  const secret = () => writeNpy(join(folder, "secret.npy"), [2, 2, 2], Array(8).fill(9));

  it.each([
    ["../secret.npy", /row 1 .* column "scan": \.\.\/secret\.npy: leaves the folder .*scans/],
    ["/etc/hostname", /leaves the folder/],
    ["v0.npy\0", /holds a character that no path has/],
    ["link.npy", /is a link that leaves the folder/],
    ["linked/secret.npy", /is a link that leaves the folder/],
    ["v0.npy/..", /leaves the folder/],
  ])("%j reads nothing outside the root", async (path, message) => {
    secret();
    symlinkSync("../secret.npy", join(folder, "scans/link.npy"));
    symlinkSync("..", join(folder, "scans/linked"));
    await expect(open([path], { root: "scans" })).rejects.toThrow(message);
  });

  it("links within the root, and names that begin with dots, are read", async () => {
    symlinkSync("v4.npy", join(folder, "scans/alias.npy"));
    writeNpy(join(folder, "scans/..v.npy"), [2, 2, 2], Array(8).fill(6));
    expect(await firstOf(await open(["alias.npy", "..v.npy"], { root: "scans" }))).toEqual([4, 6]);
  });

  it("that are folders are refused by row and path", async () => {
    mkdirSync(join(folder, "scans/v9.npy"));
    await expect(open(["scans/v0.npy", "scans/v9.npy"])).rejects.toThrow(
      /t\.csv: row 2 .*: column "scan": scans\/v9\.npy: is a folder; expected the path of a file/,
    );
  });

  it("of a pattern are filled in with columns; a star fits one file alone", async () => {
    const request = (values: readonly (string | null)[], pattern: string) =>
      openRows({
        ...{
          name: "scan",
          baseFolder: folder,
          marks: noMarks,
          targets: ["y"],
          external: false,
          streaming: streaming(),
        },
        config: modalitySchema.parse({ kind: "volume", pattern }),
        table: { label: "t.csv", rows: values.length, folder },
        columns: new Map([["pattern", { type: "text", names: ["id"], values: [values] }]]),
      });
    mkdirSync(join(folder, "sub-a+"));
    writeNpy(join(folder, "sub-a+/x_T1.npy"), [2, 2, 2], Array(8).fill(5));
    mkdirSync(join(folder, "sub-a+/z_T1.npy"));
    const store = await request(["a+", "b", null], "sub-{id}/*_T1.npy");
    expect(await firstOf(store)).toEqual([5, Number.NaN, Number.NaN]);
    expect(store.lacks?.(1)).toBe("sub-b/*_T1.npy: there is no such file");
    writeNpy(join(folder, "sub-a+/y_T1.npy"), [2, 2, 2], Array(8).fill(5));
    await expect(request(["a+"], "sub-{id}/*_T1.npy")).rejects.toThrow(/row 1 .*: 2 files fit sub-a\+\/\*_T1\.npy \(/);
    await expect(request(["../x"], "scans/{id}.npy")).rejects.toThrow(
      /column "id" is "\.\.\/x", and cannot be part of a file name/,
    );
  });
});
