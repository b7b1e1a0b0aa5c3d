import { cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import { loadModel, saveModel } from "../../src/record/model-folder.js";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";
import { resealModel, resealRun } from "../support/reseal.js";

const folder = scratchFolder();
const inFolder = (...names: string[]) => path.join(folder, ...names);
const document = "run/model/model.json";
const weights = "run/model/weights.safetensors";
let columns: string[][] = [];

beforeAll(async () => {
  await requireBuild();
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], folder);
  await succeeds(["train", "data/config.yaml", "--out", "good", "--quiet", ...tinyModel], folder);
  const lines = (await readFile(inFolder("data/table.csv"), "utf8")).trimEnd().split("\n");
  columns = lines.map((line) => line.split(","));
});

/** A copy of the good run, to be damaged. */
async function copyRun(name: string): Promise<void> {
  await rm(inFolder(name), { recursive: true, force: true });
  await cp(inFolder("good"), inFolder(name), { recursive: true });
}

/** Exit code 2, one message with all of `parts`, nothing on stdout, no stack trace, no new file. */
async function refuses(args: readonly string[], ...parts: readonly (string | RegExp)[]): Promise<void> {
  const before = await readdir(folder, { recursive: true });
  const { code, stdout, stderr } = await pidreg(args, folder);
  expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
  expect(stderr.match(/^pidreg:/gm)).toHaveLength(1);
  expect(stderr).not.toMatch(/^ +at |\.js:\d+|undefined/m);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(await readdir(folder, { recursive: true })).toEqual(before);
}

/** Writes the table with its columns chosen and renamed by `header`, its rows as they are. */
async function writeColumns(name: string, header: (name: string) => string | null): Promise<void> {
  const names = columns[0].map(header);
  const lines = columns.map((row, r) =>
    row.map((cell, i) => (r === 0 ? names[i] : cell)).filter((_, i) => names[i] !== null),
  );
  await writeFile(inFolder(name), lines.map((row) => row.join(",")).join("\n"));
}

describe("a table that does not fit the run", () => {
  const predict = (data: string) => ["predict", "good", "--data", data, "--out", "never.csv"];

  it("lacks a column", async () => {
    await writeColumns("lacking.csv", (name) => (name === "beta_1" ? null : name));
    await refuses(predict("lacking.csv"), "lacking.csv", '"beta_1"', "matches no column");
  });

  it("lacks the target to compare with", async () => {
    await writeColumns("blind.csv", (name) => (name === "y" ? null : name));
    await refuses(["evaluate", "good", "--data", "blind.csv"], "blind.csv", '"y"');
  });

  it("lacks values", async () => {
    const spoilt = columns.map((row, r) => (r === 7 ? [...row.slice(0, -1), ""] : row));
    await writeFile(inFolder("gaps.csv"), spoilt.map((row) => row.join(",")).join("\n"));
    await refuses(predict("gaps.csv"), "gaps.csv", 'row "r007"', "beta_2", "Complete the table");
  });

  it("has no rows", async () => {
    await writeFile(inFolder("none.csv"), `${columns[0].join(",")}\n`);
    await refuses(predict("none.csv"), "none.csv: has column names but no rows");
  });

  it("is not there", () => refuses(predict("nowhere.csv"), "nowhere.csv: there is no such file"));
});

describe("predict refuses", () => {
  const args = ["predict", "good", "--data", "data/table.csv", "--out"];
  it.each([
    ["a level of 2", [...args, "never.csv", "--level", "2"], "--level 2: expected a number between 0 and 1"],
    ["a level of 0", [...args, "never.csv", "--level", "0"], "--level 0"],
    ["one draw", [...args, "never.csv", "--draws", "1"], "--draws 1"],
    ["-3 draws", [...args, "never.csv", "--draws", "-3"], "--draws -3"],
    ["a folder that is not there", [...args, "no/never.csv"], "no/never.csv: the folder to write into does not exist"],
    ["to overwrite its table", [...args, "./data/table.csv"], "is the table that is read"],
    ["a folder for a file", [...args, "data"], "data: is a folder, not a file"],
    ["an unknown engine", [...args, "never.csv", "--engine", "quantum"], "--engine quantum: no such engine"],
  ])("%s", async (_what, given, part) => {
    await refuses(given, part);
  });
});

