import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import yargs from "yargs";
import { command } from "../../src/cli/commands/decompose.js";
import { parseConfig } from "../../src/config/load.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { evaluatePart } from "../../src/evaluation/metrics.js";
import { givenRows } from "../../src/library/memory-rows.js";
import { Rng } from "../../src/math/rng.js";
import { heldOutBound } from "../../src/mi/bound.js";
import { ksg } from "../../src/mi/ksg.js";
import { gaussianPidFromData } from "../../src/pid/estimate/gaussian-pid-from-data.js";
import { rowGroups } from "../../src/pid/estimate/row-groups.js";

/** Rows are counted from 1 wherever a message tells one, a header not counted: the faulty one is always the third. */
const third = 2;
const said = /rows? (1 and )?3\b/;
const rows = 30;
const numbers = new Rng("row numbers");
const values = Array.from({ length: 3 }, () => Float64Array.from({ length: rows }, () => numbers.normal()));
const withGap = values[0].with(third, Number.NaN);

describe("rows in memory are counted from 1", () => {
  const columns = (name: string, own: Float64Array) => ({ name, columns: [own] });
  it.each<[string, () => unknown]>([
    [
      "gaussianPidFromData",
      () => gaussianPidFromData(columns("y", values[0]), [columns("a", withGap), columns("b", values[2])]),
    ],
    ["ksg", () => ksg([withGap], [values[1]])],
    ["heldOutBound", () => heldOutBound((i, j) => (i === third && j === third ? Number.NaN : 0), rows)],
    [
      "rowGroups",
      () =>
        rowGroups(
          Array.from({ length: rows }, (_, i) => (i === third ? null : "g")),
          rows,
        ),
    ],
    ["evaluatePart", () => evaluatePart(["y"], [1, 2, 3, 4], [1, 2, Number.NaN, 4])],
    ["fit: a value", () => givenRows({ modalities: { a: [[1], [2], ["x" as never]] }, target: { y: [1, 2, 3] } })],
    [
      "fit: a target",
      () => givenRows({ modalities: { a: [[1], [2], [3]] }, target: { y: [1, 2, Number.POSITIVE_INFINITY] } }),
    ],
    [
      "fit: an id",
      () => givenRows({ modalities: { a: [[1], [2], [3]] }, target: { y: [1, 2, 3] }, ids: ["p", "q", "p"] }),
    ],
    [
      "fit: a category",
      () => givenRows({ modalities: { a: { categories: { k: ["x", "z", {} as never] } } }, target: { y: [1, 2, 3] } }),
    ],
    [
      "fit: an order",
      () => givenRows({ modalities: { a: [[1], [2], [3]] }, target: { y: [1, 2, 3] }, order: [1, 2, {} as never] }),
    ],
  ])("%s", (_, call) => {
    expect(call).toThrow(said);
  });
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pidreg-row-numbers-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A table of 30 rows whose third has the given cells; `day` is a date, `icv` a number. */
function write(name: string, change: Readonly<Record<string, string>>): string {
  const header = ["id", "y", "a", "b", "g", "day", "icv"];
  const lines = Array.from({ length: rows }, (_, i) => {
    const own: Record<string, string> = {
      ...{ id: `p${i}`, y: String(values[0][i]), a: String(values[1][i]), b: String(values[2][i]) },
      ...{ g: `g${i % 5}`, day: `2024-01-${10 + (i % 20)}`, icv: String(i % 7) },
    };
    return header.map((column) => (i === third ? (change[column] ?? own[column]) : own[column])).join(",");
  });
  writeFileSync(path.join(folder, name), `${[header.join(","), ...lines].join("\n")}\n`);
  return path.join(folder, name);
}

describe("rows of a table are counted from 1, the header not", () => {
  it.each<[string, Readonly<Record<string, string>>, object]>([
    ["a word among numbers", { a: "x" }, {}],
    ["a number that is not finite", { a: "inf" }, {}],
    ["a missing value", { a: "" }, {}],
    ["an empty group", { g: "" }, { group: "g" }],
    ["an id twice", { id: "p0" }, { id: "id" }],
    ["an order that is no date", { day: "soon" }, { order: "day" }],
    ["a date that is none", { day: "soon" }, { modalities: { a: { columns: ["a"], dates: ["day"] }, b: ["b"] } }],
    ["a confound that is missing", { icv: "" }, { confounds: ["icv"] }],
    ["a confound of numbers with a word", { icv: "big" }, { confounds: ["icv"] }],
  ])("training: %s", async (_, change, more) => {
    write("t.csv", change);
    const data = { file: "t.csv", target: "y", modalities: { a: ["a"], b: ["b"] }, ...more };
    const load = () => loadDataset(parseConfig({ name: "t", data }).data, folder);
    await expect(load()).rejects.toThrow(/rows? ("|1 and )?3\b/);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["a word among numbers", { a: "x" }, []],
    ["a missing value", { a: "" }, []],
    ["a missing group of --by", { g: "" }, ["--by", "g"]],
    ["a missing label of --group", { g: "" }, ["--group", "g"]],
    ["a word in a streamed table", { a: "x" }, ["--stream"]],
    ["a missing value in a streamed table", { a: "" }, ["--stream"]],
  ])("decompose: %s", async (_, change, options) => {
    const file = write("d.csv", change);
    const silent = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockReturnValue(true));
    const table = ["--data", file, "--target", "y", "--modality", "a=a", "--modality", "b=b", "--no-check"];
    const run = () =>
      yargs(["decompose", ...table, ...options])
        .command(command)
        .parserConfiguration({ "boolean-negation": false })
        .fail((message, error) => {
          throw error ?? new Error(message);
        })
        .parseAsync();
    try {
      await expect(run()).rejects.toThrow(said);
    } finally {
      for (const each of silent) each.mockRestore();
    }
  });
});
