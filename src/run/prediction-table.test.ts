import { describe, expect, it } from "vitest";
import { RunError } from "../errors.js";
import { csvText } from "../files/csv.js";
import { parseCsv } from "../files/parse-csv.js";
import { parsePredictions, withComparisons } from "../record/predictions.js";
import { predictionCsv, setText } from "./prediction-table.js";

const ids = ["=1+1", "'=1", "''=1", "'quoted'", "-5", "+4", "-sub01", "@a", "\tb", "c\n=d", "'-5"];
const some = (value: number) => Float64Array.from(ids, () => value);

function table(change: object) {
  return predictionCsv(
    {
      ids,
      targets: ["=y"],
      truth: some(1),
      explained: { prediction: some(-2), contributions: new Map([["=a", some(0.5)]]) },
      local: null,
      ...change,
    },
    "t.csv",
  );
}

describe("table of predictions for a spreadsheet", () => {
  const parts = ids.map(() => "test");
  const text = table({ parts, groups: ids });

  it("holds no cell that is run, and numbers as they are", () => {
    const { header, rows } = parseCsv(text, "t.csv");
    for (const cell of [header, ...rows].flat()) {
      if (!Number.isFinite(Number(cell))) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
    }
    expect(rows[0]).toEqual(["'=1+1", "test", "'=1+1", "1", "-2", "0.5"]);
  });

  it("is read back with the ids, groups and names that went in", () => {
    const read = parsePredictions(text, "t.csv", { targets: ["=y"], baselines: [], part: "test" });
    expect(read.ids).toEqual(ids);
    expect(read.groups).toEqual(ids);
    expect([...(read.targets.get("=y")?.contributions.keys() ?? [])]).toEqual(["=a"]);
  });

  it("goes with the comparisons of the same rows", () => {
    const compared = csvText(
      ["id", "part", "=y", "=y.mlp"],
      ids.map((id) => [id, "test", 1, 3]),
      "c.csv",
    );
    const wanted = { targets: ["=y"], baselines: ["mlp"], part: "test" };
    const both = withComparisons(parsePredictions(text, "t.csv", wanted), compared, "c.csv", wanted);
    expect([...(both.targets.get("=y")?.baselines.get("mlp") ?? [])]).toEqual(ids.map(() => 3));
  });
});

describe("cells of a table of predictions", () => {
  const lacking = ids.map((_, i) => (i === 0 ? ["a"] : []));
  const atoms = (value: number) => ({
    unique: { a: some(value), b: some(1) },
    redundancy: some(1),
    synergy: some(1),
    partialRedundancy: some(0),
  });
  const cellsOf = (change: object) => parseCsv(table(change), "t.csv").rows[0];

  it("are empty where there is no value: unknown truth, unbounded interval, atoms of a row that lacks a modality", () => {
    expect(cellsOf({ truth: some(Number.NaN) })[1]).toBe("");
    const unbounded = { low: some(Number.NEGATIVE_INFINITY), high: some(Number.POSITIVE_INFINITY) };
    expect(cellsOf({ ends: unbounded }).slice(3, 5)).toEqual(["", ""]);
    const first = cellsOf({ missing: lacking, local: { ...atoms(1), redundancy: some(1).with(0, Number.NaN) } });
    expect(first.slice(-4)).toEqual(["", "", "", ""]);
  });

  it.each<[string, object]>([
    ["=y", { truth: some(Number.POSITIVE_INFINITY) }],
    ["=y.prediction", { explained: { prediction: some(Number.NaN), contributions: new Map() } }],
    ["=y.prediction.corrected", { corrected: some(Number.POSITIVE_INFINITY) }],
    ["=y.lower", { ends: { low: some(Number.NaN), high: some(1) } }],
    ["=y.upper", { ends: { low: some(1), high: some(Number.NaN) } }],
    ["=y.spread", { spread: some(Number.NaN) }],
    ["=y.ridge", { baselines: [{ name: "ridge", prediction: some(Number.NaN) }] }],
    ["=y.contribution.a", { explained: { prediction: some(1), contributions: new Map([["a", some(Number.NaN)]]) } }],
    ["local.unique.a", { local: atoms(Number.NaN) }],
    ["local.unique.a", { local: atoms(Number.POSITIVE_INFINITY), missing: lacking }],
  ])("of column %s are refused, naming the row, when they are not finite", (column, change) => {
    expect(() => table(change)).toThrow(RunError);
    expect(() => table(change)).toThrow(
      new RegExp(`^t.csv: row \\d+ \\(id ".*"\\), column "${column.replace(".", "\\.")}`),
    );
  });
});

describe("table of predictions", () => {
  it("is read back, also where targets bear the names of its own columns", () => {
    const targets = ["group", "id", "age"];
    const truth = Float64Array.from([1, 2, 3, 4, 5, 6]);
    const text = predictionCsv(
      {
        ids: ["r1", "r2"],
        parts: ["test", "test"],
        groups: ["north", "south"],
        targets,
        truth,
        explained: { prediction: truth.map((value) => value / 2), contributions: new Map() },
        local: null,
      },
      "t.csv",
    );
    const { ids, groups, targets: read } = parsePredictions(text, "t.csv", { targets, baselines: [], part: "test" });
    expect(ids).toEqual(["r1", "r2"]);
    expect(groups).toEqual(["north", "south"]);
    expect(targets.map((name) => [...(read.get(name)?.truth ?? [])])).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });
});

it("writes prediction sets that can be taken apart again, whatever the labels are", () => {
  const labels = ["AD", "a|b", "c\\", "|", "a", "b"];
  expect(setText([0, 4], labels)).toBe("AD|a");
  expect(setText([], labels)).toBe("");
  const text = setText([...labels.keys()], labels);
  const cells = [...text.matchAll(/(?:\\.|[^\\|])+/g)].map(([cell]) => cell.replaceAll(/\\(.)/g, "$1"));
  expect(cells).toEqual(labels);
});
