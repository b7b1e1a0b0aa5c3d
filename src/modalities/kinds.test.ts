import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCompiled } from "../../test/support/compiled.js";
import { checkGradient, normalTensor, readValue, relativeError, toTensor } from "../../test/support/gradients.js";
import { writeNpy as write } from "../../test/support/npy.js";
import { rankedInputs } from "../../test/support/ranked-inputs.js";
import { arraySchema } from "../config/modalities/array.js";
import { modalitySchema } from "../config/modalities/kinds.js";
import { tableSchema } from "../config/modalities/table.js";
import { noMarks } from "../data/missing/missing-marks.js";
import { preprocessorFromJSON } from "../data/prepare/stored.js";
import { type RowStore, readRows, readTrainingRows, rowCount, valuesOf } from "../data/rows.js";
import { tableStore } from "../data/stores.js";
import { InputError } from "../errors.js";
import { Rng } from "../math/rng.js";
import type { FitSettings } from "./kind.js";
import { kindOf, kindOfFitted, storedKinds } from "./kinds.js";
import { openRows } from "./open-rows.js";
import { storeOf } from "./prepare.js";
import { blocksFor } from "./shaped/blocks.js";

const folder = mkdtempSync(join(tmpdir(), "kinds-"));
afterAll(() => rmSync(folder, { recursive: true }));

function writeNpy(name: string, sizes: readonly number[], values: Float64Array): void {
  write(join(folder, name), sizes, values);
}

const rows = 40;
const shape = [3, 4];
const stream = new Rng("kinds");
const drawn = new Float64Array(rows * 12);
const numbers = drawn.map(() => 100 + 10 * stream.normal());
/** Row 5 has one gap; row 7 lacks all. */
numbers[5 * 12] = Number.NaN;
numbers.fill(Number.NaN, 7 * 12, 8 * 12);
const ids = Array.from({ length: rows }, (_, i) => `r${i}`);
const train = Int32Array.from({ length: 30 }, (_, i) => i);
const array = (extra: object = {}) => arraySchema.parse({ kind: "array", array: "a.npy", ...extra });
const open = (extra: object = {}, index?: Float64Array, tableRows = rows) =>
  openRows({
    ...{
      name: "m",
      config: array(extra),
      baseFolder: folder,
      external: false,
      marks: noMarks,
      targets: ["y"],
      streaming,
    },
    table: { label: "t.csv", rows: tableRows, folder },
    columns: new Map(index === undefined ? [] : [["index", { type: "number", names: ["i"], values: [index] }]]),
  });
const streaming = { memory: 1e6, workers: 1, prefetch: 0, cache: join(folder, "cache"), disk: 1e9 };
/** The same rows under another kind: grey pictures, volumes, sequences. */
const shaped = async (kind: "image" | "volume" | "sequence", form: readonly number[]) => {
  writeNpy(`${kind}.npy`, [rows, ...form], numbers);
  const config = modalitySchema.parse({ kind, array: `${kind}.npy` });
  const request = {
    name: "m",
    baseFolder: folder,
    external: false,
    marks: noMarks,
    targets: ["y"],
    streaming,
    columns: new Map(),
  };
  return openRows({ ...request, config, table: { label: "t.csv", rows, folder } });
};
const rowsOf = (values: Float64Array, wanted: ArrayLike<number>, out: Float64Array) => {
  for (let i = 0; i < wanted.length; i++) out.set(values.subarray(12 * wanted[i], 12 * (wanted[i] + 1)), 12 * i);
};
const settings = (config: FitSettings["config"], missing: FitSettings["missing"] = "mean"): FitSettings => {
  return { missing, missingIndicator: false, inputs: rankedInputs(), config };
};
writeNpy("a.npy", [rows, ...shape], numbers);
const columns = Array.from({ length: 12 }, (_, j) => `c${j}`);
const tables: readonly (readonly [string, () => Promise<RowStore>, FitSettings["config"]])[] = [
  ["table", async () => tableStore({ name: "m", columns, values: numbers }, rows), tableSchema.parse({ columns })],
  ["array by channel", () => open(), array()],
  ["array by sample", () => open({ normalise: "sample" }), array({ normalise: "sample" })],
  ["array as it is", () => open({ normalise: "none" }), array({ normalise: "none" })],
  ["image", () => shaped("image", [3, 4]), modalitySchema.parse({ kind: "image", array: "image.npy" })],
  ["volume", () => shaped("volume", [3, 2, 2]), modalitySchema.parse({ kind: "volume", array: "volume.npy" })],
  ["sequence", () => shaped("sequence", [3, 4]), modalitySchema.parse({ kind: "sequence", array: "sequence.npy" })],
];

