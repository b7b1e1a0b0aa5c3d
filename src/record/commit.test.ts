import * as real from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256 } from "../files/checksum.js";
import { adopt, Commit, isFinished, settle } from "./commit.js";
import { RunReader } from "./digests.js";
import { RunFolder, runFiles } from "./run-folder.js";

/** Ends the process, as far as files go, before the rename whose turn it is. */
const life = vi.hoisted(() => ({ renames: Number.POSITIVE_INFINITY }));
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const rename = async (from: string, to: string) => {
    if (--life.renames < 0) throw new Error("killed");
    await fs.rename(from, to);
  };
  return { ...fs, rename };
});

let folder: RunFolder;
beforeEach(async () => {
  folder = new RunFolder(await real.mkdtemp(path.join(tmpdir(), "pidreg-commit-")));
});
afterEach(async () => {
  life.renames = Number.POSITIVE_INFINITY;
  await real.rm(folder.path, { recursive: true });
});

const names = [runFiles.metrics, runFiles.pid, "model/model.json", runFiles.config];

/** Writes the results of one generation; the config is there before. */
async function finish(generation: string): Promise<void> {
  await folder.createInside("model");
  const commit = await Commit.begin(folder);
  await commit.place(runFiles.config, `config ${generation}`);
  for (const name of names.slice(0, 3)) await commit.write(name, `${name} ${generation}`);
  await commit.finish();
}

/** The generation that all files are of, as readers see them. */
async function seen(): Promise<string> {
  const texts = await RunReader.reading(folder.path, (reader) => Promise.all(names.map((name) => reader.read(name))));
  const generations = new Set(texts.map((text) => text.toString("utf8").split(" ")[1]));
  expect(generations.size).toBe(1);
  return [...generations][0];
}

/** Files beside their places. */
async function waiting(): Promise<string[]> {
  return (await real.readdir(folder.path, { recursive: true })).filter((name) => name.endsWith(".next"));
}

describe("Commit", () => {
  it("puts files in place, with the digest of each", async () => {
    await finish("new");
    expect(await seen()).toBe("new");
    expect((await folder.entries())?.sort()).toEqual([
      "SHA256SUMS",
      "config.yaml",
      "metrics.json",
      "model",
      "pid.json",
    ]);
    expect(await folder.readText(runFiles.digests)).toContain(`${sha256("metrics.json new")}  metrics.json\n`);
  });

  it("leaves the old files or the new ones, whole, wherever the process is killed, and settles to them", async () => {
    const outcomes: string[] = [];
    for (let renames = 0; outcomes.at(-1) !== "finished"; renames++) {
      life.renames = Number.POSITIVE_INFINITY;
      await settle(folder);
      await finish("old");
      life.renames = renames;
      const end = await finish("new").catch((error: Error) => error.message);
      life.renames = Number.POSITIVE_INFINITY;
      const generation = await seen();
      expect(await isFinished(folder)).toBe((await waiting()).length === 0);
      await settle(folder);
      expect(await seen()).toBe(generation);
      expect(await isFinished(folder)).toBe(true);
      expect(await waiting()).toEqual([]);
      outcomes.push(end === undefined ? "finished" : generation);
    }
    // A write is one rename too: four files beside their places, the digests, and the four into their places.
    expect(outcomes).toEqual(["old", "old", "old", "old", "old", "new", "new", "new", "new", "finished"]);
  });

  it("begins anew where the digests are damaged, and says so", async () => {
    await finish("old");
    await real.appendFile(folder.file(runFiles.digests), "x");
    expect(await settle(folder)).toEqual([
      `${folder.file("SHA256SUMS")}: was damaged; it is written again with the results`,
    ]);
    expect(await settle(folder)).toEqual([]);
    await finish("new");
    expect(await seen()).toBe("new");
  });

  it("follows no link that stands where a file waits to be put in place", async () => {
    await finish("old");
    await real.symlink(folder.file("metrics.json"), folder.file("pid.json.next"));
    await settle(folder);
    expect(await waiting()).toEqual([]);
    expect(await seen()).toBe("old");
    await folder.remove("pid.json");
    await real.symlink(folder.file("metrics.json"), folder.file("pid.json.next"));
    await expect(settle(folder)).rejects.toThrow("pid.json.next: is a link");
  });
});

describe("adopt", () => {
  it("gives a finished run of before the digests of its files, and says that it had none", async () => {
    expect(await adopt(folder)).toEqual([]);
    for (const name of ["config.yaml", "metrics.json"]) await folder.writeText(name, "of before");
    expect((await adopt(folder)).join()).toContain("carries no digests");
    expect(await adopt(folder)).toEqual([]);
    await folder.writeText("metrics.json", "edited");
    await expect(RunReader.reading(folder.path, (reader) => reader.read("metrics.json"))).rejects.toThrow("damaged");
  });

  it("gives none to a run from which they were taken away", async () => {
    await finish("old");
    await folder.writeText(runFiles.environment, '{"digests": "SHA256SUMS"}');
    await folder.remove(runFiles.digests);
    expect(await adopt(folder)).toEqual([]);
    expect(await folder.has(runFiles.digests)).toBe(false);
  });
});
