import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { ColumnEnds } from "./column-ends.js";
import { findBeyondTraining, findSentinels, sentinelMessages } from "./sentinel-values.js";

const column = (name: string, values: readonly number[]) => {
  const ends = new ColumnEnds();
  ends.add(Float64Array.from(values));
  return { name, ends };
};
const found = (...columns: Record<string, readonly number[]>[]) =>
  findSentinels(columns.flatMap((each) => Object.entries(each).map(([name, values]) => column(name, values)))).map(
    ({ column: name, value, count }) => `${name} ${value} ${count}`,
  );

const rng = new Rng(1);
const draws = (rows: number, draw: () => number) => Array.from({ length: rows }, draw);
const iq = draws(400, () => Math.round(100 + 15 * rng.normal()));
const poisson = (mean: number) => {
  let k = 0;
  for (let p = Math.exp(-mean), sum = p, u = rng.uniform(); u > sum && k < 500; sum += p) p *= mean / ++k;
  return k;
};

/** The values with the first ones replaced. */
const spoilt = (values: readonly number[], ...codes: number[]) => values.map((value, i) => codes[i] ?? value);

describe("sentinel values", () => {
  it.each([
    ["-9999 twice", { iq: spoilt(iq, -9999, -9999) }, ["iq -9999 2"]],
    ["both ends", { iq: spoilt(iq, -9999, -9999, 9999, 9999, 9999) }, ["iq -9999 2", "iq 9999 3"]],
    ["several codes", { iq: spoilt(iq, -9999, -9999, -999, -999, -99, -99) }, ["iq -9999 2", "iq -999 2", "iq -99 2"]],
    ["beside a single absurd value", { iq: spoilt(iq, -9999, -9999, 1e12) }, ["iq -9999 2"]],
    ["a majority", { iq: iq.map((value, i) => (i % 4 === 0 ? value : -9999)) }, ["iq -9999 300"]],
    [
      "in a heavy tail",
      {
        x: spoilt(
          draws(400, () => Math.exp(3 * rng.normal())),
          -999,
          -999,
        ),
      },
      ["x -999 2"],
    ],
    [
      "in a code of two values",
      {
        sex: spoilt(
          draws(400, () => 1 + rng.integer(2)),
          -9,
          -9,
          -9,
        ),
      },
      ["sex -9 3"],
    ],
    [
      "fill value of files",
      {
        x: spoilt(
          draws(90, () => rng.normal()),
          9.96921e36,
          9.96921e36,
        ),
      },
      ["x 9.96921e+36 2"],
    ],
  ])("%s", (_, columns, expected) => {
    expect(found(columns)).toEqual(expected);
  });

  it("looks less strictly for what another column showed", () => {
    const wide = draws(400, () => 2 + 1400 * rng.uniform());
    expect(found({ nox: spoilt(wide, -200, -200) })).toEqual([]);
    const co = spoilt(
      draws(400, () => 1 + 10 * rng.uniform()),
      -200,
      -200,
    );
    expect(found({ co, nox: spoilt(wide, -200, -200) })).toEqual(["co -200 2", "nox -200 2"]);
  });

  const quiet: Record<string, () => number> = {
    "counts with many zeros": () => (rng.uniform() < 0.7 ? 0 : poisson(3)),
    "large counts with many zeros": () => (rng.uniform() < 0.3 ? 0 : poisson(100)),
    "rare counts": () => poisson(Math.exp(2 * rng.normal() - 4)),
    "a bounded score": () => Math.max(0, Math.min(100, Math.round(80 + 25 * rng.normal()))),
    "a score at its ceiling": () => Math.min(30, Math.round(28 + 3 * rng.normal())),
    "one-hot": () => Number(rng.uniform() < 0.02),
    lognormal: () => Math.round(100 * Math.exp(2 * rng.normal())) / 100,
    "heavier than lognormal": () => Math.round((10 * rng.normal()) / Math.abs(rng.normal())) / 10,
    "constant but for a few": () => (rng.uniform() < 0.98 ? 1 : 20 + rng.normal()),
    "whole numbers, constant but for a few": () => (rng.uniform() < 0.98 ? 0 : 30 + rng.integer(4)),
    "top-coded": () => Math.min(85, Math.round(18 + 60 * rng.uniform())),
    "below the limit of detection": () => Math.max(0.05, Math.exp(rng.normal())),
    "minutes, or none": () => (rng.uniform() < 0.6 ? 0 : 20 + 40 * rng.uniform()),
  };
  it.each(Object.entries(quiet))("says nothing of %s", (_, draw) => {
    for (const rows of [60, 400, 3000]) {
      for (let k = 0; k < 20; k++) expect(found({ x: draws(rows, draw) })).toEqual([]);
    }
  });

  it("needs a repetition, and enough other values", () => {
    expect(found({ iq: spoilt(iq, -9999) })).toEqual([]);
    expect(found({ iq: [-9999, -9999, ...iq.slice(2, 10)] })).toEqual([]);
    expect(found({ iq: [-9999, -9999, 5] }, { none: [] }, { gaps: [Number.NaN, Number.NaN] })).toEqual([]);
  });

  it("counts exactly over any number of pieces, and ignores gaps", () => {
    const values = spoilt(iq, -9999, Number.NaN, -9999);
    const ends = new ColumnEnds();
    for (let i = 0; i < 400; i += 7) ends.add(Float64Array.from(values.slice(i, i + 7)));
    expect(ends.present).toBe(399);
    expect(ends.lowest[0]).toEqual({ value: -9999, count: 2 });
    const many = new ColumnEnds();
    for (let i = 0; i < 50; i++) many.add(Float64Array.from({ length: 1000 }, (_, r) => (1000 * i + r) % 997));
    expect(many.highest[0]).toEqual({ value: 996, count: 50 });
    expect(many.sample().length).toBeLessThanOrEqual(8192);
    expect(many.sample()[Math.floor(many.sample().length / 2)]).toBeCloseTo(498, -2);
  });

  it("holds the few rows of a table against what a model was trained on", () => {
    const ranges = new Map([["iq", { low: 60, median: 100, high: 150 }]]);
    const strange = (values: readonly number[]) => findBeyondTraining([column("iq", values)], ranges);
    expect(strange([-9999, 95])).toMatchObject([{ value: -9999, count: 1, low: 60, high: 150, trained: true }]);
    expect(strange([999, 95])).toMatchObject([{ value: 999 }]);
    expect(strange([1234.5, 1234.5, 95])).toMatchObject([{ value: 1234.5, count: 2 }]);
    expect(strange([95, 170, 31])).toEqual([]);
    expect(strange([1234.5, 95])).toEqual([]); // one measurement, far outside, and no code
  });

  it("names column, value, count and remedy", () => {
    const columns = ["a", "b", "c", "d", "e"].map((name) => column(name, spoilt(iq, -9999, -9999)));
    const [message, ...others] = sentinelMessages(findSentinels(columns), (value) => `set it to ${value}`);
    expect(others).toEqual([]);
    expect(message).toMatch(
      /^-9999 lies far outside all other values of columns "a" \(2 of 400 values; the others \d+ to \d+\), "b" .* and 1 more\. If it means "missing", set it to -9999;/,
    );
  });
});
