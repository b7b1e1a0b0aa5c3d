import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { Rng } from "../../src/math/rng.js";
import { parseCsv } from "../../src/report/csv.js";
import { predictRun } from "../../src/run/predict-run.js";
import { trainRun } from "../../src/run/train-run.js";
import { scratchFolder } from "../support/command.js";

const folder = scratchFolder();
const at = (name: string) => path.join(folder, name);

/** A run so small that it takes a second or two. */
function tinyConfig(name: string, data: object, more: object = {}) {
  return parseConfig({
    name,
    data: { file: `${name}.csv`, target: "y", ...data },
    model: { latentDim: 3, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: { batchSize: 32, optimizer: { learningRate: 0.01 }, stage1: { maxEpochs: 6 }, stage2: { maxEpochs: 25 } },
    ...more,
  });
}

type Row = Record<string, string | number>;

async function write(name: string, rows: readonly Row[]): Promise<void> {
  const header = Object.keys(rows[0]);
  const lines = rows.map((row) => header.map((column) => row[column]).join(","));
  await writeFile(at(name), `${[header.join(","), ...lines].join("\n")}\n`);
}

/** Rows of a CSV by column name; empty cells are NaN. */
async function read(name: string): Promise<Record<string, number>[]> {
  const { header, rows } = parseCsv(await readFile(at(name), "utf8"), name);
  const number = (text: string) => (text === "" ? Number.NaN : Number(text));
  return rows.map((row) => Object.fromEntries(header.map((column, i) => [column, number(row[i])])));
}

const partOf = (i: number) => (i < 240 ? "train" : i < 300 ? "validation" : "test");

describe("a table as they are", () => {
  /** Signals in a and b; beside them what real tables hold. */
  function oddRow(rng: Rng, i: number): Row {
    const [a, b] = [rng.normal(), rng.normal()];
    const absurd = i === 100 || i === 310;
    const heavy = rng.normal() / Math.abs(rng.normal()); // Cauchy
    return {
      y: a + b + 0.3 * rng.normal(),
      a1: absurd ? 1e300 : a,
      a2: absurd ? -1e18 : a + rng.normal(),
      a_heavy: heavy ** 3,
      a_constant: partOf(i) === "test" ? 1e6 * rng.normal() : 7, // constant in training, not in test
      b1: absurd ? -1.7e308 : b,
      b_code: [0, 0, 0, 0, 0, 1, 2, 99][rng.integer(8)], // category-like, 99 for "unknown"
      b_almost: i === 17 || i === 320 ? 1e9 : 0, // one row apart
      b_gaps: rng.uniform() < 0.3 ? "" : b + rng.normal(),
      part: partOf(i),
    };
  }

  it.each(["quantile", "standardize"])(
    "%s: predictions stay finite and within the training range",
    async (preparation) => {
      const rng = new Rng(1);
      const name = `odd-${preparation}`;
      await write(
        `${name}.csv`,
        Array.from({ length: 400 }, (_, i) => oddRow(rng, i)),
      );
      const config = tinyConfig(name, {
        modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } },
        split: { by: "column", column: "part" },
        missing: "mean",
        inputs: { preparation },
      });
      const { metrics } = await trainRun({ config, baseFolder: folder, out: at(name) });
      const train = (await read(`${name}.csv`)).slice(0, 240).map(({ y }) => y);
      const [low, high] = [Math.min(...train), Math.max(...train)];
      const within = (value: number) =>
        expect(value >= low && value <= high, `${value} in ${low} to ${high}`).toBe(true);
      for (const row of await read(path.join(name, "predictions.csv"))) {
        within(row["y.prediction"]);
        for (const [column, value] of Object.entries(row)) {
          if (column !== "id" && column !== "part") expect(Number.isFinite(value), column).toBe(true);
        }
      }
      // The absurd rows did not spoil what can be learnt: 0.3 is noise, 1.45 the standard deviation of y.
      expect(metrics.test.overall.rmse).toBeLessThan(1);
      await write(
        "far.csv",
        [1e308, -1e308, 0].map((x) => ({ ...oddRow(rng, 0), a1: x, a_heavy: -x, b1: x, b_gaps: "" })),
      );
      await predictRun({ run: at(name), data: at("far.csv"), out: at("far-p.csv"), engine: "auto", draws: 0 });
      const far = await read("far-p.csv");
      expect(far).toHaveLength(3);
      for (const row of far) within(row["y.prediction"]);
    },
  );
});