it("a learning rate that explodes ends training with 1 and one message", async () => {
  const exploding = ["learningRate", "clipNorm"].flatMap((key) => ["--set", `training.optimizer.${key}=1e30`]);
  const args = ["train", "data/config.yaml", "--out", "exploded", "--quiet", ...tinyModel, ...exploding];
  const { code, stdout, stderr } = await pidreg(args, folder);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^pidreg: training diverged at stage1 epoch 1.*: .+ became (NaN|-?Infinity)\. .*learningRate.*\n$/,
  );
  expect(await readdir(inFolder("exploded"))).not.toContain("metrics.json");
});

describe("a damaged run", () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ["without model.json", () => rm(inFolder(document)), "model.json: cannot read the model"],
    ["without weights", () => rm(inFolder(weights)), "weights.safetensors: cannot read the model"],
    ["with half a model.json", () => truncate(inFolder(document), 1000), "model.json: not valid JSON"],
    ["with half the weights", () => truncate(inFolder(weights), 2500), "weights.safetensors"],
    ["with another file as weights", () => writeFile(inFolder(weights), "PK and so on, but no tensors"), "safetensors"],
  ])("%s", async (_what, damage, part) => {
    await copyRun("run");
    await damage();
    await refuses(["predict", "run", "--data", "data/table.csv", "--out", "never.csv"], part);
  });

  it("with a damaged report input", async () => {
    await copyRun("run");
    await writeFile(inFolder("run/pid.json"), "{}");
    await refuses(["report", "run"], "run/pid.json: was damaged or edited: its SHA-256 is ");
    await refuses(["evaluate", "run"], "run/pid.json: was damaged or edited", "SHA256SUMS says");
    await resealRun(inFolder("run"));
    await refuses(["report", "run"], 'run/pid.json: "unit"');
  });

  it("is not continued with another config", async () => {
    await copyRun("run");
    const resume = ["train", "data/config.yaml", "--out", "run", "--resume", ...tinyModel];
    await refuses([...resume, "--set", "model.latentDim=4"], "another config");
    await writeFile(
      inFolder("data/other.csv"),
      `${columns
        .slice(0, -1)
        .map((row) => row.join(","))
        .join("\n")}\n`,
    );
    await refuses([...resume, "--set", "data.file=data/other.csv"], "other data");
  });

  it("is not trained anew by a config that was edited in its folder", async () => {
    await copyRun("run");
    const config = inFolder("run/config.yaml");
    await writeFile(config, (await readFile(config, "utf8")).replace("seed: 1", "seed: 3"));
    for (const command of ["train", "crossval"]) {
      await refuses(
        [command, "run/config.yaml", "--out", "never"],
        "run/config.yaml: was damaged or edited",
        "another folder",
      );
    }
    await cp(config, inFolder("own.yaml"));
    await refuses(["train", "own.yaml", "--out", "good"], "already holds a finished run");
  });

  it("with a damaged checkpoint", async () => {
    await copyRun("run");
    for (const name of await readdir(inFolder("run/checkpoint"))) {
      await truncate(inFolder("run/checkpoint", name), 1000);
    }
    await refuses(["train", "data/config.yaml", "--out", "run", "--resume", ...tinyModel], "checkpoint", "damaged");
  });
});

