import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { type TrackedRun, trackedKey, writeTrackedRun } from "./mlflow-store.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pidreg-mlflow-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const run: TrackedRun = {
  ...{ experiment: "brain age", id: "0123456789abcdef0123456789abcdef", name: "run 1", start: 1000, end: 5000 },
  params: new Map([["data.target", "age"]]),
  metrics: new Map([["test/age/rmse", [{ step: 0, value: 6.5, time: 5000 }]]]),
  tags: new Map([["mlflow.runName", "run 1"]]),
  writeArtifacts: (folder) => writeFile(join(folder, "config.yaml"), "name: x\n"),
};

const text = (folder: string, name: string) => readFile(join(folder, name), "utf8");

// The layout of mlflow/store/tracking/file_store.py, which reads these names and no others.
it("writes what MLflow's file store reads", async () => {
  const folder = await writeTrackedRun(root, run);
  const [experiment] = await readdir(root);
  expect(folder).toBe(join(root, experiment, run.id));
  expect(parse(await text(join(root, experiment), "meta.yaml"))).toMatchObject({
    ...{ experiment_id: experiment, name: "brain age", lifecycle_stage: "active" },
    artifact_location: pathToFileURL(join(root, experiment)).href,
  });
  expect(experiment).toMatch(/^\d{18}$/);
  expect(parse(await text(folder, "meta.yaml"))).toEqual({
    ...{ artifact_uri: pathToFileURL(join(folder, "artifacts")).href, end_time: 5000, entry_point_name: "" },
    ...{ experiment_id: experiment, lifecycle_stage: "active", run_id: run.id, run_name: "run 1", run_uuid: run.id },
    ...{ source_name: "", source_type: 4, source_version: "", start_time: 1000, status: 3, tags: [], user_id: "" },
  });
  expect(await text(folder, "params/data.target")).toBe("age");
  expect(await text(folder, "metrics/test/age/rmse")).toBe("5000 6.5 0\n");
  expect(await text(folder, "tags/mlflow.runName")).toBe("run 1");
  expect(await text(folder, "artifacts/config.yaml")).toBe("name: x\n");
});

it("joins an experiment of that name, whoever made it, and leaves others alone", async () => {
  await writeTrackedRun(root, run);
  const other = await writeTrackedRun(root, { ...run, experiment: "other" });
  const own = await writeTrackedRun(root, { ...run, id: "f".repeat(32) });
  expect(await readdir(root)).toHaveLength(2);
  expect((await readdir(join(own, ".."))).sort()).toEqual([run.id, "f".repeat(32), "meta.yaml"]);
  expect((await readdir(join(other, ".."))).sort()).toEqual([run.id, "meta.yaml"]);
});

it("a run written again takes its own place", async () => {
  await writeTrackedRun(root, { ...run, params: new Map([["gone", "1"]]) });
  const folder = await writeTrackedRun(root, run);
  expect(await readdir(join(folder, "params"))).toEqual(["data.target"]);
});

it("nothing of a run that failed stays", async () => {
  const failing = { ...run, writeArtifacts: () => Promise.reject(new Error("no disk")) };
  await expect(writeTrackedRun(root, failing)).rejects.toThrow("no disk");
  const [experiment, ...others] = await readdir(root);
  expect(others).toEqual([]);
  expect(await readdir(join(root, experiment))).toEqual(["meta.yaml"]);
});

it.each([
  ["test/a b/rmse", "test/a b/rmse"],
  ["test/größe (mm)/rmse", "test/gr__e _mm_/rmse"],
  ["../../x", "_/_/x"],
  ["/x//y", "_/x/_/y"],
])("key %s is written as %s", (key, written) => {
  expect(trackedKey(key)).toBe(written);
});

it("keys that become equal keep their values apart; long parameters are left out", async () => {
  const params = new Map([
    ["a:b", "1"],
    ["a;b", "2"],
    ["long", "x".repeat(6001)],
  ]);
  const folder = await writeTrackedRun(root, { ...run, params });
  expect((await readdir(join(folder, "params"))).sort()).toEqual(["a_b", "a_b-2"]);
});