describe.each(tables)("a kind of modality: %s", (_name, opened, config) => {
  const options = { missing: "mean", absentModalities: false, rowIds: ids } as const;

  it("fits on the training rows alone, is stored, and prepares finite rows of its width", async () => {
    const store = await opened();
    const kind = kindOf(store.kind);
    const fitted = await kind.fit(store, train, settings(config));
    const stored = preprocessorFromJSON(
      JSON.parse(JSON.stringify({ missing: "mean", modalities: [fitted] })),
      "x",
      storedKinds,
    );
    expect(stored.modalities).toEqual([fitted]);
    expect(kindOfFitted(fitted)).toBe(kind);
    const prepared = await kind.prepare(fitted, store, options);
    expect([rowCount(prepared), prepared.width]).toEqual([rows, kind.width(fitted)]);
    const read = async (...wanted: number[]) => {
      const out = new Float32Array(wanted.length * prepared.width);
      await readRows(prepared, wanted, out);
      return out;
    };
    const all = await read(...ids.keys());
    expect(all.every(Number.isFinite)).toBe(true);
    expect(await read(9, 2)).toEqual(
      Float32Array.from([...all.subarray(9 * 12, 10 * 12), ...all.subarray(2 * 12, 3 * 12)]),
    );
    expect([...(prepared.present ?? [])]).toEqual(ids.map((_id, i) => Number(i !== 7)));
    expect(await read(7)).toEqual(kind.absent(fitted));
    const changed = numbers.map((value, at) => (at < 30 * 12 ? value : value + 1000));
    const other: RowStore =
      store.kind === "table"
        ? tableStore({ name: "m", columns, values: changed }, rows)
        : { ...store, read: async (wanted, out) => rowsOf(changed, wanted, out) };
    expect(await kind.fit(other, train, settings(config))).toEqual(fitted);
  });

  it("refuses a gap that is not to be filled, and takes a row that lacks the modality where rows may", async () => {
    const store = await opened();
    const kind = kindOf(store.kind);
    const fitted = await kind.fit(store, train, settings(config, "error"));
    const prepare = (absentModalities: boolean, from = store) =>
      kind.prepare(fitted, from, { ...options, missing: "error", absentModalities });
    await expect(prepare(false)).rejects.toThrow(
      /modality "m": .* in row "r5", and the model was trained without fills/,
    );
    await expect(prepare(true)).rejects.toThrow(InputError);
    expect([...store.gaps].flatMap((gaps, row) => (gaps > 0 ? [[row, gaps]] : []))).toEqual([
      [5, 1],
      [7, 12],
    ]);
    expect(() => storeOf([], fitted)).toThrow('the model needs modality "m"');
  });

  it("refuses rows that are all the same, tells rows apart, and names what it watches", async () => {
    const store = await opened();
    const kind = kindOf(store.kind);
    await expect(kind.fit(store, [3, 3, 3], settings(config))).rejects.toThrow(/modality "m": every .* leave it out/);
    const fitted = await kind.fit(store, train, settings(config));
    const { width, read } = kind.identity(fitted, store);
    const raw = new Float64Array(2 * width);
    await read([4, 5], raw);
    expect(raw).toEqual(numbers.slice(4 * 12, 6 * 12));
    const watched = await kind.watched(fitted, store);
    expect(watched.length).toBeGreaterThan(0);
    for (const { values, range } of watched) {
      expect(values).toHaveLength(rows);
      expect(range.min).toBeLessThan(range.max);
    }
    expect(valuesOf(kind.input(fitted).shape)).toBe(12);
  });
});

