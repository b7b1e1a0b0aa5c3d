import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { pidreg, type Running, requireBuild, scratchFolder, start, succeeds, tinyModel } from "../support/command.js";

const folder = scratchFolder();
const results = ["model/model.json", "model/weights.safetensors", "metrics.json", "pid.json", "predictions.csv"];
/** Pilots, and epochs enough that a signal finds the run at work. */
const long = [
  "model.encoder.embedding=pilots",
  "training.pilot.epochs=4",
  "training.stage1.maxEpochs=12",
  "training.stage2.maxEpochs=40",
];
/** The name is one that a shell must see in quotes. */
const overrides = [...long, "name=a name"].flatMap((override) => ["--set", override]);
const args = ["train", "data/config.yaml", ...tinyModel, ...overrides];
const inFolder = (...names: string[]) => path.join(folder, ...names);

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

/** Waits until a file of the interrupted run holds what is looked for. */
async function holds(name: string, isThere: (text: string) => boolean): Promise<void> {
  const file = inFolder("stopped", name);
  while (!(existsSync(file) && isThere(readFileSync(file, "utf8")))) await wait(2);
}

const epochsOf = (text: string) => text.split("\n").length - 1;

const resume = ["train", "data/config.yaml", "--out", "stopped", ...args.slice(2), "--resume"];

/** Ends a command with a signal that it listens to; returns the command that it prints to continue. */
async function interrupt(
  command: readonly string[],
  signal: NodeJS.Signals,
  moment: (running: Running) => Promise<unknown>,
): Promise<string[]> {
  const running = start(command, folder);
  await moment(running);
  running.child.kill(signal);
  const { code, stdout, stderr } = await running.finished;
  expect({ code, stdout }, stderr).toEqual({ code: signal === "SIGINT" ? 130 : 143, stdout: "" });
  return printedCommand(stderr);
}

/** Before it listens, the signal itself ends a command; nothing is in the way of the next one then. */
async function interruptEarly(command: readonly string[]): Promise<void> {
  const early = start(command, folder);
  await wait(400);
  early.child.kill("SIGINT");
  expect([null, 130]).toContain((await early.finished).code);
}

/** Another process is refused while the first lives, were it standing still, and goes on once the first was killed. */
async function killBesideAnother(command: readonly string[]): Promise<void> {
  const first = start(command, folder);
  await first.prints("stage2 5/40");
  first.child.kill("SIGSTOP");
  for (const second of [command, command.slice(0, -1)]) {
    const { code, stderr } = await pidreg(second, folder);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`process ${first.child.pid} is at`) });
  }
  first.child.kill("SIGKILL");
  await first.finished;
  expect(existsSync(inFolder("stopped", "run.lock"))).toBe(true);
}

it("a run that is stopped in every phase goes on with the printed command, to the same end", async () => {
  const whole = epochsOf(readFileSync(inFolder("whole", "metrics.jsonl"), "utf8"));
  const begin = [...args, "--out", "stopped"];
  await interruptEarly(begin);
  const begun = existsSync(inFolder("stopped", "environment.json"));
  const moments: [NodeJS.Signals, (running: Running) => Promise<unknown>][] = [
    ["SIGINT", () => holds("log.jsonl", (text) => text.includes("pilot:plain: at most"))],
    ["SIGTERM", ({ prints }) => prints("pilot:plain 2/4")],
    ["SIGINT", ({ prints }) => prints("pilot:periodic 1/4")],
    ["SIGTERM", ({ prints }) => prints("stage1 2/12")],
    ["SIGINT", ({ prints }) => prints("stage2 3/40")],
  ];
  let command = begun ? resume : begin;
  for (const [signal, moment] of moments) {
    command = await interrupt(command, signal, moment);
    expect(command).toEqual(resume);
  }
  await killBesideAnother(resume);
  const finishing = start(resume, folder);
  await holds("metrics.jsonl", (text) => epochsOf(text) === whole);
  finishing.child.kill("SIGTERM");
  // Past the last place where it can stop, it ends instead.
  expect([0, 143]).toContain((await finishing.finished).code);
  await succeeds(resume, folder);
  expect(existsSync(inFolder("stopped", "run.lock"))).toBe(false);
  for (const name of results) {
    const [resumed, expected] = ["stopped", "whole"].map((run) => readFileSync(inFolder(run, name)));
    expect(resumed.equals(expected), name).toBe(true);
  }
});
