import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeRunFolder } from "../../../test/support/run-folder.js";
import { parseConfig } from "../../config/load.js";
import type { Engine } from "../../engine/engine.js";
import { Commit } from "../../record/commit.js";
import { memberFolder } from "../../record/ensemble-folder.js";
import { type RunFiles, readRun } from "../../record/read-run.js";
import { RunFolder } from "../../record/run-folder.js";
import { regression } from "../../tasks/regression/regression.js";
import type { PreparedRun } from "../prepare.js";
import { averagedPart } from "./averaged-part.js";
import { finishEnsemble } from "./finish-ensemble.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-ensemble-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const config = parseConfig({
  name: "two",
  data: { file: "-", target: "age", modalities: { thickness: { columns: ["a"] }, volumes: { columns: ["b"] } } },
  ensemble: 2,
  evaluation: { baselines: true, importance: "off" },
});
const rows = 60;
/** What is read of a prepared run. */
const features = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
const all = Int32Array.from(features.keys());
const prepared = {
  dataset: { labels: new Map(), modalities: [{ name: "thickness", columns: ["a"], values: features }] },
  split: { train: all, validation: all, test: all },
  preprocessor: { modalities: [{ name: "thickness" }] },
  inputs: [],
  cautions: [],
  warnings: [],
  training: { targetNames: ["age"], modalities: [{ width: 1 }], rawTarget: features.map((value) => 50 + value) },
  task: regression,
  coding: {
    names: ["age"],
    ranges: [{ name: "age", min: 0, max: 100 }],
    limit: (values: Float64Array) => values,
    asPredictions: (values: Float64Array) => values,
  },
} as unknown as PreparedRun;

let members: RunFiles[];
beforeAll(async () => {
  for (const member of [1, 2]) {
    // The same rows in both; only the first trains networks to compare with.
    await writeRunFolder(memberFolder(root, member), { name: "made", rows, extras: member === 1 });
  }
  members = await Promise.all([1, 2].map((member) => readRun(memberFolder(root, member))));
});

/** Finishes the ensemble with what was written before its members were trained. */
async function finish() {
  const folder = new RunFolder(root);
  const commit = await Commit.begin(folder);
  for (const file of ["config.yaml", "environment.json", "data.json"]) {
    await commit.place(file, readFileSync(path.join(memberFolder(root, 1), file), "utf8"));
  }
  const sitting = { begun: new Date(), command: null, resumed: false };
  return finishEnsemble({ folder, commit, engine: {} as Engine, sitting }, config, prepared);
}

describe("finishEnsemble", () => {
  it("compares the ensemble's own predictions with the networks of member 1, and says that they are single ones", async () => {
    const { metrics } = await finish();
    const run = await readRun(root);
    const read = (folder: string) => readFileSync(path.join(folder, "comparisons.csv"), "utf8");
    expect(read(root)).toBe(read(memberFolder(root, 1)));
    expect([...(run.test.targets.get("age")?.baselines.keys() ?? [])]).toEqual(["ridge", "mlp"]);
    expect(run.metrics.baselines.mlp).toEqual(members[0].metrics.baselines.mlp);
    expect(metrics.notes.join()).toContain("networks to compare with were trained once, with member 1");
    // Of the ensemble's own predictions, not of those of a member.
    expect(Object.keys(metrics.differences.age)).toEqual(["mean", "ridge", "ridge.thickness", "mlp"]);
    const error = ({ test }: Pick<typeof metrics, "test">) => test.perTarget.age.rmse as number;
    expect(metrics.differences.age.mlp.value).toBeCloseTo(error(metrics) - error(metrics.baselines.mlp), 10);
    expect(run.metrics.warnings).toEqual(metrics.warnings);
    expect(metrics.warnings.map(({ code }) => code)).toContain("compared-once");
    expect(readFileSync(path.join(root, "report.html"), "utf8")).toContain("trained once, with member 1");
  });

  it("keeps no networks that member 1 no longer has", async () => {
    const first = memberFolder(root, 1);
    rmSync(first, { recursive: true });
    await writeRunFolder(first, { name: "made", rows });
    await finish();
    expect(existsSync(path.join(root, "comparisons.csv"))).toBe(false);
  });
});

describe("averagedPart", () => {
  const average = (given: readonly RunFiles[]) => averagedPart(given, prepared, config, "test");

  it("refuses a member that lacks a column which another has", () => {
    const [first, second] = members;
    const without = (change: (test: RunFiles["test"]) => Partial<RunFiles["test"]>): RunFiles => ({
      ...second,
      test: { ...second.test, ...change(second.test) },
    });
    const fewer = without(({ targets }) => ({
      targets: new Map([...targets].map(([name, target]) => [name, { ...target, contributions: new Map() }])),
    }));
    expect(() => average([first, fewer])).toThrow('a member of the ensemble has no predictions of "thickness"');
    const noAtoms = without(() => ({ local: new Map() }));
    expect(() => average([first, noAtoms])).toThrow(
      'a member of the ensemble has no predictions of "unique.thickness"',
    );
    expect(average(members).ids).toEqual(first.test.ids);
  });
});
