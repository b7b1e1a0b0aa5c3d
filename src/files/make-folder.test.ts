import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder } from "./make-folder.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-make-folder-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("makeFolder", () => {
  it("creates what is missing, and is content with what is there, also when many want it at once", async () => {
    const deep = join(folder, "a", "b", "c");
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(deep)));
    await makeFolder(deep);
    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  it("follows a link to a folder", async () => {
    await makeFolder(join(folder, "there"));
    await symlink("there", join(folder, "link"));
    await makeFolder(join(folder, "link", "below"));
    expect(existsSync(join(folder, "there", "below"))).toBe(true);
  });

  it.each(["file", "file/below", "dangling", "dangling/below"])("says why it cannot create %s", async (name) => {
    await writeFile(join(folder, "file"), "");
    await symlink("nowhere", join(folder, "dangling"));
    await expect(makeFolder(join(folder, name))).rejects.toThrow(/EEXIST|ENOTDIR|ENOENT/);
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });

  it.skipIf(!existsSync("/proc/self"))("returns where the system refuses new folders", async () => {
    await expect(makeFolder("/proc/pidreg/run")).rejects.toThrow(/ENOENT|EACCES|EPERM/);
  });
});
