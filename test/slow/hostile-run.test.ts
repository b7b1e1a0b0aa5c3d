import { execFileSync } from "node:child_process";
import { cp, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readCovarianceFile } from "../../src/cli/decompose/covariance-file.js";
import { loadConfig, parseConfig } from "../../src/config/load.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import { InputError } from "../../src/errors.js";
import { loadModel } from "../../src/record/model-folder.js";
import { writeReport } from "../../src/report/write-report.js";
import { trainRun } from "../../src/run/train-run.js";
import { scratchFolder } from "../support/command.js";
import { resealModel, resealRun } from "../support/reseal.js";

const folder = scratchFolder();
const inFolder = (...names: string[]) => path.join(folder, ...names);
const config = parseConfig({
  name: "hostile",
  data: {
    file: "table.csv",
    id: "id",
    target: "y",
    modalities: { alpha: { columns: ["alpha_*"] }, beta: { columns: ["beta_*"] } },
  },
  model: { latentDim: 2, encoder: { hidden: [4], embedding: "none" }, predictor: { hidden: [4] } },
  training: { batchSize: 32, stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } },
});
const secret = "a secret of somebody else\n";
const resume = () => trainRun({ config, baseFolder: folder, out: inFolder("run"), resume: true });
const report = () => writeReport(inFolder("run"));
const model = () => loadModel(inFolder("run/model"));

beforeAll(async () => {
  await writeSynthetic(generateSynthetic("mixed", { rows: 300, seed: 1, width: 3 }), folder, "csv");
  await trainRun({ config, baseFolder: folder, out: inFolder("good") });
  await mkdir(inFolder("outside"));
  await writeFile(inFolder("outside/secret"), secret);
});

async function copyRun(): Promise<void> {
  await rm(inFolder("run"), { recursive: true, force: true });
  await cp(inFolder("good"), inFolder("run"), { recursive: true });
}

/** Refused with one message, and everything outside the run as it was. */
async function refuses(attempt: () => Promise<unknown>, part: string | RegExp): Promise<void> {
  const error = await attempt().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toMatch(part);
  expect((error as InputError).message).not.toContain("a secret");
  expect(await readdir(inFolder("outside"))).toEqual(["secret"]);
  expect(await readFile(inFolder("outside/secret"), "utf8")).toBe(secret);
}

describe("a run folder from elsewhere", () => {
  const cases: [string, string, () => Promise<unknown>][] = [
    ["model/model.json", "../../outside/secret", model],
    ["model/weights.safetensors", "/dev/zero", model],
    ["model", "../good/model", model],
    ["predictions.csv", "../outside/secret", report],
    ["config.yaml", "/etc/passwd", report],
    ["metrics.json", "../good/metrics.json", report],
    ["figures", "../outside", report],
    ["checkpoint/checkpoint.safetensors", "/dev/urandom", resume],
    ["checkpoint", "../outside", resume],
    ["log.jsonl", "../outside/secret", resume],
    ["metrics.jsonl", "../outside/secret", resume],
    ["pid.jsonl", "../outside/nowhere", resume],
    ["tensorboard", "../outside", resume],
    ["run.lock", "../outside/secret", resume],
  ];
  it.each(cases)(
    "whose %s is a link to %s is refused, and nothing outside is read or written",
    async (name, to, use) => {
      await copyRun();
      await rm(inFolder("run", name), { recursive: true, force: true });
      await symlink(to, inFolder("run", name));
      await refuses(use, "is a link");
    },
  );

  it("may be reached through a link itself, and the report replaces a link instead of following it", async () => {
    await copyRun();
    await symlink("run", inFolder("latest"));
    await rm(inFolder("run/report.html"));
    await symlink("../outside/secret", inFolder("run/report.html"));
    await loadModel(inFolder("latest/model"));
    await writeReport(inFolder("latest"));
    expect((await lstat(inFolder("run/report.html"))).isFile()).toBe(true);
    expect(await readFile(inFolder("outside/secret"), "utf8")).toBe(secret);
  });

  it.skipIf(process.platform === "win32")("with pipes for files is refused without waiting", async () => {
    await copyRun();
    for (const name of ["model/model.json", "metrics.json", "run.lock"]) {
      await rm(inFolder("run", name), { force: true });
      execFileSync("mkfifo", [inFolder("run", name)]);
    }
    for (const use of [model, report, resume]) await refuses(use, "is a pipe or a device");
  });
});

/** Keys that reach into every object where a parser or a merge is careless. */
const polluted = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},';
const inject = (text: string) =>
  text.startsWith("name:")
    ? `${text}__proto__: {polluted: 1}\n`
    : text.replaceAll("{", `{${polluted}`).replaceAll(/,\s*}/g, "}");

