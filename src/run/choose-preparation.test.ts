import { describe, expect, it } from "vitest";
import { inputSchema } from "../config/data.js";
import type { Dataset } from "../data/dataset.js";
import { Rng } from "../math/rng.js";
import { choosePreparation } from "./choose-preparation.js";

const rows = 600;
const all = Int32Array.from({ length: rows }, (_, i) => i);

/** A table of one modality, and a target of one column. */
function table(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  y: ArrayLike<number>,
): Pick<Dataset, "modalities" | "targets"> {
  const names = Object.keys(columns);
  const values = Float64Array.from({ length: y.length * names.length }, (_, at) => {
    return columns[names[at % names.length]][Math.floor(at / names.length)];
  });
  return {
    modalities: [{ name: "a", columns: names, values }],
    targets: [{ name: "y", values: Float64Array.from(y) }],
  };
}

const coding = { encode: (values: readonly ArrayLike<number>[]) => Float32Array.from(values[0]) };

function choose(
  dataset: Pick<Dataset, "modalities" | "targets">,
  more: Partial<Parameters<typeof choosePreparation>[0]> = {},
) {
  return choosePreparation({
    dataset,
    trainRows: all,
    inputs: inputSchema.parse({}),
    coding,
    leftOut: new Map(),
    ...more,
  });
}

/** Columns that are uniform, and their sum: straight in the columns as they are, bent in their ranks' normal scores. */
function straight() {
  const rng = new Rng("straight");
  const [u, v] = [0, 1].map(() => Float64Array.from({ length: rows }, () => rng.uniform()));
  return table(
    { u, v },
    u.map((value, i) => value + v[i] + 0.1 * rng.normal()),
  );
}

/** A column over ten orders of magnitude that tells by its logarithm. */
function skewed() {
  const rng = new Rng("skewed");
  const log = Float64Array.from({ length: rows }, () => rng.normal());
  return table(
    { x: log.map((value) => Math.exp(4 * value)) },
    log.map((value) => value + 0.3 * rng.normal()),
  );
}

describe("choosePreparation", () => {
  it("scales robustly what is straight, and ranks what is skewed, and says with which errors", () => {
    const ofStraight = choose(straight());
    expect(ofStraight.inputs.preparation).toBe("robust");
    expect(ofStraight.message).toMatch(
      /^columns are scaled robustly: a linear map of them leaves [\d.]+ % of the target unexplained so, [\d.]+ % with normal scores \(cross-validated on 600 training rows; data.inputs.preparation\)$/,
    );
    const ofSkewed = choose(skewed());
    expect(ofSkewed.inputs.preparation).toBe("quantile");
    expect(ofSkewed.message).toMatch(/^columns are mapped to normal scores: .* % with robust scaling/);
    const [own, other] = [...(ofSkewed.message ?? "").matchAll(/([\d.]+) %/g)].map(([, share]) => Number(share));
    expect(own).toBeCloseTo((100 * 0.09) / 1.09, -0.5);
    expect(other).toBeGreaterThan(2 * own);
  });

  it("reads training rows alone", () => {
    const { modalities, targets } = straight();
    const swapped = skewed();
    const train = all.subarray(0, rows / 2);
    const half = (first: ArrayLike<number>, second: ArrayLike<number>) =>
      Float64Array.from({ length: rows }, (_, i) => (i < rows / 2 ? first[i] : second[i]));
    const u = Float64Array.from({ length: rows }, (_, i) => modalities[0].values[2 * i]);
    const dataset = table(
      { u: half(u, swapped.modalities[0].values as Float64Array) },
      half(targets[0].values, swapped.targets[0].values),
    );
    expect(choose(dataset, { trainRows: train }).inputs.preparation).toBe("robust");
    expect(choose(dataset, { trainRows: all.subarray(rows / 2) }).inputs.preparation).toBe("quantile");
  });

  it("takes what the config says, without a fit", () => {
    for (const preparation of ["quantile", "standardize", "robust"] as const) {
      const encode = () => {
        throw new Error("nothing is to be fitted");
      };
      const inputs = inputSchema.parse({ preparation });
      expect(choose(straight(), { inputs, coding: { encode } })).toEqual({ inputs, message: null });
    }
  });

  it("ranks where there is nothing to compare: no table, columns that do not vary, columns left out", () => {
    const { targets } = straight();
    const still = table({ x: new Float64Array(rows).fill(3) }, targets[0].values);
    const leftOut = new Map([["a", { columns: new Set(["u", "v"]), reason: "screened" }]]);
    for (const nothing of [choose({ modalities: [], targets }), choose(still), choose(straight(), { leftOut })]) {
      expect(nothing.inputs.preparation).toBe("quantile");
      expect(nothing.message).toBeNull();
    }
  });

  it("takes fewer rows of a wide table, and columns with gaps", () => {
    const rng = new Rng("wide");
    const columns = Object.fromEntries(
      Array.from({ length: 3000 }, (_, j) => [
        `c${j}`,
        Float64Array.from({ length: rows }, () => (rng.uniform() < 0.1 ? Number.NaN : rng.uniform())),
      ]),
    );
    const { message } = choose(
      table(
        columns,
        Float64Array.from({ length: rows }, () => rng.normal()),
      ),
    );
    expect(message).toMatch(/on 408 training rows/);
  });
});
