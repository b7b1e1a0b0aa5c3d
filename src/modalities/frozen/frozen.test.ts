import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeNpy } from "../../../test/support/npy.js";
import { type SmallNetwork, smallNetwork } from "../../../test/support/small-network.js";
import { parseConfig } from "../../config/load.js";
import { besideOf, modalitySchema } from "../../config/modalities/kinds.js";
import { noMarks } from "../../data/missing/missing-marks.js";
import { type OpenRequest, selectRows } from "../../data/rows.js";
import { openRows } from "../open-rows.js";
import { layoutOf } from "./layout.js";

const folder = mkdtempSync(join(tmpdir(), "frozen-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Row r, pixel p, channel c is 100 r + 10 c + p; row 3 equals row 0, row 4 lacks all, row 5 has a gap. */
const pictures = Float64Array.from({ length: 6 * 4 * 3 }, (_, i) => {
  const [r, p, c] = [Math.floor(i / 12), Math.floor((i % 12) / 3), i % 3];
  if (r === 4 || (r === 5 && p === 0 && c === 1)) return Number.NaN;
  return 100 * (r === 3 ? 0 : r) + 10 * c + p;
});
writeNpy(join(folder, "p.npy"), [6, 2, 2, 3], pictures);
const network = (name: string, parts: SmallNetwork) => writeFileSync(join(folder, name), smallNetwork(parts));
network("first.onnx", { input: [-1, 3, 2, 2], output: [-1, 3], axes: [2, 3] });
network("last.onnx", { input: [-1, 2, 2, 3], output: [-1, 3], axes: [1, 2] });
network("one.onnx", { input: [1, 3, 2, 2], output: [1, 3], axes: [2, 3] });
network("four.onnx", { input: [4, 3, 2, 2], output: [4, 3], axes: [2, 3] });
network("open.onnx", { input: [-1, -1, -1, -1], output: [-1, -1], axes: [2, 3] });
network("whole.onnx", { input: [-1, 3, 2, 2], output: [3, 2], axes: [0, 3] });
network("more.onnx", { input: [-1, 3, 2, 2], output: [-1, 3], axes: [2, 3], more: true });
network("other.onnx", { input: [-1, 3, 5, 5], output: [-1, 3], axes: [2, 3] });
network("batch.onnx", { input: [4, 3, 2, 2], output: [3, 2], axes: [0, 3] });

let caches = 0;
const open = (frozen: object, extra: object = {}) => {
  const request: OpenRequest = {
    ...{ name: "m", baseFolder: folder, external: false, marks: noMarks, targets: ["y"], columns: new Map() },
    config: modalitySchema.parse({ kind: "image", array: "p.npy", frozen, ...extra }),
    table: { label: "t.csv", rows: 6, folder },
    streaming: { memory: 1e6, workers: 1, prefetch: 0, cache: join(folder, `cache${caches++}`), disk: 1e9 },
  };
  return openRows(request);
};
const read = async (store: Awaited<ReturnType<typeof open>>) => {
  const out = new Float64Array(store.rows * store.shape.reduce((a, b) => a * b, 1));
  await store.read([0, 1, 2, 3, 4, 5], out);
  return [...out];
};
const means = [1.5, 11.5, 21.5, 101.5, 111.5, 121.5, 201.5, 211.5, 221.5, 1.5, 11.5, 21.5];

describe("rows that go through a frozen network", () => {
  it.each(["first.onnx", "last.onnx", "one.onnx", "four.onnx"])("are what it gives: %s", async (file) => {
    const store = await open({ file });
    expect(store).toMatchObject({ kind: "array", shape: [3], drawn: { kind: "image", shape: [2, 2, 3] } });
    expect([...store.gaps]).toEqual([0, 0, 0, 0, 3, 0]);
    const given = await read(store);
    expect(given.slice(0, 12)).toEqual(means);
    expect(given.slice(12, 15).every(Number.isNaN)).toBe(true);
    // A gap is read as `mean`, 0.
    expect(given.slice(15)).toEqual([501.5, (511 + 512 + 513) / 4, 521.5]);
    const some = selectRows(store, Int32Array.from([4, 1]));
    expect([...some.gaps, ...(some.drawn?.gaps ?? [])]).toEqual([3, 0, 12, 0]);
  });

  it("takes off mean and std by channel, and gives constants to other inputs", async () => {
    const frozen = {
      file: "more.onnx",
      output: "embedding",
      constants: { shift: 7 },
      mean: [0, 10, 20],
      std: [1, 2, 4],
    };
    expect((await read(await open(frozen))).slice(0, 3)).toEqual([8.5, 7.75, 7.375]);
    expect((await read(await open({ ...frozen, output: "negative" }))).slice(0, 3)).toEqual([-1.5, -0.75, -0.375]);
  });

  it("goes row by row through a network whose output does not count them", async () => {
    const store = await open({ file: "whole.onnx" });
    expect(store.shape).toEqual([3, 2]);
    expect((await read(store)).slice(6, 12)).toEqual([100.5, 102.5, 110.5, 112.5, 120.5, 122.5]);
  });

  it("is kept under a name made of rows, network and settings, each distinct row once", async () => {
    const told: string[] = [];
    const cache = join(folder, "kept");
    const request = (frozen: object): OpenRequest => ({
      ...{ name: "m", baseFolder: folder, external: false, marks: noMarks, targets: ["y"], columns: new Map() },
      config: modalitySchema.parse({ kind: "image", array: "p.npy", frozen }),
      table: { label: "t.csv", rows: 6, folder },
      streaming: { memory: 1e6, workers: 1, prefetch: 0, cache, disk: 1e9 },
      progress: (_name, done, total) => void told.push(`${done}/${total}`),
    });
    await openRows(request({ file: "first.onnx" }));
    // Row 3 is row 0, and row 4 lacks all.
    expect(told).toEqual(["0/4", "4/4"]);
    await openRows(request({ file: "first.onnx" }));
    expect(told).toHaveLength(2);
    await openRows(request({ file: "first.onnx", std: 2 }));
    await openRows(request({ file: "one.onnx" }));
    expect(readdirSync(cache)).toHaveLength(3);
    const raised = (given: ReturnType<typeof request>) => ({
      ...given,
      config: modalitySchema.parse({ kind: "image", array: "raised.npy", frozen: { file: "first.onnx" } }),
    });
    writeNpy(
      join(folder, "raised.npy"),
      [6, 2, 2, 3],
      pictures.map((value) => value + 1),
    );
    const other = await openRows(raised(request({ file: "first.onnx" })));
    expect((await read(other)).slice(0, 12)).toEqual(means.map((value) => value + 1));
    expect(readdirSync(cache)).toHaveLength(4);
  });

  it.each([
    [{ file: "none.onnx" }, /none.onnx: there is no such file/],
    [{ file: "p.npy" }, /p.npy: ONNX Runtime cannot load it/],
    [{ file: "first.onnx", input: "x" }, /first.onnx: has no input "x"; it has pixels \[rows, 3, 2, 2\]/],
    [{ file: "more.onnx", constants: { shift: 0 } }, /has 2 outputs \(embedding \[rows, 3\], negative .*with `output`/],
    [
      { file: "more.onnx", input: "pixels", output: "embedding" },
      /needs its input "shift" \[\] too; give it a number under `constants`/,
    ],
    [{ file: "first.onnx", constants: { sr: 1 } }, /has no input "sr" \(`constants`\); it has pixels/],
    [
      { file: "other.onnx" },
      /takes \[rows, 3, 5, 5\], and rows of shape \(2, 2, 3\) would be \[rows, 2, 2, 3\] or \[rows, 3, 2, 2\]/,
    ],
    [{ file: "open.onnx" }, /fits rows of shape \(2, 2, 3\) with channels first and last; say which with `order`/],
    [{ file: "first.onnx", mean: [0, 1] }, /`mean` has 2 numbers, and rows have 3 channels/],
    [{ file: "batch.onnx" }, /takes 4 rows at once and gives \[3, 2\], whose first axis does not count them/],
    [{ file: "first.onnx", std: 1e-45 }, /output "embedding" is not finite for row 1 \(header not counted\) of t.csv/],
  ])("refuses %o", async (frozen, message) => {
    await expect(open(frozen)).rejects.toThrow(message);
  });

  it("takes an open shape with the order that is said", async () => {
    expect((await read(await open({ file: "open.onnx", order: "first" }))).slice(0, 12)).toEqual(means);
  });

  it("reads rows of one channel without an axis for it", () => {
    expect(layoutOf(["rows", 100], [100, 1], "auto", "f")).toEqual({ shape: [100], channelsFirst: false });
    expect(layoutOf(["rows", 1, 100], [100, 1], "auto", "f")).toEqual({ shape: [1, 100], channelsFirst: true });
  });
});

describe("the config", () => {
  const config = (onnx: object, modality: object = {}, encoder: object = {}) =>
    parseConfig({
      name: "n",
      data: { file: "t.csv", target: "y", modalities: { m: { kind: "image", array: "p.npy", ...modality }, b: ["b"] } },
      model: { encoder: { ...encoder, modalities: { m: onnx } } },
    });

  it("has the network of `type: onnx` among the data, and a perceptron on what it gives", () => {
    const read = config({ type: "onnx", file: "e.onnx", input: "x", hidden: [8] }, {}, { type: "conv2d" });
    expect(read.data.modalities.m).toMatchObject({
      frozen: { file: "e.onnx", input: "x", order: "auto", mean: 0, std: 1 },
    });
    expect(read.model.encoder.modalities.m).toEqual({ type: "mlp", hidden: [8] });
    // What a run folder holds is read again as the same.
    expect(parseConfig(JSON.parse(JSON.stringify(read)))).toEqual(read);
    const beside = besideOf(read.data.modalities.m);
    expect(beside?.files).toEqual(["p.npy", "e.onnx"]);
    expect(beside?.renamed((file) => `a/${file}`)).toMatchObject({ array: "a/p.npy", frozen: { file: "a/e.onnx" } });
  });

  it("refuses random changes of rows, keys of convolutions and another encoder", () => {
    expect(() => config({ type: "onnx", file: "e" }, { augment: { noise: 1 } })).toThrow(
      /augment.*goes without a frozen network/,
    );
    expect(() => config({ type: "onnx", file: "e", channels: [8] })).toThrow(/the encoder of "m" is an mlp/);
    expect(() => config({ type: "conv2d" }, { frozen: { file: "e" } })).toThrow(
      /what the frozen network of "m" gives is read by an mlp/,
    );
  });

  it("names the key that was written, or has to be", () => {
    const faultOf = (onnx: object, modality: object = {}) => {
      try {
        config(onnx, modality);
        return "none";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(faultOf({ type: "onnx" })).toBe("config: model.encoder.modalities.m.file: missing; expected text");
    expect(faultOf({ type: "onnx", file: 3 })).toMatch(
      /^config: model\.encoder\.modalities\.m\.file: expected text, got 3/,
    );
    expect(faultOf({ type: "onnx", file: "e", std: [0] })).toMatch(/^config: model\.encoder\.modalities\.m\.std/);
    expect(faultOf({}, { frozen: { input: "x" } })).toBe(
      "config: data.modalities.m.frozen.file: missing; expected text",
    );
    expect(faultOf({ type: "onnx", file: "e" }, { frozen: { input: 3 } })).toMatch(
      /^config: data\.modalities\.m\.frozen\.input: expected text/,
    );
  });
});