describe("an array beside a table", () => {
  it("is normalised by channel: one value of each of one axis, the last of colours, else all together", async () => {
    const { channelsOf } = await import("./array/preparation.js");
    expect([[7], [28, 28], [8, 8, 3], [8, 8, 9], [4, 5, 6, 2]].map(channelsOf)).toEqual([7, 1, 3, 1, 2]);
    const store = await open();
    const fitted = await kindOf("array").fit(store, train, settings(array()));
    const prepared = await kindOf("array").prepare(fitted, store, {
      missing: "mean",
      absentModalities: false,
      rowIds: ids,
    });
    const out = new Float32Array(30 * 12);
    await readRows(prepared, train, out);
    const there = [...out].filter((_value, at) => !Number.isNaN(numbers[at]));
    const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
    // float32
    expect(mean).toBeCloseTo(0, 5);
    expect(there.reduce((sum, value) => sum + value ** 2, 0) / there.length).toBeCloseTo(1, 5);
  });

  it("is read by the column that counts its rows; an empty cell is a row that lacks it", async () => {
    const store = await open({ index: "i" }, Float64Array.of(2, Number.NaN, 0), 3);
    const out = new Float64Array(3 * 12);
    await store.read([0, 1, 2], out);
    expect(out).toEqual(
      Float64Array.from([...numbers.slice(24, 36), ...Array(12).fill(Number.NaN), ...numbers.slice(0, 12)]),
    );
    expect([...store.gaps]).toEqual([0, 12, 0]);
  });

  it.each([
    [
      Float64Array.of(0, 40),
      /t\.csv: row 2 .*: column "i" is 40, and must be a row of .*a\.npy: a whole number from 0 to 39/,
    ],
    [Float64Array.of(-1, 0), /row 1 .* column "i" is -1/],
    [Float64Array.of(0.5, 0), /row 1 .* column "i" is 0\.5/],
  ])("refuses a place that the array does not have: %s", async (index, message) => {
    await expect(open({ index: "i" }, index, 2)).rejects.toThrow(message);
  });

  it("refuses another number of rows than the table has, and a number that is infinite", async () => {
    await expect(open({}, undefined, 39)).rejects.toThrow(
      /a\.npy has 40 rows and t\.csv has 39; .* data\.modalities\.m\.index/,
    );
    const infinite = numbers.map((value, at) => (at === 30 ? Number.POSITIVE_INFINITY : value));
    writeNpy("inf.npy", [rows, ...shape], infinite);
    await expect(open({ array: "inf.npy" })).rejects.toThrow(/the value at \[2, 1, 2\] is infinite\. .*numpy\.nan/);
  });

  it("refuses rows of another shape than it was fitted on", async () => {
    const fitted = await kindOf("array").fit(await open(), train, settings(array()));
    writeNpy("flat.npy", [rows, 12], numbers);
    const other = await open({ array: "flat.npy" });
    const options = { missing: "mean", absentModalities: false, rowIds: ids } as const;
    await expect(kindOf("array").prepare(fitted, other, options)).rejects.toThrow(
      /the model reads rows of shape \(3, 4\), those of flat\.npy have \(12\)/,
    );
  });

  it.each([
    [[2, 3], [0, 51, 102, 153, 204, 255], { width: 3, height: 2, channels: 1 }],
    [[1, 1, 3], [0, 51, 255], { width: 1, height: 1, channels: 3 }],
    [[6], null, {}],
    [[2, 3, 2], null, {}],
  ])("draws rows of shape %j", (form, pixels, size) => {
    const row = Float64Array.from({ length: valuesOf(form) }, (_, i) => (pixels === null ? i : pixels[i] / 10 - 3));
    const picture = kindOf("array").draw(form, row);
    if (pixels === null) expect(picture).toBeNull();
    else expect(picture).toEqual({ ...size, pixels: Uint8Array.from(pixels) });
  });
});

