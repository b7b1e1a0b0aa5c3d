import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCovarianceFile } from "../../src/cli/decompose/covariance-file.js";
import { loadConfig } from "../../src/config/load.js";
import { readSavedSplit } from "../../src/data/split/saved-split.js";
import { inspectTableFile } from "../../src/data/table/table-file.js";
import { readUserFile } from "../../src/files/user-file.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-user-file-"));
const at = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  execFileSync("mkfifo", [at("pipe")]);
  mkdirSync(at("folder"));
  symlinkSync("gone", at("dangling"));
  symlinkSync("dangling", at("chain"));
  symlinkSync("../.git/annex/objects/gone", at("annexed"));
  symlinkSync("circle", at("circle"));
  symlinkSync("gone", at("no-folder"));
  writeFileSync(at("lfs"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
  writeFileSync(at("large"), "");
  truncateSync(at("large"), 600e6);
  writeFileSync(at("latin1"), Buffer.from("name: caf\xe9\n", "latin1"));
});

const readers: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  "a config": loadConfig,
  "a covariance": readCovarianceFile,
  "a split": (file) => readSavedSplit(file, "."),
  "a table": (file) => inspectTableFile(file),
};

const texts = Object.entries(readers).filter(([kind]) => kind !== "a table");
describe.each(texts)("%s", (_kind, read) => {
  it.each([
    ["large", /is larger than \d+ MB/],
    ["latin1", /is not UTF-8 text/],
  ])("%s", async (name, message) => {
    await expect(read(at(name))).rejects.toThrow(message);
  });
});

describe.each(Object.entries(readers))("%s", (_kind, read) => {
  it.each([
    ["pipe", /is a pipe, not a file; write what comes out of it/],
    ["/dev/zero", /is a device, not a file/],
    ["folder", /is a folder/],
    ["dangling", /is a link to gone, which does not exist/],
    ["chain", /is a link to gone, which does not exist/],
    ["annexed", /is a link to .*, which does not exist; fetch its content with `git annex get`/],
    ["circle", /is a link that leads back to itself/],
    ["no-folder/x", /no-folder is a link to gone, which does not exist/],
    ["gone", /there is no such file/],
    ["lfs", /is a pointer of git-lfs/],
  ])("%s", async (name, message) => {
    await expect(read(path.resolve(folder, name))).rejects.toThrow(message);
  });
});

it("reads text without a byte order mark", async () => {
  writeFileSync(at("text"), "\ufeffä\n");
  expect(await readUserFile(at("text"), "text", 100)).toBe("ä\n");
});
