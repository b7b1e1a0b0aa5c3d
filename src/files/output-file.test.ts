import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkOutputFile, checkOutputFolder } from "./output-file.js";

const root = mkdtempSync(join(tmpdir(), "pidreg-output-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = join(root, "t.csv");
writeFileSync(file, "a\n");

describe("a file where a folder is wanted", () => {
  it("is named once where it is what was asked for", async () => {
    await expect(checkOutputFolder(file)).rejects.toThrow(new RegExp(`^${file}: is a file, not a folder$`));
  });

  it("is named beside what was asked for below it", async () => {
    const below = join(file, "run");
    await expect(checkOutputFolder(below)).rejects.toThrow(`${below}: ${file} is a file, not a folder`);
    await expect(checkOutputFile(below)).rejects.toThrow(`${below}: ${file} is a file, not a folder`);
  });
});
