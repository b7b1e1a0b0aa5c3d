import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { HeldFolder } from "./held-folder.js";
import { FolderInUse, lockFile } from "./run-lock.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-held-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dead = JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: null, id: "x" });

describe("HeldFolder.take", () => {
  it("leaves nothing behind where nothing was written, and everything else where it was", async () => {
    const held = await HeldFolder.take(join(folder, "runs", "deep", "a"));
    await expect(HeldFolder.take(join(folder, "runs", "deep", "a"))).rejects.toThrow(FolderInUse);
    await held.release();
    expect(await readdir(folder)).toEqual([]);
    await mkdir(join(folder, "mine"));
    await (await HeldFolder.take(join(folder, "mine"))).release();
    expect(await readdir(folder)).toEqual(["mine"]);
    const written = await HeldFolder.take(join(folder, "runs", "b"));
    await writeFile(join(folder, "runs", "b", "result"), "");
    await written.release();
    expect(await readdir(join(folder, "runs", "b"))).toEqual(["result"]);
  });

  it("holds a folder again and again while others make and leave it", async () => {
    const path = join(folder, "runs", "a");
    const round = async () => {
      for (let k = 0; k < 20; k++) {
        const held = await HeldFolder.take(path).catch((error) => {
          if (error instanceof FolderInUse) return null;
          throw error;
        });
        await held?.release();
      }
    };
    await Promise.all(Array.from({ length: 5 }, round));
    // Whoever made a folder leaves it to another that is in it.
    const left = (await readdir(folder, { recursive: true })).map(String);
    expect(left.filter((name) => !["runs", join("runs", "a")].includes(name))).toEqual([]);
  });

  it("refuses what is no folder", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(HeldFolder.take(join(folder, "file", "a"))).rejects.toThrow(/file is a file, not a folder/);
  });
});

describe("HeldFolder.takeFree", () => {
  it("gives each of many that ask at once another folder", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => HeldFolder.takeFree(join(folder, "runs", "t"))));
    const names = ["t", ...[2, 3, 4, 5, 6, 7, 8].map((k) => `t-${k}`)];
    expect(all.map(({ path }) => path).sort()).toEqual(names.map((name) => join(folder, "runs", name)));
    for (const held of all) await held.release();
    // One that made a folder and lost the race for its lock leaves it, empty, to the winner, who did not make it.
    const empty = new Set(["runs", ...names.map((name) => join("runs", name))]);
    expect((await readdir(folder, { recursive: true })).filter((name) => !empty.has(name))).toEqual([]);
  });

  it("passes by what is in use and takes what a killed process left empty", async () => {
    const base = join(folder, "t");
    await mkdir(base);
    await writeFile(join(base, "notes.txt"), "");
    await writeFile(`${base}-2`, "a file");
    await symlink("nowhere", `${base}-3`);
    await mkdir(`${base}-4`);
    await writeFile(join(`${base}-4`, lockFile), dead);
    const held = await HeldFolder.takeFree(base);
    expect(held.path).toBe(`${base}-4`);
    const next = await HeldFolder.takeFree(base);
    expect(next.path).toBe(`${base}-5`);
    await next.release();
    await held.release();
    expect(existsSync(`${base}-5`)).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(["t", "t-2", "t-3", "t-4"]);
  });

  it("ends where there can be no folder at all", async () => {
    await writeFile(join(folder, "runs"), "");
    await expect(HeldFolder.takeFree(join(folder, "runs", "t"))).rejects.toThrow(InputError);
    await expect(HeldFolder.takeFree(join(folder, "n".repeat(300)))).rejects.toThrow(InputError);
  });
});
