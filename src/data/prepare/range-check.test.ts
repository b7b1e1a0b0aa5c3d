import { describe, expect, it } from "vitest";
import { rankedInputs } from "../../../test/support/ranked-inputs.js";
import { inputSchema } from "../../config/data.js";
import { Rng } from "../../math/rng.js";
import { usualRange } from "./column-range.js";
import { fitPreprocessor, type Preprocessor } from "./preprocessor.js";
import {
  betaBinomialTail,
  type DepartedColumn,
  departedColumns,
  departedTargets,
  departureMessages,
  type ReadOutside,
} from "./range-check.js";
import { preprocessorFromJSON } from "./stored.js";

/** Columns that a table may hold, each drawn row by row. */
const kinds: Readonly<Record<string, (rng: Rng) => number>> = {
  normal: (rng) => rng.normal(),
  thickness: (rng) => 2.5 + 0.2 * rng.normal(),
  lognormal: (rng) => Math.exp(1.5 * rng.normal()),
  cauchy: (rng) => rng.normal() / Math.abs(rng.normal()),
  counts: (rng) => Math.floor(-3 * Math.log(rng.uniform())),
  rare: (rng) => (rng.uniform() < 0.04 ? -Math.log(rng.uniform()) : 0),
  sex: (rng) => rng.integer(2),
  gaps: (rng) => (rng.uniform() < 0.5 ? Number.NaN : rng.normal()),
};
const names = Object.keys(kinds);

function tableOf(rows: number, rng: Rng) {
  const values = new Float64Array(rows * names.length);
  for (let i = 0; i < values.length; i++) values[i] = kinds[names[i % names.length]](rng);
  return { rows, modalities: [{ name: "m", columns: names, values }] };
}

type Table = ReturnType<typeof tableOf>;

/** The table with one of its columns changed. */
function changed(table: Table, column: string, change: (value: number) => number): Table {
  const [{ values }] = table.modalities;
  const k = names.indexOf(column);
  const next = values.map((value, i) => (i % names.length === k ? change(value) : value));
  return { ...table, modalities: [{ ...table.modalities[0], values: next }] };
}

function fitted(rows: number, preparation: "quantile" | "standardize" = "quantile"): Preprocessor {
  const config = {
    missing: "mean",
    missingIndicator: false,
    inputs: rankedInputs(inputSchema.parse({ preparation })),
  } as const;
  const table = tableOf(rows, new Rng("training"));
  return fitPreprocessor(
    table,
    Int32Array.from({ length: rows }, (_, i) => i),
    config,
  );
}
/** The columns of a table that a model reads and knows the range of. */
const watched = (preprocessor: Preprocessor, { rows, modalities: [{ columns, values }] }: Table) =>
  preprocessor.modalities[0].columns.flatMap(({ name: column, range, preparation }) => {
    const at = columns.indexOf(column);
    const own = Float64Array.from({ length: rows }, (_, i) => values[i * columns.length + at]);
    const outsideReadAs: ReadOutside =
      preparation.kind === "quantile" ? { as: "nearest" } : { as: "clipped", deviations: preparation.clip };
    return range === undefined ? [] : [{ modality: "m", column, range, outsideReadAs, values: own }];
  });
const found = (preprocessor: Preprocessor, table: Table) =>
  departedColumns(watched(preprocessor, table)) as DepartedColumn[];