function expectClean(): void {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(([] as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.prototype).not.toHaveProperty("polluted");
}

/** Read or refused, and no object changed. */
async function harmless(attempt: () => Promise<unknown>): Promise<void> {
  const error = await attempt().catch((reason: unknown) => reason);
  if (error instanceof Error) expect(error).toBeInstanceOf(InputError);
  expectClean();
}

describe("keys that reach for the prototype", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["model/model.json", model],
    ["config.yaml", report],
    ["metrics.json", report],
    ["pid.json", report],
    ["metrics.jsonl", report],
    ["pid.jsonl", report],
    ["data.json", report],
    ["environment.json", report],
    ["metrics.jsonl", resume],
    ["pid.jsonl", resume],
  ])("in %s change no object", async (name, use) => {
    await copyRun();
    const text = await readFile(inFolder("run", name), "utf8");
    await writeFile(inFolder("run", name), inject(text));
    await resealModel(inFolder("run/model"));
    await resealRun(inFolder("run"));
    await harmless(use);
  });

  it.each([
    "__proto__: {polluted: 1}\n",
    "constructor: {prototype: {polluted: 1}}\n",
    "data: {modalities: {__proto__: {columns: [x]}}}\n",
    "base: &b {__proto__: {polluted: 1}}\n<<: *b\n",
    '"__proto__": !!map {polluted: 1}\n',
  ])("in YAML change no object: %j", async (yaml) => {
    await writeFile(inFolder("c.yaml"), `name: x\n${yaml}`);
    await harmless(() => loadConfig(inFolder("c.yaml"), []));
    await harmless(() => loadConfig(inFolder("c.yaml"), ["data.__proto__.polluted=1"]));
  });

  it("in a covariance or a split file change no object", async () => {
    const cov = "[[4,1,1],[1,1,0],[1,0,1]]";
    await writeFile(inFolder("cov.json"), `{${polluted}"cov":${cov},"dm":1,"dims":[1,1],"names":["__proto__","b"]}`);
    await harmless(() => readCovarianceFile(inFolder("cov.json")));
    await writeFile(inFolder("split.json"), `{${polluted}"train":["1"],"validation":["2"],"test":["3"]}`);
    const split = { ...config.data.split, by: "file" as const, file: "split.json" };
    await harmless(() => loadDataset({ ...config.data, split }, folder));
  });
});

describe("YAML that grows", () => {
  const bomb = Array.from({ length: 9 }, (_, i) => {
    const before = i === 0 ? "x" : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array.from({ length: 9 }, () => before).join(", ")}]`;
  }).join("\n");
  const deep = `name: ${"[".repeat(50_000)}${"]".repeat(50_000)}\n`;
  it.each([
    ["aliases of aliases", `${bomb}\nname: *a8\n`],
    ["an alias of itself", "name: &a [*a]\ndata: *a\n"],
    ["50,000 lists in each other", deep],
  ])("is refused as config and in a run: %s", async (_what, yaml) => {
    const started = performance.now();
    await writeFile(inFolder("bomb.yaml"), yaml);
    await refuses(() => loadConfig(inFolder("bomb.yaml"), []), "bomb.yaml");
    await copyRun();
    await writeFile(inFolder("run/config.yaml"), yaml);
    await resealRun(inFolder("run"));
    await refuses(report, /config\.yaml: (?!was damaged)/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("names that are paths", () => {
  it.each(["../../outside/x", "/etc/passwd", "a/b", "..", "a\0b"])("of a modality lead nowhere: %j", async (name) => {
    const { alpha, beta } = config.data.modalities;
    const out = inFolder("paths");
    const before = (await readdir(folder, { recursive: true })).sort();
    const hostile = () => parseConfig({ ...config, data: { ...config.data, modalities: { [name]: alpha, beta } } });
    try {
      await trainRun({ config: hostile(), baseFolder: folder, out });
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
    await rm(out, { recursive: true, force: true });
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(before);
  });

  it("as a modality in model.json are never opened", async () => {
    await copyRun();
    const file = inFolder("run/model/model.json");
    const text = (await readFile(file, "utf8")).replaceAll('"alpha"', '"../../outside/secret"');
    await writeFile(file, text);
    await resealModel(inFolder("run/model"));
    await harmless(model);
    await rename(inFolder("run/model/weights.safetensors"), inFolder("run/model/w"));
    await refuses(model, "weights.safetensors: cannot read the model");
  });
});