describe("a stored model whose parts do not belong together", () => {
  type Document = Record<string, never> & { [key: string]: { [key: string]: never[] } };
  // biome-ignore lint/suspicious/noExplicitAny: the cases reach anywhere into parsed JSON.
  const cases: [string, (model: any) => void, string][] = [
    ["another format", (m) => (m.format = "pidreg-model-9"), "not a model of this version"],
    ["a modality less", (m) => m.preprocessor.modalities.pop(), "preprocessor: expected alpha (3 inputs), beta"],
    ["modalities in another order", (m) => m.preprocessor.modalities.reverse(), "preprocessor: expected alpha"],
    ["a column less", (m) => m.preprocessor.modalities[0].columns.pop(), "found alpha (2 inputs)"],
    ["a dropout rate less", (m) => m.architecture.modalities[0].dropout.pop(), "encoder of alpha: dropout"],
    [
      "a target more",
      (m) => m.targetTransform.targets.push({ ...m.targetTransform.targets[0], name: "q" }),
      "1 targets",
    ],
    [
      "targets of other names",
      (m) => (m.gaussianTransform.targets[0].name = "q"),
      "gaussianTransform: expected y, found q",
    ],
    ["no errors for intervals", (m) => (m.intervals.scores = []), "intervals.scores: Too small"],
    [
      "errors out of order",
      (m) => m.intervals.scores[0].values.reverse(),
      "intervals: scores: expected ascending lists",
    ],
    ["another fusion", (m) => m.fusion.pop(), "fusion: expected the terms alpha, beta, alpha*beta"],
    [
      "a smaller readout",
      (m) => m.atomReader.readouts.joint.weights.pop(),
      "readouts.joint.weights: expected 9 values",
    ],
    ["a smaller calibration", (m) => m.atomReader.calibration.joint.weights.pop(), "calibration.joint.weights"],
    ["atoms of others", (m) => (m.atomReader.local.modalities = ["a", "b"]), "expected alpha, beta, found a, b"],
    ["atoms without scale", (m) => (m.atomReader.local.scale = []), "local.scale: expected 1 values"],
    ["atoms without forms", (m) => (m.atomReader.local.union.forms = []), "local.union.forms: expected 2 values"],
    ["a wrong config", (m) => (m.config.model.latentDim = "x"), "config.model.latentDim"],
  ];

  it.each(cases)("%s", async (_what, change, part) => {
    await copyRun("run");
    await loadModel(inFolder("run/model"));
    const model: Document = JSON.parse(await readFile(inFolder(document), "utf8"));
    change(model);
    await writeFile(inFolder(document), `${JSON.stringify(model)}\n`);
    await expect(loadModel(inFolder("run/model"))).rejects.toThrow("model.json: was damaged or edited");
    await resealModel(inFolder("run/model"));
    const error = await loadModel(inFolder("run/model")).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain(part);
    expect((error as InputError).message).toContain("model.json");
  });
});

