import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealRunFolder, writeRunFolder } from "../../test/support/run-folder.js";
import { InputError } from "../errors.js";
import { readDigests, undigestedMessages } from "./digests.js";
import { readRun, readRunText } from "./read-run.js";

let folder: string;
const file = (name: string) => path.join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pidreg-digests-"));
  await writeRunFolder(folder, { extras: true });
  await sealRunFolder(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = async (): Promise<string> => {
  const error = await readRun(folder).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replace(folder + path.sep, "");
};

describe("a run with digests", () => {
  it("is read, and says that it has them", async () => {
    expect((await readRun(folder)).digested).toBe(true);
  });

  it.runIf(process.platform === "linux")("can be checked without pidreg", () => {
    const told = execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: folder, encoding: "utf8" });
    expect(told).toContain("metrics.json: OK");
  });

  it.each([
    ...["config.yaml", "environment.json", "data.json", "metrics.json", "pid.json", "latents.json"],
    ...["metrics.jsonl", "pid.jsonl", "predictions.csv", "comparisons.csv"],
  ])("refuses %s with another byte, says what is wrong and what to do", async (name) => {
    const bytes = await readFile(file(name));
    bytes[bytes.length - 2] ^= 1;
    await writeFile(file(name), bytes);
    expect(await refusal()).toMatch(
      new RegExp(
        `^${name}: was damaged or edited: its SHA-256 is [0-9a-f]{12}\\.\\., SHA256SUMS says [0-9a-f]{12}\\.\\.\\. ` +
          "Restore it from a copy, or write what the run holds again: pidreg train CONFIG --out RUN --resume$",
      ),
    );
    await expect(readRunText(folder, name)).rejects.toThrow(`${name}: was damaged or edited`);
  });

  it("refuses when a file of it is missing", async () => {
    await rm(file("latents.json"));
    expect(await refusal()).toContain("is not a finished run, it has no latents.json");
  });

  it("takes no file that was not there", async () => {
    await rm(file("comparisons.csv"));
    await sealRunFolder(folder);
    await writeFile(file("comparisons.csv"), "of another run");
    expect((await readRun(folder)).test.targets.get("age")?.baselines.has("mlp")).toBe(false);
  });

  it("refuses when its digests are damaged, whichever bit", async () => {
    const bytes = await readFile(file("SHA256SUMS"));
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << (at % 8);
      await writeFile(file("SHA256SUMS"), flipped);
      const error = await readDigests(folder).catch((reason: unknown) => reason);
      expect((error as Error).message, `byte ${at}`).toContain("SHA256SUMS: was damaged or edited");
    }
  });

  it("refuses when its digests were taken away", async () => {
    await rm(file("SHA256SUMS"));
    expect(await refusal()).toContain(
      "SHA256SUMS: was damaged or edited: it is missing, and the run was written with it",
    );
  });
});

describe("a run of a version without digests", () => {
  it("is read, and one message tells of all such runs", async () => {
    await writeRunFolder(folder);
    await rm(file("SHA256SUMS"));
    expect((await readRun(folder)).digested).toBe(false);
    expect(undigestedMessages([])).toEqual([]);
    expect(undigestedMessages(["a"])).toEqual([
      "a: carries no digests, as what earlier versions wrote: damage to its files cannot be seen",
    ]);
    expect(undigestedMessages(["a", "b", "c"])).toEqual([
      "a and 2 more: carry no digests, as what earlier versions wrote: damage to their files cannot be seen",
    ]);
  });
});
