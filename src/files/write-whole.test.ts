import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWhole } from "./write-whole.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-write-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writeWhole", () => {
  it("replaces a file by text or bytes and leaves nothing else", async () => {
    const file = join(folder, "a.txt");
    await writeWhole(file, "first");
    await writeWhole(file, Buffer.from("second"));
    expect(await readFile(file, "utf8")).toBe("second");
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it("lets simultaneous writers each write a whole file", async () => {
    const file = join(folder, "a.txt");
    const texts = Array.from({ length: 20 }, (_, i) => String(i % 10).repeat(50_000 + i));
    await Promise.all(texts.map((text) => writeWhole(file, text)));
    expect(texts).toContain(await readFile(file, "utf8"));
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it("removes its draft when the file cannot be put in place", async () => {
    await mkdir(join(folder, "taken"));
    await writeFile(join(folder, "taken", "inside"), "");
    await expect(writeWhole(join(folder, "taken"), "text")).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(await readdir(folder)).toEqual(["taken"]);
    await expect(writeWhole(join(folder, "none", "file"), "text")).rejects.toThrow("ENOENT");
  });

  it("does not write through a symbolic link", async () => {
    const outside = join(folder, "outside");
    await writeFile(outside, "safe");
    await symlink(outside, join(folder, "link"));
    await writeWhole(join(folder, "link"), "text");
    expect(await readFile(outside, "utf8")).toBe("safe");
    expect((await lstat(join(folder, "link"))).isSymbolicLink()).toBe(false);
  });
});