describe("random changes of training rows", () => {
  it.each([
    ["image", [3, 4], { flip: "both", rotate: 20, shift: 0.3, noise: 0.1 }],
    ["volume", [3, 2, 2], { flip: "y", shift: 0.5, noise: 0.1 }],
    ["sequence", [3, 4], { shift: 0.5, noise: 0.1, timeMask: 0.9, frequencyMask: 0.9 }],
  ] as const)(
    "of %s: the same for an epoch and a row, whatever is read with it, and none without them",
    async (name, form, augment) => {
      const store = await shaped(name, form);
      const kind = kindOf(name);
      const options = { missing: "mean", absentModalities: false, rowIds: ids } as const;
      const preparedWith = async (extra: object) => {
        const config = modalitySchema.parse({ kind: name, array: `${name}.npy`, ...extra });
        return kind.prepare(await kind.fit(store, train, settings(config)), store, options);
      };
      const [changed, plain] = [await preparedWith({ augment }), await preparedWith({})];
      const read = async (from: typeof plain, numbers: readonly number[], stream: string) => {
        const out = new Float32Array(numbers.length * 12);
        await readTrainingRows(from, numbers, out, new Rng(stream));
        return out;
      };
      const first = await read(changed, [2, 7, 9], "epoch/1");
      expect(await read(changed, [9, 2], "epoch/1")).toEqual(
        Float32Array.from([...first.subarray(24), ...first.subarray(0, 12)]),
      );
      expect(await read(changed, [2], "epoch/2")).not.toEqual(first.subarray(0, 12));
      // Row 7 lacks the modality.
      expect(first.subarray(12, 24)).toEqual(
        kind.absent(await kind.fit(store, train, settings(modalitySchema.parse({ kind: name, array: "x.npy" })))),
      );
      expect(first.every(Number.isFinite)).toBe(true);
      const judged = new Float32Array(12);
      await readRows(changed, [2], judged);
      expect(judged).toEqual(await read(plain, [2], "epoch/1"));
      expect(first.subarray(0, 12)).not.toEqual(judged);
    },
  );
});

describe("rows of axes of space or time", () => {
  it("have means over blocks for encoders and losses, the same in a graph and beside it", () => {
    expect(blocksFor([64, 64, 3], 4096)).toEqual([2, 2, 1]);
    expect(blocksFor([64, 64, 64, 1], 4096)).toEqual([4, 4, 4, 1]);
    expect(blocksFor([5, 3], 100)).toEqual([1, 1]);
    expect(blocksFor([7, 300], 100)).toEqual([7, 1]);
    const form = { shape: [3, 4, 2], summary: [2, 2, 1] };
    const values = Float32Array.from({ length: 48 }, (_, i) => (i * 13) % 7);
    const beside = kindOf("image").kernelValues(values, 24, form);
    const inside = tf.tidy(() =>
      kindOf("image")
        .kernelFeatures(tf.tensor2d(values, [2, 24]), form)
        .dataSync(),
    );
    expect([beside.width, ...beside.values]).toEqual([8, ...inside]);
    // Corners of the first block: rows 0 and 1, columns 0 and 1, channel 0.
    expect(beside.values[0]).toBe((values[0] + values[2] + values[8] + values[10]) / 4);
    expect(beside.values[4]).toBe((values[16] + values[18]) / 4);
  });
});

describe("what kernels on the inputs are taken on", () => {
  beforeAll(() => tf.setBackend("cpu"));

  it.each([
    ["table", 300, 300, 1],
    ["array", 256, 256, 1],
    ["array", 300, 150, 2],
    ["array", 785, 197, 4],
  ])("of a %s of %d values: %d, with a gradient, the same in the graph and beside it", (name, width, expected, k) => {
    const kind = kindOf(name);
    const features = (x: Tensor2D) => kind.kernelFeatures(x);
    const drawnValues = normalTensor("kernels", [2, width]);
    const values = Float32Array.from(drawnValues.values);
    const beside = kind.kernelValues(values, width);
    expect(beside.width).toBe(expected);
    const inside = readValue(() => features(toTensor(drawnValues)));
    // float32 sums of up to four values
    expect(relativeError(inside, beside.values)).toBeLessThan(1e-6);
    checkGradient({
      inputs: { x: normalTensor("x", [1, width]) },
      loss: ({ x }) => tf.tidy(() => tf.mean(tf.square(features(x as Tensor2D)))),
      reference: ({ x }) => {
        const means = new Float64Array(expected);
        x.forEach((value, i) => {
          means[Math.floor(i / k)] += value / k;
        });
        return means.reduce((sum, mean) => sum + mean ** 2, 0) / expected;
      },
      wrt: ["x"],
    });
  });

  it("can be compiled", async () => {
    await checkCompiled({
      inputs: [{ x: normalTensor("x", [6, 785]) }, { x: normalTensor("other", [6, 785]) }],
      loss: ({ x }) => tf.tidy(() => tf.mean(tf.square(kindOf("array").kernelFeatures(x as Tensor2D)))),
      wrt: ["x"],
    });
  });
});