describe("departedColumns", () => {
  it("is silent on new rows from where the training rows came, however few there are of either", () => {
    let alarms = 0;
    let tables = 0;
    for (const training of [40, 150, 600]) {
      for (let k = 0; k < 100; k++) {
        const config = { missing: "mean", missingIndicator: false, inputs: rankedInputs() } as const;
        const rng = new Rng(`${training}/${k}`);
        const rows = Int32Array.from({ length: training }, (_, i) => i);
        const preprocessor = fitPreprocessor(tableOf(training, rng), rows, config);
        const size = [1, 3, 10, 40, 300][k % 5];
        tables++;
        alarms += Number(found(preprocessor, tableOf(size, rng.split("new"))).length > 0);
      }
    }
    expect(tables).toBe(300);
    expect(alarms).toBeLessThanOrEqual(1);
  });

  it.each(["quantile", "standardize"] as const)("names a column that is 1000 times larger, prepared by %s", (kind) => {
    const table = changed(tableOf(60, new Rng("new")), "thickness", (value) => 1000 * value);
    const [column, ...others] = found(fitted(400, kind), table);
    expect(others).toEqual([]);
    expect(column).toMatchObject({ modality: "m", column: "thickness", by: "range", values: 60, outside: 1 });
    expect(column.median).toBeGreaterThan(2400);
    expect(column.trainingMedian).toBeCloseTo(2.5, 1);
  });

  const units: [string, string, (value: number) => number][] = [
    ["smaller by 1000, far from 0", "thickness", (value) => value / 1000],
    ["smaller by 1000, around 0", "normal", (value) => value / 1000],
    ["smaller by 10, around 0", "normal", (value) => value / 10],
    ["larger by 2.54", "normal", (value) => 2.54 * value],
    ["in kelvin", "normal", (value) => value + 273.15],
    ["larger by 1000, with a long tail", "lognormal", (value) => 1000 * value],
    ["larger by 1000, half of it missing", "gaps", (value) => 1000 * value],
    ["99 for what is not known", "thickness", (value) => (value > 2.65 ? 99 : value)],
  ];
  it.each(units)("names a column that is %s", (_, column, change) => {
    const table = changed(tableOf(80, new Rng("new")), column, change);
    expect(found(fitted(400), table).map((departed) => departed.column)).toEqual([column]);
  });

  it("is not blinded by one absurd training value", () => {
    const training = changed(tableOf(400, new Rng("training")), "thickness", (value) => value);
    training.modalities[0].values[names.indexOf("thickness")] = 1e6;
    const config = { missing: "mean", missingIndicator: false, inputs: rankedInputs() } as const;
    const preprocessor = fitPreprocessor(
      training,
      Int32Array.from({ length: 400 }, (_, i) => i),
      config,
    );
    const table = changed(tableOf(60, new Rng("new")), "thickness", (value) => 1000 * value);
    const [column] = found(preprocessor, table);
    expect(column).toMatchObject({ column: "thickness", by: "usual", outside: 1 });
    expect(departureMessages([column], 8)[0]).toMatch(
      /thickness: 100 % of 60 values outside the usual 1\.\d+ to 3\.\d+ \(median 2[45]\d\d, in training 2\.\d+\)/,
    );
  });

  it("says what becomes of values outside, for each kind of column that has some", () => {
    const [column] = found(
      fitted(400),
      changed(tableOf(60, new Rng("new")), "thickness", (value) => 1000 * value),
    );
    const text = (...read: ReadOutside[]) =>
      departureMessages(
        read.map((outsideReadAs) => ({ ...column, outsideReadAs })),
        8,
      )[0].split("). ")[1];
    const compare = ": compare units and preparation with the training table";
    expect(text({ as: "nearest" })).toBe(
      `Values outside the training range are read, those of columns prepared by quantiles as the nearest that training knew${compare}`,
    );
    expect(text({ as: "clipped", deviations: 10 }, { as: "itself" })).toBe(
      "Values outside the training range are read, those of standardised columns as they are, up to 10 standard deviations from " +
        `the mean, those of arrays as they are${compare}`,
    );
    expect(text({ as: "levelled", distances: 3 })).toBe(
      "Values outside the training range are read, those of robustly scaled columns levelled off towards 3 distances of the quartiles " +
        `from the median${compare}`,
    );
    const [scaled] = departureMessages([{ ...column, by: "scale" }], 8);
    expect(scaled).toMatch(/\)\. Compare units and preparation/);
    expect(scaled).not.toContain("are read");
  });

  it("names an absurd value of a single row", () => {
    const table = changed(tableOf(1, new Rng("new")), "thickness", (value) => 1000 * value);
    expect(found(fitted(400), table).map(({ column }) => column)).toEqual(["thickness"]);
  });

  it("cannot say it of a model that was stored without the ranges", () => {
    const preprocessor = fitted(400);
    const stored = JSON.parse(JSON.stringify(preprocessor));
    expect(preprocessorFromJSON(stored, "x")).toEqual(preprocessor);
    for (const column of stored.modalities[0].columns) delete column.range;
    const older = preprocessorFromJSON(stored, "x");
    expect(departedColumns(watched(older, tableOf(10, new Rng("new"))))).toBeNull();
    expect(departureMessages(null, 8)).toEqual([expect.stringContaining("is not known")]);
    expect(departureMessages([], 8)).toEqual([]);
  });
});

it("stored ranges are checked", () => {
  const stored = JSON.parse(JSON.stringify(fitted(100)));
  stored.modalities[0].columns[0].range.median = 1e9;
  expect(() => preprocessorFromJSON(stored, "x")).toThrow(/ascending/);
});

it("a normal column has 99.9 % of its values in the usual range", () => {
  const [from, to] = usualRange({ low: -1.645, high: 1.645 });
  expect([from, to]).toEqual([-3.29, 3.29]);
});

describe("departedTargets", () => {
  const ranges = [{ name: "age", min: 5, max: 90 }];
  const of = (values: number[]) => ({ targets: [{ name: "age", values: Float64Array.from(values) }] });

  it("names a target in another unit, of rows where it is known", () => {
    const months = Array.from({ length: 50 }, (_, i) => (i % 5 === 0 ? Number.NaN : 12 * (10 + i)));
    const [target] = departedTargets(of(months), ranges, 500);
    expect(target).toMatchObject({ modality: null, column: "age", values: 40, outside: 1, range: [5, 90] });
    expect(departureMessages([target], 3)[0]).toContain("target age: 100 % of 40 values outside 5 to 90");
    expect(departedTargets(of([10, 20, 91]), ranges, 500)).toEqual([]);
    expect(departedTargets({ targets: [] }, ranges, 500)).toEqual([]);
  });
});

describe("betaBinomialTail", () => {
  it("is that of the order statistics: one new value is outside n of them with probability 2 / (n + 1)", () => {
    expect(betaBinomialTail(1, 1, 2, 98)).toBeCloseTo(2 / 100, 12);
    expect(betaBinomialTail(0, 7, 2, 98)).toBeCloseTo(1, 12);
    expect(betaBinomialTail(3, 10, 2, 38)).toBeCloseTo(betaBinomialSum(3, 10, 2, 38), 12);
  });

  function betaBinomialSum(k: number, n: number, a: number, b: number): number {
    const logFactorial = (m: number) => Array.from({ length: m }, (_, i) => Math.log(i + 1)).reduce((x, y) => x + y, 0);
    const logBeta = (x: number, y: number) => logFactorial(x - 1) + logFactorial(y - 1) - logFactorial(x + y - 1);
    return Array.from({ length: n - k + 1 }, (_, i) => k + i).reduce((sum, j) => {
      const choose = logFactorial(n) - logFactorial(j) - logFactorial(n - j);
      return sum + Math.exp(choose + logBeta(j + a, n - j + b) - logBeta(a, b));
    }, 0);
  }
});
