import { describe, expect, it } from "vitest";
import { loadConfig } from "../../config/load.js";
import { isTable, type ModalityConfig } from "../../config/modalities/kinds.js";
import { RunError } from "../../errors.js";
import { resolveColumns } from "../table/columns.js";
import { type Merge, mergeGasTurbine, mergeSuperconductivity } from "./merge.js";

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const text = (rows: readonly (readonly (string | number)[])[], end = "\n") =>
  rows.map((row) => row.join(",")).join(end);
const lines = (merge: Merge, parts: Record<string, string>) => [...merge.lines(new Map(Object.entries(parts)))];

const elements = names("e", 86);
const amounts = (first: number, second: number) => [first, second, ...Array<number>(84).fill(0)];
const features = (value: number) => Array<number>(81).fill(value);
const train = [
  [...names("d", 81), "critical_temp"],
  [...features(0.5), 29],
  [...features(1e-7), 26.5],
  [...features(2), 19],
];
const unique = [
  [...elements, "critical_temp", "material"],
  [...amounts(1, 2), 29, "H1He2"],
  [...amounts(2, 2), 26.5, "H2He2"],
  [...amounts(2, 4), 19, '"H2He4"'],
];

function tableOf(modality: ModalityConfig) {
  if (!isTable(modality)) throw new Error("not a table");
  return modality;
}

describe("superconductivity", () => {
  it("becomes the table whose columns its config names", async () => {
    const [header, ...rows] = lines(mergeSuperconductivity, { "train.csv": text(train), "unique_m.csv": text(unique) });
    const columns = header.split(",");
    const { config } = await loadConfig("configs/superconductivity.yaml", []);
    const of = (name: string) => resolveColumns(tableOf(config.data.modalities[name]).columns, columns, name);
    expect(of("descriptors")).toEqual(names("d", 81));
    expect(of("composition")).toEqual(elements);
    expect(columns).toContain(config.data.target);
    expect(columns).toContain(config.data.id);
    expect(rows.map((row) => row.split(",").slice(0, 5))).toEqual([
      ["0", "H1He2", "0", "uci", "0.5"],
      ["1", "H2He2", "1", "uci", "1e-7"],
      ["2", "H2He4", "0", "uci", "2"],
    ]);
    expect(rows.map((row) => row.split(",").at(-1))).toEqual(["29", "26.5", "19"]);
  });

  it("reads files with a byte order mark and CRLF", () => {
    const parts = { "train.csv": text(train, "\r\n"), "unique_m.csv": `\ufeff${text(unique, "\r\n")}\r\n` };
    expect(lines(mergeSuperconductivity, parts)).toHaveLength(4);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["no file", { "train.csv": text(train) }, /unique_m\.csv: is not in the archive/],
    ["a short line", { "train.csv": text([train[0], [1, 2]]) }, /train\.csv: line 2 has 2 cells, expected 82/],
    ["no rows", { "train.csv": text([train[0]]) }, /train\.csv: holds no rows/],
    ["fewer rows", { "train.csv": text(train.slice(0, 3)) }, /train\.csv: rows: 2, but 3 in unique_m\.csv/],
    [
      "rows in another order",
      { "train.csv": text([train[0], train[2], train[1], train[3]]) },
      /critical_temp in row 1: 26\.5, but 29/,
    ],
    [
      "another header",
      { "unique_m.csv": text([names("x", 88), ...unique.slice(1)]) },
      /unique_m\.csv: has no column "critical_temp"/,
    ],
  ])("refuses %s", (what, changed, message) => {
    const all: Record<string, string> = { "train.csv": text(train), "unique_m.csv": text(unique), ...changed };
    if (what === "no file") delete all["unique_m.csv"];
    expect(() => lines(mergeSuperconductivity, all)).toThrow(RunError);
    expect(() => lines(mergeSuperconductivity, all)).toThrow(message);
  });
});

describe("gas turbine", () => {
  const columns = ["AT", "AP", "AH", "AFDP", "GTEP", "TIT", "TAT", "TEY", "CDP", "CO", "NOX"];
  const year = (order: readonly string[], value: number) =>
    text([order, order.map((name) => value + columns.indexOf(name))]);
  const parts = Object.fromEntries(
    [2011, 2012, 2013, 2014, 2015].map((y, k) => [
      `gt_${y}.csv`,
      year(k === 2 ? [...columns].reverse() : columns, 100 * k),
    ]),
  );

  it("becomes one table, by column name, with the years its config needs", async () => {
    const [header, ...rows] = lines(mergeGasTurbine, parts);
    const { config } = await loadConfig("configs/gas-turbine.yaml", []);
    for (const [name, modality] of Object.entries(config.data.modalities)) {
      const { columns: wanted } = tableOf(modality);
      expect(resolveColumns(wanted, header.split(","), name)).toEqual(wanted);
    }
    expect(header).toBe(`year,${columns.join(",")}`);
    expect(rows.map((row) => row.split(",").slice(0, 3))).toEqual([
      ["2011", "0", "1"],
      ["2012", "100", "101"],
      ["2013", "200", "201"],
      ["2014", "300", "301"],
      ["2015", "400", "401"],
    ]);
  });

  it("refuses a year without a column", () => {
    const spoilt = { ...parts, "gt_2014.csv": year([...columns.slice(0, 10), "NOX2"], 0) };
    expect(() => lines(mergeGasTurbine, spoilt)).toThrow('gt_2014.csv: has no column "NOX"');
  });
});
