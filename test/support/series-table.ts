import { Rng } from "../../src/math/rng.js";

/** Rows of an hour each. */
export interface Series {
  /** When each row was measured: "2024-01-01 00:00:00". */
  readonly when: readonly string[];
  readonly a: readonly (readonly number[])[];
  readonly b: readonly (readonly number[])[];
  readonly y: readonly number[];
}

/**
 * A target that goes by itself, y' = 0.97 y + noise, or not at all, with two modalities of a noisy reading and a column of noise:
 * its neighbours in time tell more of it than its features.
 */
export function seriesOf(rows: number, memory: number): Series {
  const rng = new Rng(`series/${memory}`);
  const noise = (size: number) => size * rng.normal();
  const y: number[] = [];
  for (let i = 0; i < rows; i++) y.push(memory * (y[i - 1] ?? 0) + noise(Math.sqrt(1 - memory ** 2)));
  const reading = (value: number) => [0.7 * value + noise(1), noise(1)];
  return {
    when: y.map((_, i) => new Date(Date.UTC(2024, 0, 1, i)).toISOString().slice(0, 19).replace("T", " ")),
    a: y.map(reading),
    b: y.map(reading),
    y,
  };
}

/** The series as a table, rows as they follow each other. */
export function seriesCsv({ when, a, b, y }: Series, name = "when"): string {
  const lines = y.map((value, i) => [when[i], ...a[i], ...b[i], value].join(","));
  return `${[`${name},a1,a2,b1,b2,y`, ...lines].join("\n")}\n`;
}

/** Config of a run of seconds on that table. */
export function seriesConfig(data: object, more: object = {}) {
  return {
    name: "series",
    data: { file: "series.csv", target: "y", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } }, ...data },
    ...seriesModel,
    ...more,
  };
}

/** A model that learns the series within seconds. */
export const seriesModel = {
  model: { latentDim: 3, encoder: { hidden: [8], embedding: "none" as const }, predictor: { hidden: [8] } },
  losses: {
    gaussianity: { weight: 0 },
    independence: { weight: 0 },
    jointGaussianity: { weight: 0 },
  },
  training: { batchSize: 32, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 6 } },
  evaluation: { importance: "off" as const },
};
