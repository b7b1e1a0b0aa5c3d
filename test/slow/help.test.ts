import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { configKeys } from "../../src/config/reference.js";
import { requireBuild, scratchFolder, succeeds } from "../support/command.js";

const folder = scratchFolder();
beforeAll(requireBuild);

/** Names of the packages that a command loads. */
function packagesLoadedBy(...args: string[]): string[] {
  const hooks =
    "export async function load(url, context, next) { console.error('loads ' + url); return next(url, context); }";
  const asModule = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
  const required =
    "const load = Module._load; Module._load = (name, ...rest) => { console.error('loads /node_modules/' + name); return load(name, ...rest); };";
  const register = `import Module, { register } from "node:module"; register(${JSON.stringify(asModule(hooks))}); ${required}`;
  const program = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));
  const { stderr, status } = spawnSync(process.execPath, ["--import", asModule(register), program, ...args], {
    encoding: "utf8",
  });
  expect(status).toBe(0);
  const names = [...stderr.matchAll(/^loads .*\/node_modules\/((?:@[^/]+\/)?[^/]+)/gm)].map(([, name]) => name);
  return [...new Set(names)];
}

it("--help is quick: it loads the argument parser and nothing heavy", () => {
  const loaded = packagesLoadedBy("--help");
  expect(loaded).toContain("yargs");
  const heavy = /tensorflow|onnxruntime|duckdb|zod|vega|pino|ml-matrix|yaml/;
  expect(loaded.filter((name) => heavy.test(name))).toEqual([]);
});

it("train --help shows every config key, without loading an engine", async () => {
  const text = await succeeds(["train", "--help"], folder);
  for (const { path } of configKeys()) expect(text).toContain(`  ${path} (`);
  expect(packagesLoadedBy("train", "--help").filter((name) => /tensorflow|onnxruntime|duckdb/.test(name))).toEqual([]);
});

it("every command's --help has an example", async () => {
  const text = await succeeds(["--help"], folder);
  const commands = [...text.matchAll(/^ {2}pidreg (\w+)/gm)].map(([, name]) => name);
  for (const name of ["train", "evaluate", "predict", "decompose", "synth", "report", "doctor", "quickstart"]) {
    expect(commands).toContain(name);
  }
  for (const name of new Set(commands)) {
    expect(await succeeds([name, "--help"], folder)).toMatch(new RegExp(`Examples:\\s+pidreg ${name}`));
  }
});

it("completes commands, options and their values in a shell", async () => {
  expect(await succeeds(["completion"], folder)).toContain("--get-yargs-completions");
  const completed = (...words: string[]) => succeeds(["--get-yargs-completions", "pidreg", ...words], folder);
  expect((await completed("")).split("\n")).toContain("train");
  expect((await completed("train", "--")).split("\n")).toContain("--resume");
  expect((await completed("decompose", "--measure", "")).trim().split("\n")).toEqual(["broja", "idep", "flow"]);
});
