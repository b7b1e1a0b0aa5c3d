import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeRunFolder } from "../../test/support/run-folder.js";
import { InputError } from "../errors.js";
import { readRun } from "./read-run.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pidreg-report-"));
  await writeRunFolder(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = async (): Promise<string> => {
  const error = await readRun(folder).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replace(folder + path.sep, "").replace(folder, "RUN");
};
const edit = async (name: string, change: (text: string) => string) => {
  const file = path.join(folder, name);
  await writeFile(file, change(await readFile(file, "utf8")));
};
const editJson = (name: string, change: (value: never) => void) =>
  edit(name, (text) => {
    const value = JSON.parse(text) as never;
    change(value);
    return JSON.stringify(value);
  });

describe("reading a run folder", () => {
  it("reads what training wrote", async () => {
    const run = await readRun(folder);
    expect(run.name).toBe("made-up");
    expect(run.test.ids).toHaveLength(300);
    expect(run.test.ids[0]).toBe("row-0");
    expect(run.epochs.map((e) => e.phase)).toContain("pilot:plain");
    expect([...run.test.local.keys()]).toEqual(["unique.thickness", "unique.volumes", "redundancy", "synergy"]);
    expect([...run.test.targets.get("age")!.contributions.keys()]).toEqual(["thickness", "volumes"]);
  });

  it("says what is not a finished run", async () => {
    await expect(readRun(path.join(folder, "nowhere"))).rejects.toThrow("there is no such folder");
    await expect(readRun(path.join(folder, "metrics.json"))).rejects.toThrow("is a file; expected a run folder");
    await rm(path.join(folder, "pid.json"));
    expect(await refusal()).toBe(
      "RUN: is not a finished run, it has no pid.json. Give the folder that `pidreg train` wrote; " +
        "a run that was interrupted is finished with --resume",
    );
  });

  it("names file and key of what is malformed", async () => {
    await editJson("metrics.json", (m: { test: { overall: { rmse: unknown } } }) => {
      m.test.overall.rmse = "6.2";
    });
    expect(await refusal()).toBe('metrics.json: "test.overall.rmse": Invalid input: expected number, received string');
  });

  it("names the line of damaged JSON lines", async () => {
    await edit("metrics.jsonl", (text) => text.split("\n").slice(0, 3).join("\n") + '\n{"phase": "stage1", "ep');
    expect(await refusal()).toMatch(
      /^metrics\.jsonl, line 4: is not valid JSON \(.*\); the file was damaged or edited$/,
    );
  });

  it("names row and column of a prediction that is not a number", async () => {
    await edit("predictions.csv", (text) => {
      const lines = text.split("\n");
      lines[5] = lines[5].replace(/^(row-\d+,test),[^,]*/, "$1,NaN");
      return lines.join("\n");
    });
    expect(await refusal()).toBe('predictions.csv, row 5, column "age": expected a number, got "NaN"');
  });

  it("names a column or a modality that one file has and another lacks", async () => {
    await editJson("metrics.json", (m: { targets: string[] }) => {
      m.targets.push("weight");
    });
    expect(await refusal()).toBe('metrics.json: "validation.perTarget.weight" is missing');
    await writeRunFolder(folder);
    await editJson("pid.json", (p: { modalities: string[] }) => {
      p.modalities.push("pet");
    });
    expect(await refusal()).toBe('pid.json: "atoms.unique.pet" is missing');
    await writeRunFolder(folder, { extras: true });
    await editJson("metrics.json", (m: { biasCorrection: { test: { perTarget: object } } }) => {
      m.biasCorrection.test.perTarget = {};
    });
    expect(await refusal()).toBe('metrics.json: "biasCorrection.test.perTarget.age" is missing');
    await writeRunFolder(folder, { extras: true });
    await editJson("metrics.json", (m: { missingModalities: { removed: { test: { perTarget: object } }[] } }) => {
      m.missingModalities.removed[0].test.perTarget = {};
    });
    expect(await refusal()).toBe('metrics.json: "missingModalities: thickness: test.perTarget.age" is missing');
    await writeRunFolder(folder);
    await edit("predictions.csv", (text) => text.replace("age.prediction", "age.predicted"));
    expect(await refusal()).toMatch(
      /^predictions\.csv: column "age\.prediction" is missing; the file has id, part, age,/,
    );
  });

  it("refuses binary rubbish and broken YAML", async () => {
    await writeFile(path.join(folder, "environment.json"), new Uint8Array([0, 255, 1, 254]));
    expect(await refusal()).toMatch(/^environment\.json: is not valid JSON/);
    await writeRunFolder(folder);
    await writeFile(path.join(folder, "config.yaml"), "name: [unclosed");
    expect(await refusal()).toMatch(/^config\.yaml: is not valid YAML/);
  });
});
