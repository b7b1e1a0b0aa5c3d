import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeRunFolder } from "../../test/support/run-folder.js";
import { encoded } from "../files/document.js";
import { Commit } from "./commit.js";
import { digestsKey } from "./digests.js";
import { type RunDocument, type RunDocumentName, runDocuments, writtenDocument } from "./documents.js";
import type { RunPid } from "./pid-schemas.js";
import { readRun, readRunDocument } from "./read-run.js";
import { lineSchemas } from "./recorded-lines.js";
import { RunFolder, runFiles } from "./run-folder.js";
import { readRunRows, rowsText } from "./run-rows.js";

const names = Object.keys(runDocuments) as RunDocumentName[];
const rows = { train: ["s1", "s2"], validation: ["s3"], test: ["s4"] };

let folder: RunFolder;
/** A run of this version: what a made-up one lacks, which could be of an earlier version, is added. */
let made: { readonly [N in RunDocumentName]: RunDocument<N> } & Readonly<Record<string, unknown>>;

beforeEach(async () => {
  folder = new RunFolder(await mkdtemp(path.join(tmpdir(), "pidreg-documents-")));
  const files = await writeRunFolder(path.join(folder.path, "made"), { extras: true, units: { age: "years" } });
  const { seconds: _seconds, ...metrics } = files["metrics.json"] as Record<string, unknown>;
  const difference = { age: { ridge: { value: -1, low: -2, high: 0.5 } } };
  made = {
    ...files,
    [runFiles.environment]: { ...(files["environment.json"] as object), [digestsKey]: runFiles.digests },
    [runFiles.metrics]: { ...metrics, differences: difference, warnings: [{ code: "parts", text: "small" }] },
    [runFiles.importance]: {
      ...{ error: "RMSE", rows: { measured: 2, of: 2 }, repeats: 5, threshold: 0.7, resampled: "over rows" },
      ...{ modalities: {}, dependence: [], notes: ["thickness: has no columns"] },
    },
    [runFiles.occlusion]: { target: "age", testRows: 2, modalities: {} },
  } as unknown as typeof made;
});
afterEach(() => rm(folder.path, { recursive: true }));

/** Writes the whole run, every document through the writer. */
async function write(): Promise<void> {
  const commit = await Commit.begin(folder);
  for (const name of names) await commit.writeJson(name, made[name]);
  for (const name of [runFiles.split, runFiles.rows]) await commit.place(name, rowsText(rows, name));
  const others = ["config.yaml", "metrics.jsonl", "pid.jsonl", "predictions.csv", "comparisons.csv"];
  for (const name of others) await commit.write(name, String(made[name]));
  await commit.finish();
}

const linesOf = (name: string): unknown[] =>
  String(made[name])
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("the documents of a run", () => {
  it("are read as they were written", async () => {
    await write();
    for (const name of names) {
      expect(await readRunDocument(folder.path, name), name).toEqual(made[name]);
      expect(Object.keys(await readRunDocument(folder.path, name)), name).toHaveLength(Object.keys(made[name]).length);
    }
    expect(await readRunRows(folder.path)).toMatchObject({ ids: rows, digests: rows });
    const { digested, epochs, pidEpochs, ...read } = await readRun(folder.path);
    expect(digested).toBe(true);
    expect([read.metrics, read.pid, read.latents, read.environment, read.data]).toEqual(
      ["metrics.json", "pid.json", "latents.json", "environment.json", "data.json"].map((name) => made[name]),
    );
    expect([epochs, pidEpochs]).toEqual([linesOf("metrics.jsonl"), linesOf("pid.jsonl")]);
  });

  it("keep their keys in the order in which they were made", () => {
    for (const name of names) {
      const reversed = Object.fromEntries(Object.entries(made[name]).reverse()) as typeof made.metrics;
      expect(JSON.parse(writtenDocument(name, reversed as never, name).text), name).toEqual(made[name]);
      expect(writtenDocument(name, made[name] as never, name).text, name).toBe(
        `${JSON.stringify(made[name], null, 2)}\n`,
      );
    }
  });

  it("have lines that are described as the documents are", () => {
    for (const name of [runFiles.metricsByEpoch, runFiles.pidByEpoch] as const) {
      for (const line of linesOf(name)) expect(encoded(lineSchemas[name], line, name)).toEqual(line);
    }
  });

  it("hold null for an infinite amount of information, and for nothing else", () => {
    const pid = made[runFiles.pid];
    const infinite: RunPid = {
      ...pid,
      union: Number.POSITIVE_INFINITY,
      atoms: { ...pid.atoms, unique: { thickness: Number.NEGATIVE_INFINITY, volumes: 1 } },
    };
    const { document } = writtenDocument(runFiles.pid, infinite, "pid.json");
    expect(document.union).toBeNull();
    expect(document.atoms.unique).toEqual({ thickness: null, volumes: 1 });
    expect(JSON.parse(writtenDocument(runFiles.pid, infinite, "pid.json").text)).toEqual(document);
    const metrics = made[runFiles.metrics];
    const overall = { ...metrics.test.overall, r2: Number.NEGATIVE_INFINITY };
    const wrong = { ...metrics, test: { ...metrics.test, overall } };
    expect(() => writtenDocument(runFiles.metrics, wrong, "metrics.json")).toThrow(
      'metrics.json: "test.overall.r2" is -Infinity; expected a finite number',
    );
  });

  it("are not written with NaN, or with a value of another kind", async () => {
    const pid = made[runFiles.pid];
    const refused: [RunPid, string][] = [
      [{ ...pid, union: Number.NaN }, 'pid.json: "union" is NaN; expected a finite number'],
      [{ ...pid, n: "many" as never }, 'pid.json: "n": Invalid input'],
    ];
    for (const [document, message] of refused) {
      expect(() => writtenDocument(runFiles.pid, document, "pid.json")).toThrow(message);
      await expect((await Commit.begin(folder)).writeJson(runFiles.pid, document)).rejects.toThrow(message);
    }
    expect(await folder.has("pid.json.next")).toBe(false);
  });

  it("keep a key that no schema describes", () => {
    const pid = { ...made[runFiles.pid], ...{ extra: { amount: Number.POSITIVE_INFINITY } } };
    const { text } = writtenDocument(runFiles.pid, pid, "pid.json");
    expect(JSON.parse(text).extra).toEqual({ amount: null });
  });
});
