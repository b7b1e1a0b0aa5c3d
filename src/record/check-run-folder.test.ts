import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkRunFolder } from "./check-run-folder.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-no-run-"));
afterAll(() => rmSync(root, { recursive: true }));

const at = (name: string) => path.join(root, name);
mkdirSync(at("study"));
writeFileSync(at("study/study.json"), "{}");
mkdirSync(at("run"));
writeFileSync(at("file"), "");
symlinkSync(at("loop"), at("loop"));

it.each([
  ["nothing", "there is no such folder"],
  ["file/run", "there is no such folder"],
  ["file", "is a file"],
  ["study", "is a study"],
  ["loop", "cannot be read: "],
])("%s is no run folder: %s", async (name, words) => {
  await expect(checkRunFolder(at(name))).rejects.toThrow(`${at(name)}: ${words}`);
});

it("any other folder may be one", async () => {
  await expect(checkRunFolder(at("run"))).resolves.toBeUndefined();
});
