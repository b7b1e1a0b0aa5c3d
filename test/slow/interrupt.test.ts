import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { pidreg, requireBuild, scratchFolder, start, succeeds, tinyModel } from "../support/command.js";

const folder = scratchFolder();
const results = ["model/model.json", "model/weights.safetensors", "metrics.json", "pid.json", "predictions.csv"];
/** Epochs enough that a signal finds the run at work. */
const long = ["--set", "training.stage2.maxEpochs=60"];
/** The name is one that a shell must see in quotes. */
const args = ["train", "data/config.yaml", ...tinyModel, ...long, "--set", "name=a name"];

beforeAll(async () => {
  await requireBuild();
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], folder);
  await succeeds([...args, "--out", "whole"], folder);
});

/** The command that an interrupted run prints, as a shell splits it. */
function printedCommand(stderr: string): string[] {
  const line = /continue with: pidreg (.*)/.exec(stderr)?.[1] ?? "";
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}

it.each([
  ["in the first epoch", "SIGINT", "", "stage1: at most"],
  ["in stage 1", "SIGINT", "stage1 2/3", ""],
  ["in stage 2", "SIGTERM", "stage2 1/60", ""],
] as const)("Ctrl-C %s leaves a run that the printed command finishes", async (when, signal, printed, logged) => {
  const out = when.replaceAll(" ", "-");
  const { child, finished, prints } = start([...args, "--out", out], folder);
  if (printed !== "") await prints(printed);
  else await appears(path.join(folder, out, "log.jsonl"), logged);
  child.kill(signal);
  const { code, stdout, stderr } = await finished;
  expect({ code, stdout }, stderr).toEqual({ code: 130, stdout: "" });
  const resume = printedCommand(stderr);
  expect(resume).toEqual(["train", "data/config.yaml", "--out", out, ...args.slice(2), "--resume"]);
  expect(await pidreg(resume, folder)).toMatchObject({ code: 0 });
  for (const name of results) {
    const [resumed, whole] = [out, "whole"].map((run) => readFileSync(path.join(folder, run, name)));
    expect(resumed.equals(whole), name).toBe(true);
  }
});

/** Waits until a file holds a text. */
async function appears(file: string, text: string): Promise<void> {
  const holds = () => {
    try {
      return readFileSync(file, "utf8").includes(text);
    } catch {
      return false;
    }
  };
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
