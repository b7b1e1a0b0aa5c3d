import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { Rng } from "../../src/math/rng.js";
import { evaluateTable, evaluateTestPart } from "../../src/run/apply/evaluate-run.js";
import type { Evaluation } from "../../src/run/apply/evaluation.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
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
          // Where others chose the epoch is known of validation rows only, intervals of test rows.
          if (!["id", "part", "y.crossed", "y.lower", "y.upper"].includes(column))
            expect(Number.isFinite(value), column).toBe(true);
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

const normals = (rng: Rng, n: number) => Array.from({ length: n }, () => rng.normal());
const json = async (name: string) => JSON.parse(await readFile(at(name), "utf8"));

describe("sites", () => {
  /** Scanner q adds 5 to everything; the target has a spread of 1.4, as features say. */
  function siteRow(rng: Rng, site: string): Row {
    const [a, b] = normals(rng, 2);
    const shift = site === "q" ? 5 : 0;
    const near = (x: number) => x + shift + 0.5 * rng.normal();
    return {
      y: a + b + 0.3 * rng.normal(),
      scanner: site,
      a1: near(a),
      a2: near(a),
      a3: near(a),
      b1: near(b),
      b2: near(b),
    };
  }

  it("are harmonised in training and prediction; intervals per group and corrected predictions are written", async () => {
    const rng = new Rng(2);
    await write(
      "sites.csv",
      Array.from({ length: 400 }, (_, i) => siteRow(rng, i % 3 === 0 ? "q" : "p")),
    );
    const config = tinyConfig(
      "sites",
      {
        modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } },
        harmonise: { site: "scanner", preserve: ["y"] },
        split: { by: "random", train: 0.6, validation: 0.2, test: 0.2 },
      },
      { evaluation: { biasCorrection: "linear", intervals: { coverage: 0.8, group: "scanner" } } },
    );
    await trainRun({ config, baseFolder: folder, out: at("sites") });
    const metrics = await json("sites/metrics.json");
    expect(Object.keys(metrics.intervals.targets.y.groups)).toEqual(["p", "q"]);
    const { slope, intercept } = metrics.biasCorrection.targets.y;
    for (const row of await read("sites/predictions.csv")) {
      expect(row["y.prediction.corrected"]).toBeCloseTo((row["y.prediction"] - intercept) / slope, 9);
    }
    // The intervals of the test rows are those that `predict` gives them; the validation rows made these.
    await predictRun({ run: at("sites"), data: at("sites.csv"), out: at("again.csv"), engine: "auto", draws: 0 });
    const again = new Map((await read("again.csv")).map((row) => [row.id, row]));
    const tested = (await read("sites/predictions.csv")).filter((row) => Number.isFinite(row["y.lower"]));
    expect(tested).toHaveLength(80);
    for (const row of tested) {
      for (const end of ["y.lower", "y.upper"]) expect(row[end]).toBeCloseTo(again.get(row.id)?.[end] ?? Number.NaN, 4);
    }
    const { harmonisation } = await json("sites/data.json");
    expect(harmonisation).toMatchObject({ site: "scanner", preservedInFit: ["y"], leftAsTheyAre: { test: {} } });

    // One row as both scanners would see it: the shift is gone. A third scanner is not known.
    const row = siteRow(rng, "p");
    const moved = Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, /^[ab]/.test(key) ? Number(value) + 5 : value]),
    );
    await write(
      "seen.csv",
      [row, { ...moved, scanner: "q" }, { ...row, scanner: "new" }].map(({ y: _, ...rest }) => rest),
    );
    const predicted = await predictRun({
      run: at("sites"),
      data: at("seen.csv"),
      out: at("seen-p.csv"),
      engine: "auto",
      draws: 0,
    });
    const [p, q, unknown] = (await read("seen-p.csv")).map((values) => values["y.prediction"]);
    // Estimates from 240 rows of which a third are of scanner q, on a spread of 1.4.
    expect(Math.abs(p - q)).toBeLessThan(0.5);
    expect(Number.isFinite(unknown)).toBe(true);
    expect(predicted.level).toBe(0.8);
    expect(predicted.messages).toEqual([
      expect.stringContaining("1 row comes from sites that the training part does not know (new)"),
      expect.stringContaining('no validation row has "scanner" new'),
    ]);
    const [first, second, third] = await read("seen-p.csv");
    const width = (values: Record<string, number>) => values["y.upper"] - values["y.lower"];
    expect(width(first)).toBeCloseTo(2 * metrics.intervals.targets.y.groups.p.halfWidth, 9);
    expect(width(second)).toBeCloseTo(2 * metrics.intervals.targets.y.groups.q.halfWidth, 9);
    // Intervals of a scanner that nobody saw allow for how scanners differ; they are no part of the metrics.
    expect(width(third)).toBeGreaterThan(0);

    // This model never saw rows without a modality.
    await write("lacking.csv", [{ ...row, b1: "", b2: "" }]);
    const lacking = predictRun({
      run: at("sites"),
      data: at("lacking.csv"),
      out: at("l.csv"),
      engine: "auto",
      draws: 0,
    });
    await expect(lacking).rejects.toThrow(/Every column is missing of modality "b" \(1 row\): a model that is trained/);
  });
});

