import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { requireBuild, scratchFolder } from "../support/command.js";
import { readDocument, root } from "../support/documents.js";

const folder = scratchFolder();
const blocks = [...readDocument("docs/library.md").matchAll(/```js\n([\s\S]*?)```/g)].map(([, text]) => text);

beforeAll(async () => {
  await requireBuild();
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(root, path.join(folder, "node_modules/pidreg"));
});

it("docs/library.md has examples", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(3);
});

it.each(blocks.map((text) => [text.slice(0, 60).split("\n")[0], text]))("runs: %s", async (_, text) => {
  const file = path.join(folder, `example-${blocks.indexOf(text)}.mjs`);
  writeFileSync(file, text);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
  expect(stdout).not.toMatch(/undefined|NaN/);
  expect(stdout.trim().split("\n").length).toBeGreaterThan(1);
});
