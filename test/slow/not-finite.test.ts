import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import { RunError } from "../../src/errors.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { Rng } from "../../src/math/rng.js";
import { AtomReader } from "../../src/record/atom-reader.js";
import { ensembleDocument } from "../../src/record/ensemble-folder.js";
import { loadModel, type StoredModel, saveModel } from "../../src/record/model-folder.js";
import type { FittedReader } from "../../src/record/part-readers.js";
import { evaluateTable } from "../../src/run/apply/evaluate-run.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { trainRun } from "../../src/run/train-run.js";
import { pidreg, requireBuild, scratchFolder } from "../support/command.js";
import { itLong } from "../support/long.js";

const folder = scratchFolder();
const inFolder = (...names: string[]) => path.join(folder, ...names);
const table = inFolder("table.csv");

beforeAll(async () => {
  await requireBuild();
  await writeSynthetic(generateSynthetic("mixed", { rows: 300, seed: 1, width: 3 }), folder, "csv");
  const config = parseConfig({
    name: "finite",
    data: {
      file: "table.csv",
      id: "id",
      target: "y",
      modalities: { a: { columns: ["alpha_*"] }, b: { columns: ["beta_*"] } },
    },
    model: { latentDim: 2, encoder: { hidden: [4], embedding: "none" }, predictor: { hidden: [4] } },
    training: { batchSize: 32, stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } },
    evaluation: { biasCorrection: "linear" },
  });
  await trainRun({ config, baseFolder: folder, out: inFolder("run") });
});

/** A copy of the run whose model is another. @returns its folder */
async function changedRun(name: string, change: (stored: StoredModel) => Partial<StoredModel>): Promise<string> {
  const run = inFolder(name);
  await cp(inFolder("run"), run, { recursive: true });
  const stored = await loadModel(inFolder("run/model"));
  await saveModel(path.join(run, "model"), { ...stored, ...change(stored) });
  return run;
}

/** Weights so large that the activations of most rows overflow. */
const huge = ({ average }: StoredModel) => ({ average: average.map((weight) => Math.sign(weight) * 3e38) });
const predict = (run: string, out: string, data = table, draws = 0) =>
  predictRun({ run, data, out: inFolder(out), engine: "auto", draws });

/** Cells that hold no number where one is due. */
async function emptyCells(out: string): Promise<number> {
  const { rows } = parseCsv(await readFile(inFolder(out), "utf8"), out);
  return rows.flatMap((row) => row.slice(1)).filter((cell) => cell === "" || !Number.isFinite(Number(cell))).length;
}

async function refused(attempt: Promise<unknown>, message: RegExp): Promise<void> {
  await expect(attempt).rejects.toThrow(message);
  await expect(attempt).rejects.toBeInstanceOf(RunError);
}

const namesRow = /table\.csv: row "r\d+": .* is (NaN|-?Infinity)/;

/** The reader of a target of numbers. */
function gaussian(reader: FittedReader): AtomReader {
  if (reader instanceof AtomReader) return reader;
  throw new Error("expected a reader of numbers");
}

describe("a model whose numbers overflow", () => {
  it("ends predict and evaluate, naming the row, and writes nothing", async () => {
    const run = await changedRun("huge", huge);
    await refused(predict(run, "huge.csv"), namesRow);
    await refused(predict(run, "huge.csv", table, 3), namesRow);
    await refused(evaluateTable(run, table, "auto"), namesRow);
    expect(existsSync(inFolder("huge.csv"))).toBe(false);
  });

  it("ends the commands with exit 1", async () => {
    const run = await changedRun("huge-cli", huge);
    const data = ["--data", table];
    for (const args of [
      ["predict", run, ...data, "--out", "cli.csv"],
      ["evaluate", run, ...data, "--json"],
    ]) {
      const { code, stdout, stderr } = await pidreg(args, folder);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(namesRow);
    }
    expect(existsSync(inFolder("cli.csv"))).toBe(false);
  });

  it("is refused as a member of an ensemble", async () => {
    const { calibration } = await loadModel(inFolder("run/model"));
    const member = await changedRun("huge-member", huge);
    await mkdir(inFolder("ensemble/members"), { recursive: true });
    await cp(inFolder("run"), inFolder("ensemble/members/1"), { recursive: true });
    await cp(member, inFolder("ensemble/members/2"), { recursive: true });
    await mkdir(inFolder("ensemble/model"), { recursive: true });
    await writeFile(inFolder("ensemble/model/ensemble.json"), ensembleDocument(2, 1, calibration));
    await refused(predict(inFolder("ensemble"), "e.csv"), namesRow);
    await refused(evaluateTable(inFolder("ensemble"), table, "auto"), namesRow);
  });

  it("is refused for its correction, its intervals and its atoms too", async () => {
    const lines = await changedRun("lines", ({ calibration }) => ({
      calibration: { ...calibration, biasLines: [{ slope: 0.25, intercept: -1.5e308 }] },
    }));
    await refused(predict(lines, "l.csv"), /table\.csv: row \d+ \(id "r\d+"\), column "y\.prediction\.corrected" is/);
    await refused(evaluateTable(lines, table, "auto"), /row "r\d+": the prediction of "y" corrected for bias is/);
    const atoms = await changedRun("atoms", ({ atomReader }) => {
      const state = gaussian(atomReader).toJSON();
      return { atomReader: AtomReader.fromState({ ...state, local: { ...state.local, scale: [1e-200] } }) };
    });
    await refused(predict(atoms, "a.csv"), /table\.csv: row \d+ \(id "r\d+"\), column "local\.\S+" is/);
    const readouts = await changedRun("readouts", ({ atomReader }) => {
      const state = gaussian(atomReader).toJSON();
      const joint = { ...state.readouts.joint, intercept: [1e300] };
      return { atomReader: AtomReader.fromState({ ...state, readouts: { ...state.readouts, joint } }) };
    });
    await expect(evaluateTable(readouts, table, "auto")).rejects.toThrow();
  });

  itLong("gives numbers in every cell or none at all, in 50 models with weights out of bounds", async () => {
    const outcomes = { refused: 0, predicted: 0 };
    for (let k = 0; k < 50; k++) {
      const rng = new Rng(`not-finite/${k}`);
      const factor = 10 ** rng.integer(39);
      const share = 0.02 + 0.3 * rng.uniform();
      const change = (weight: number) => {
        const changed = rng.uniform() < share ? weight * factor : weight;
        return Math.max(-3e38, Math.min(3e38, changed));
      };
      const run = await changedRun("fuzzed", ({ average }) => ({ average: average.map(change) }));
      const error = await predict(run, `fuzzed-${k}.csv`).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) expect(await emptyCells(`fuzzed-${k}.csv`), `model ${k}`).toBe(0);
      else expect((error as Error).message, `model ${k}`).toMatch(/row "?\S+"?.* is (NaN|-?Infinity)/);
      outcomes[error === null ? "predicted" : "refused"]++;
    }
    if (process.env.PIDREG_COUNTS !== undefined) process.stderr.write(`models: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.refused).toBeGreaterThan(10);
    expect(outcomes.predicted).toBeGreaterThan(10);
  });
});