describe("a run of a version that wrote no digests", () => {
  /** What that version would have left. */
  async function makeOld(run: string): Promise<void> {
    await copyRun(run);
    await rm(inFolder(run, "SHA256SUMS"));
    await editJson(inFolder(run, "environment.json"), ({ digests: _digests, ...rest }) => rest);
    await editJson(inFolder(run, "model/model.json"), ({ digest: _digest, weights: _weights, ...rest }) => ({
      ...rest,
      format: "pidreg-model-1",
    }));
  }

  it("is read as it is by every command, each with one warning", async () => {
    await makeOld("old");
    await makeOld("older");
    const told = async (args: readonly string[]) => {
      const { code, stderr, stdout } = await pidreg(args, folder);
      expect(code, stderr).toBe(0);
      expect(stderr.match(/no digests/g), `${args.join(" ")}: ${stderr}`).toHaveLength(1);
      return stdout;
    };
    const predict = (run: string, out: string) => ["predict", run, "--data", "data/table.csv", "--out", out];
    await told(predict("old", "old.csv"));
    await succeeds(predict("good", "good.csv"), folder);
    expect(await readFile(inFolder("old.csv"))).toEqual(await readFile(inFolder("good.csv")));
    expect(await told(["evaluate", "old"])).toBe(await succeeds(["evaluate", "good"], folder));
    await told(["evaluate", "old", "--data", "data/table.csv"]);
    await told(["report", "old", "--out", "old.html"]);
    await told(["export", "old", "--onnx", "old.onnx"]);
    expect(await told(["compare", "old", "older", "--json"])).toContain("old and 1 more: carry no digests");
  });

  it("is not what is left of a run when its digests are deleted", async () => {
    await copyRun("run");
    await rm(inFolder("run/SHA256SUMS"));
    await refuses(["report", "run"], "run/SHA256SUMS: was damaged or edited: it is missing");
    await editJson(inFolder("run/environment.json"), ({ digests: _digests, ...rest }) => rest);
    await refuses(["evaluate", "run"], "run/SHA256SUMS: was damaged or edited: it is missing");
    const export_ = ["export", "run", "--onnx", "never.onnx"];
    await editJson(inFolder(document), ({ digest: _digest, ...rest }) => rest);
    await refuses(export_, "model.json: was damaged or edited: it does not end in its digest");
    await copyRun("run");
    await editJson(inFolder(document), ({ weights: _weights, ...rest }) => rest);
    await resealModel(inFolder("run/model"));
    await refuses(export_, "model.json: was damaged or edited");
  });

  it("is sealed by --resume, as a damaged one is made whole", async () => {
    await makeOld("old");
    await copyRun("run");
    await writeFile(inFolder("run/metrics.json"), "{}");
    await refuses(["report", "run"], "run/metrics.json: was damaged");
    for (const run of ["old", "run"]) {
      await succeeds(["train", "data/config.yaml", "--out", run, "--quiet", "--resume", ...tinyModel], folder);
      for (const name of ["model/model.json", "metrics.json", "pid.json", "pid.jsonl", "config.yaml", "SHA256SUMS"]) {
        expect(await readFile(inFolder(run, name)), `${run}/${name}`).toEqual(await readFile(inFolder("good", name)));
      }
    }
  });
});

it("a model folder that was copied alone is held against its digests", async () => {
  await cp(inFolder("good/model"), inFolder("alone"), { recursive: true });
  expect((await loadModel(inFolder("alone"))).digested).toBe(true);
  const bytes = await readFile(inFolder("alone/weights.safetensors"));
  bytes[bytes.length - 3] ^= 64;
  await writeFile(inFolder("alone/weights.safetensors"), bytes);
  await expect(loadModel(inFolder("alone"))).rejects.toThrow(/weights\.safetensors: was damaged .* model\.json says/);
});

it("a model that the library reads and writes again is the same, with digests of its own", async () => {
  await saveModel(inFolder("saved"), await loadModel(inFolder("good/model")));
  expect((await readdir(inFolder("saved"))).sort()).toEqual(["model.json", "weights.safetensors"]);
  expect((await loadModel(inFolder("saved"))).digested).toBe(true);
  const read = async (model: string) => {
    const { digest: _digest, ...stored } = JSON.parse(await readFile(inFolder(model, "model.json"), "utf8"));
    return [stored, await readFile(inFolder(model, "weights.safetensors"))];
  };
  expect(await read("saved")).toEqual(await read("good/model"));
});

it("weights that a process was killed over are taken from where they wait", async () => {
  await copyRun("run");
  await cp(inFolder(weights), inFolder(`${weights}.next`));
  await writeFile(inFolder(weights), "of the model before");
  expect((await loadModel(inFolder("run/model"))).average).toEqual((await loadModel(inFolder("good/model"))).average);
});

async function editJson(path: string, change: (document: Record<string, unknown>) => object): Promise<void> {
  const changed = change(JSON.parse(await readFile(path, "utf8")));
  await writeFile(path, `${JSON.stringify(changed)}\n`);
}
