import { describe, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { hasNeighbours } from "../config/model.js";
import type { TrainingData } from "./data.js";
import { architecture, neighbourRows, resolveTraining } from "./settings.js";

const named = {
  name: "sizes",
  data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } },
};
const config = (model: object) => parseConfig({ ...named, model });
const inputs = [
  { name: "a", width: 4 },
  { name: "b", width: 2 },
];
const dropout = (model: object, trainRows: number) => {
  const { modalities, predictor } = architecture(config(model), inputs, { targets: 1, trainRows, periodic: false });
  return [...modalities.map((modality) => modality.dropout), predictor.dropout];
};

describe("settings that depend on the number of training rows", () => {
  it("drop out more of small tables", () => {
    expect(dropout({}, 999)).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
      [0.3, 0.3],
    ]);
    for (const rows of [1000, 3499]) {
      expect(dropout({}, rows)).toEqual([
        [0.3, 0.3],
        [0.3, 0.3],
        [0.3, 0.3],
      ]);
    }
    for (const rows of [3500, 4999]) expect(dropout({}, rows)).toEqual(Array(3).fill([0.15, 0.15]));
    expect(dropout({}, 5000)).toEqual(Array(3).fill([0.05, 0.05]));
  });

  it("drop out as much of many rows as of 3500 where some are not of a table", () => {
    const embedded = { name: "a", width: 4, form: { kind: "array", shape: [4], summary: [] } } as const;
    const options = { targets: 1, trainRows: 5000, periodic: false };
    const { modalities, predictor } = architecture(config({}), [embedded, inputs[1]], options);
    expect([...modalities, predictor].map((part) => part.dropout)).toEqual(Array(3).fill([0.15, 0.15]));
  });

  it("leave what the config gives, a list repeating its last rate", () => {
    const model = {
      encoder: { hidden: [8, 8, 8], dropout: [0.4, 0.1], modalities: { b: { dropout: 0 } } },
      predictor: { hidden: [8], dropout: 0.2 },
    };
    expect(dropout(model, 480)).toEqual([[0.4, 0.1, 0.1], [0, 0, 0], [0.2]]);
    const own = { encoder: { dropout: 0, modalities: { b: { dropout: "auto" } } } };
    expect(dropout(own, 480).slice(0, 2)).toEqual([
      [0, 0],
      [0.5, 0.5],
    ]);
  });

  it("have a linear path of small and wide tables, and where it is asked for", () => {
    const path = (linearPath: string, width: number, trainRows: number) =>
      architecture(config({ linearPath }), [{ name: "a", width: width - 2 }, inputs[1]], {
        targets: 1,
        trainRows,
        periodic: false,
      }).linearPath;
    expect(path("auto", 101, 1000)).toBe(true);
    expect(path("auto", 100, 1000)).toBeUndefined();
    expect(path("auto", 400, 1999)).toBe(true);
    expect(path("auto", 400, 2000)).toBeUndefined();
    expect(path("auto", 5001, 300)).toBeUndefined();
    expect(path("on", 10, 1_000_000)).toBe(true);
    // single pixels are no features
    const pictures = { name: "a", width: 432, form: { kind: "image", shape: [12, 12, 3], summary: [256] } } as const;
    const embedded = { name: "a", width: 432, form: { kind: "array", shape: [432], summary: [256] } } as const;
    const beside = (rows: typeof pictures | typeof embedded, linearPath: string) =>
      architecture(config({ linearPath }), [rows, inputs[1]], { targets: 1, trainRows: 224, periodic: false })
        .linearPath;
    expect([beside(pictures, "auto"), beside(pictures, "on"), beside(embedded, "auto")]).toEqual([
      undefined,
      true,
      true,
    ]);
    expect(path("off", 400, 300)).toBeUndefined();
  });

  it("embed each of many columns in fewer numbers, unless the config says how many", () => {
    const embedding = (width: number, periodic: object = {}) =>
      architecture(config({ encoder: { periodic } }), [{ name: "a", width }, inputs[1]], {
        ...{ targets: 1, trainRows: 2000, periodic: true },
      }).modalities[0].embedding;
    expect(embedding(97)).toEqual({ frequencies: 12, width: 8, sigma: 0.1 });
    expect(embedding(98)).toEqual({ frequencies: 8, width: 4, sigma: 0.1 });
    expect(embedding(98, { width: 6 })).toEqual({ frequencies: 8, width: 6, sigma: 0.1 });
    expect(embedding(4, { frequencies: 3 })).toEqual({ frequencies: 3, width: 8, sigma: 0.1 });
  });

  it("have wide layers where columns are many and rows enough, unless the config says how wide or is in a hurry", () => {
    const hidden = (width: number, trainRows: number, own: object = {}, quality = "default") =>
      architecture(parseConfig({ model: { encoder: own }, quality, ...named }), [{ name: "a", width }, inputs[1]], {
        ...{ targets: 1, trainRows, periodic: false },
      }).modalities.map((encoder) => encoder.hidden);
    const [narrow, wide] = [
      [256, 128],
      [512, 256],
    ];
    expect(hidden(98, 1000)).toEqual([wide, wide]);
    for (const [width, rows] of [
      [97, 1000],
      [98, 999],
    ])
      expect(hidden(width, rows)).toEqual([narrow, narrow]);
    expect(hidden(98, 1000, { modalities: { b: { hidden: [8] } } })).toEqual([wide, [8]]);
    expect(hidden(98, 1000, { hidden: [32], modalities: { b: { hidden: "auto" } } })).toEqual([[32], [32]]);
    expect(hidden(98, 1000, {}, "fast")).toEqual([narrow, narrow]);
  });

  it("have neighbours of tables of thousands of rows, and where they are asked for", () => {
    const near = (neighbours: "auto" | "on" | "off", rows: number, change: Partial<TrainingData> = {}, dropout = 0) => {
      const own = config({ neighbours });
      const given = { ...own, training: { ...own.training, modalityDropout: dropout } };
      const trainRows = new Int32Array(rows);
      const data = { trainRows, modalities: inputs as unknown as TrainingData["modalities"], ...change };
      return hasNeighbours(given.model.neighbours, neighbourRows(given, data));
    };
    expect([4999, 5000, 50_000, 50_001].map((rows) => near("auto", rows))).toEqual([false, true, true, false]);
    expect([near("on", 100), near("on", 50_001), near("off", 5000)]).toEqual([true, false, false]);
    // made for rows that lack modalities
    expect([near("auto", 5000, {}, 0.2), near("on", 5000, {}, 0.2)]).toEqual([false, true]);
    // of classes there are no errors to add, and rows on disk have no latents at hand
    const stored = {} as unknown as NonNullable<TrainingData["stored"]>;
    expect([near("on", 5000, { classes: ["a", "b"] }), near("on", 5000, { stored })]).toEqual([false, false]);
    const embedded = { name: "a", width: 4, form: { kind: "array", shape: [4], summary: [] } };
    const modalities = [embedded] as unknown as TrainingData["modalities"];
    expect([near("auto", 5000, { modalities }), near("on", 5000, { modalities })]).toEqual([false, true]);
  });

  it.each([
    ["array", [28, 28, 1], null],
    ["image", [28, 28, 1], 2],
    ["sequence", [32, 40], 1],
    ["volume", [16, 16, 16, 1], 3],
  ] as const)("take the encoder that goes with rows of kind %s", (kind, shape, dimensions) => {
    const width = shape.reduce((product: number, size) => product * size, 1);
    const rows = [{ name: "a", width, form: { kind, shape } }, inputs[1]];
    const options = { targets: 1, trainRows: 2000, periodic: false };
    const [first, table] = architecture(config({}), rows, options).modalities;
    expect(first.convolution?.dimensions ?? null).toBe(dimensions);
    expect(table.convolution).toBeUndefined();
    const [plain] = architecture(config({ encoder: { type: "mlp" } }), rows, options).modalities;
    expect(plain.convolution).toBeUndefined();
  });

  it("take batches of 32 below 1000 rows, of 128 below 5000, of 256 above, and never more than there are rows", () => {
    const batch = (trainRows: number) => resolveTraining(config({}), { trainRows, tables: true }).batchSize;
    expect([20, 999, 1000, 4999, 5000].map(batch)).toEqual([20, 32, 128, 128, 256]);
  });

  it("take four times the epochs below 1000 rows, and from 5000 on fewer of tables, at twice the rate", () => {
    const epochs = (trainRows: number, tables: boolean, optimizer = {}) => {
      const { training } = config({});
      const asked = { training: { ...training, optimizer: { ...training.optimizer, ...optimizer } } };
      const settings = resolveTraining(asked, { trainRows, tables });
      const { pilotEpochs, stage1Epochs, stage1Patience, stage2Epochs, stage2Patience, learningRate } = settings;
      return [pilotEpochs, stage1Epochs, stage1Patience, stage2Epochs, stage2Patience, learningRate];
    };
    for (const tables of [true, false]) {
      expect(epochs(999, tables)).toEqual([12, 160, 5, 200, 50, 0.002]);
      for (const rows of [1000, 4999]) expect(epochs(rows, tables)).toEqual([12, 40, 5, 50, 20, 0.002]);
    }
    expect(epochs(5000, true)).toEqual([12, 8, 3, 36, 12, 0.004]);
    expect(epochs(5000, true, { learningRate: 0.01, schedule: "coslog4" })).toEqual([12, 8, 3, 36, 12, 0.01]);
    // of many columns more
    const { stage1Epochs, stage2Epochs } = resolveTraining(config({}), { trainRows: 5000, tables: true, columns: 100 });
    expect([stage1Epochs, stage2Epochs]).toEqual([8, 54]);
    // rows of other kinds, and a rate that does not come to its end in fewer epochs
    const asBefore = [12, 20, 5, 60, 20, 0.002];
    expect(epochs(5000, false)).toEqual(asBefore);
    for (const schedule of ["plateau", "constant"]) expect(epochs(5000, true, { schedule })).toEqual(asBefore);
  });

  it("train few epochs where they are to be fast, of large tables fewest, at a high rate and without dropout", () => {
    const fast = parseConfig({ quality: "fast", ...named });
    const course = (trainRows: number, tables: boolean) => {
      const settings = resolveTraining(fast, { trainRows, tables });
      return [settings.stage1Epochs, settings.stage2Epochs, settings.stage2Patience, settings.learningRate];
    };
    for (const rows of [500, 4999]) expect(course(rows, true)).toEqual([6, 25, 10, 0.002]);
    expect(course(5000, false)).toEqual([6, 25, 10, 0.002]);
    expect(course(5000, true)).toEqual([2, 8, 10, 0.006]);
    const own = parseConfig({ quality: "fast", training: { stage1: { maxEpochs: 5 } }, ...named });
    expect(resolveTraining(own, { trainRows: 5000, tables: true }).stage1Epochs).toBe(5);
    const rate = (trainRows: number) =>
      architecture(fast, inputs, { targets: 1, trainRows, periodic: false }).predictor.dropout;
    expect([4999, 5000].map(rate)).toEqual([
      [0.15, 0.15],
      [0, 0],
    ]);
  });

  it("leave the published settings as they are", () => {
    const paper = parseConfig({ preset: "paper", ...named });
    const settings = [500, 3000, 25_000].map((trainRows) => resolveTraining(paper, { trainRows, tables: true }));
    const of = (key: keyof (typeof settings)[number]) => settings.map((each) => each[key]);
    expect(of("stage1Epochs")).toEqual([160, 40, 20]);
    expect(of("stage1Patience")).toEqual([5, 5, 5]);
    expect(of("stage2Epochs")).toEqual([200, 50, 60]);
    expect(of("stage2Patience")).toEqual([50, 20, 20]);
    expect(of("batchSize")).toEqual([256, 256, 256]);
    expect(of("learningRate")).toEqual([1e-3, 1e-3, 1e-3]);
    expect([paper.losses.gaussianity.rows, paper.losses.independence.rows]).toEqual([65_536, 65_536]);
    expect([paper.model.encoder.dropout, paper.model.predictor.dropout]).toEqual(Array(2).fill([0.3, 0.2]));
  });
});
