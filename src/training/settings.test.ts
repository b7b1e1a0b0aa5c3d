import { describe, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { architecture, resolveTraining } from "./settings.js";

const config = (model: object) =>
  parseConfig({
    name: "sizes",
    data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } },
    model,
  });
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
    expect(dropout({}, 3500)).toEqual([
      [0.15, 0.15],
      [0.15, 0.15],
      [0.15, 0.15],
    ]);
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
    const batch = (rows: number) => resolveTraining(config({}), rows).batchSize;
    expect([20, 999, 1000, 4999, 5000].map(batch)).toEqual([20, 32, 128, 128, 256]);
  });

  it("take four times the epochs below 1000 rows, and fewer in stage 1 from 5000 on", () => {
    const epochs = (rows: number) => {
      const { pilotEpochs, stage1Epochs, stage2Epochs, stage2Patience } = resolveTraining(config({}), rows);
      return [pilotEpochs, stage1Epochs, stage2Epochs, stage2Patience];
    };
    expect(epochs(999)).toEqual([12, 160, 200, 50]);
    for (const rows of [1000, 4999]) expect(epochs(rows)).toEqual([12, 40, 50, 20]);
    expect(epochs(5000)).toEqual([12, 20, 60, 20]);
  });
});