describe("rows that lack a modality", () => {
  function gapRow(rng: Rng, lacks: string): Row {
    const [a, b] = normals(rng, 2);
    const row: Row = { y: a + b + 0.3 * rng.normal(), a1: a, a2: a + rng.normal(), b1: b, b2: b + rng.normal() };
    return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, key.startsWith(lacks) ? "" : value]));
  }

  it("are trained on and predicted from the rest; errors are given by pattern", async () => {
    const rng = new Rng(3);
    await write(
      "gaps.csv",
      Array.from({ length: 500 }, (_, i) => gapRow(rng, i % 5 === 0 ? "b" : "-")),
    );
    const config = tinyConfig("gaps", { modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } });
    const training = { ...config.training, modalityDropout: 0.3 };
    await trainRun({ config: { ...config, training }, baseFolder: folder, out: at("gaps") });
    const { missingModalities: found, notes } = await json("gaps/metrics.json");
    expect(found.modalityDropout).toBe(0.3);
    expect(found.removed.map(({ missing }: { missing: string[] }) => missing)).toEqual([["a"], ["b"]]);
    expect(found.observed.map(({ missing }: { missing: string[] }) => missing)).toEqual([["b"]]);
    const rmse = (pattern: { test: { overall: { rmse: number } } }) => pattern.test.overall.rmse;
    // With both 0.3 is noise; with one, a standard deviation of 1 is unknown too.
    expect(rmse(found.complete)).toBeLessThan(0.75);
    for (const pattern of [...found.removed, ...found.observed]) {
      expect(rmse(pattern)).toBeGreaterThan(rmse(found.complete) + 0.15);
      expect(rmse(pattern)).toBeLessThan(1.4);
    }
    expect(notes[0]).toMatch(
      /^\d+ rows lack "b" and are predicted from the rest \(\d+ of the validation part, \d+ of the test part\); test RMSE/,
    );
    const pid = await json("gaps/pid.json");
    const complete = ["validation", "test"].map((part) => found.complete[part].n);
    const absent = ["validation", "test"].map((part) => found.observed[0][part].n);
    expect([pid.n, pid.test.n]).toEqual(complete);
    expect(pid.lacking).toEqual({ validation: absent[0], test: absent[1] });
    expect((await json("gaps/latents.json")).rows).toBe(complete[0]);
    expect(notes.filter((note: string) => note.startsWith("atoms of"))).toEqual(
      ["validation", "test"].map((part, i) =>
        expect.stringContaining(`atoms of the ${part} part are estimated from the ${complete[i]} of`),
      ),
    );
    const { messages } = await evaluateTestPart(at("gaps"));
    expect(messages).toEqual([expect.stringContaining(`from the ${complete[1]} of ${complete[1] + absent[1]} rows`)]);
    const recorded = parseCsv(await readFile(at("gaps/predictions.csv"), "utf8"), "predictions.csv");
    const column = (name: string) => recorded.rows.map((line) => line[recorded.header.indexOf(name)]);
    expect(column("local.redundancy").map((cell) => cell === "")).toEqual(column("missing").map((cell) => cell !== ""));

    const rows = [gapRow(rng, "-"), gapRow(rng, "a"), gapRow(rng, "b"), { ...gapRow(rng, "b"), b1: 100, b2: "" }];
    await write("new.csv", rows.slice(0, 3));
    await predictRun({ run: at("gaps"), data: at("new.csv"), out: at("new-p.csv"), engine: "auto", draws: 0 });
    const { header, rows: lines } = parseCsv(await readFile(at("new-p.csv"), "utf8"), "new-p.csv");
    expect(lines.map((line) => line[header.indexOf("missing")])).toEqual(["", "a", "b"]);
    const predicted = await read("new-p.csv");
    for (const line of predicted) expect(Number.isFinite(line["y.prediction"])).toBe(true);
    expect(Math.abs(predicted[2]["y.contribution.b"])).toBeLessThan(0.2);
    const names = (evaluation: Evaluation) =>
      evaluation.byMissing.map(({ missing, metrics }) => [missing.join(), metrics.n]);
    const external = await evaluateTable(at("gaps"), at("new.csv"), "auto");
    expect(names(external)).toEqual([
      ["", 1],
      ["a", 1],
      ["b", 1],
    ]);
    expect(external.messages).toHaveLength(2);
    const own = await evaluateTestPart(at("gaps"));
    expect(names(own)).toEqual([
      ["", found.complete.test.n],
      ["b", found.observed[0].test.n],
    ]);
    expect(own.intervals?.targets.y.achieved).toBeGreaterThan(0.75);
    await exportOnnx(at("gaps"), at("gaps.onnx"));
    const session = await InferenceSession.create(at("gaps.onnx"));
    const numbers = (prefix: string) =>
      rows.slice(0, 3).flatMap((row) =>
        Object.keys(row)
          .filter((key) => key.startsWith(prefix))
          .map((key) => (row[key] === "" ? Number.NaN : Number(row[key]))),
      );
    const feed = (prefix: string) => new Tensor("float64", Float64Array.from(numbers(prefix)), [3, 2]);
    const { prediction } = await session.run({ a: feed("a"), b: feed("b") });
    const [whole, ...lacking] = prediction.data as Float64Array;
    expect(whole).toBeCloseTo(predicted[0]["y.prediction"], 5);
    expect(lacking.every(Number.isNaN)).toBe(true); // not a prediction from filled features
    await write("partial.csv", rows);
    const partial = predictRun({
      run: at("gaps"),
      data: at("partial.csv"),
      out: at("x.csv"),
      engine: "auto",
      draws: 0,
    });
    await expect(partial).rejects.toThrow(/1 of 4 rows have missing feature values/);
  });
});
