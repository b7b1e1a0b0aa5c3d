import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { requireBuild } from "../support/command.js";
import { root } from "../support/documents.js";

const folder = path.join(root, "docs/notebooks");
const notebooks = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const python = spawnSync("python3", ["--version"], { encoding: "utf8" });

interface Notebook {
  readonly cells: readonly { readonly cell_type: string; readonly source: readonly string[] }[];
}

beforeAll(requireBuild);

it("there is a notebook", () => {
  expect(notebooks).not.toEqual([]);
});

for (const name of notebooks) {
  it.skipIf(python.status !== 0)(`${name} runs from top to bottom (skipped where there is no python3)`, () => {
    const { cells } = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Notebook;
    const script = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => source.join(""));
    const { status, stdout, stderr } = spawnSync("python3", ["-"], {
      ...{ cwd: folder, input: script.join("\n\n"), encoding: "utf8", timeout: 300_000 },
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/only in alpha: \d\.\d\d bits/);
    expect(stdout).toMatch(/RMSE on \d+ test rows: \d\.\d+, ridge regression \d\.\d+/);
    expect(stdout).toContain("y.prediction");
  });
}
