import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import yargs from "yargs";
import { command } from "../../src/cli/commands/decompose.js";
import { Rng } from "../../src/math/rng.js";

let folder: string;
const file = (name: string) => join(folder, name);
const rows = 300;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-classes-"));
  const rng = new Rng(3);
  const lines = Array.from({ length: rows }, (_, r) => {
    const y = r % 2;
    const cells = [y, y === 1 ? "case" : "control", r < 150 ? "first" : "second", `w${r % 30}`, `s${r % 20}`];
    return [...cells, y + 0.15 * rng.normal(), rng.normal(), y + rng.normal(), rng.normal()];
  });
  const header = "y,label,half,words,subject,a1,a2,b1,c1";
  const write = (name: string, table: readonly (readonly (string | number)[])[]) =>
    writeFileSync(file(name), `${[header, ...table].join("\n")}\n`);
  write("t.csv", lines);
  write("few.csv", lines.slice(0, 60));
  write("mixed.csv", [["3", "3", ...lines[0].slice(2)], ...lines]);
  write("marks.csv", [...lines, ["", "", ...lines[0].slice(2)]]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<string> {
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await yargs(["decompose", ...args])
      .command(command)
      .strict()
      .fail((message, error) => {
        throw error ?? new Error(message);
      })
      .parseAsync();
    return stdout.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

const table = (name = "t.csv") => ["--data", file(name), "--modality", "a=a*", "--modality", "b=b1"];

// learning posteriors takes seconds
const patience = 240_000;

describe("a target of few values", { timeout: patience }, () => {
  it("is read as classes: text too, with what it rests on in JSON", async () => {
    const found = JSON.parse(await run(...table("marks.csv"), "--target", "label", "--group", "subject", "--json"));
    expect(found.targetKind).toEqual({ kind: "class", reason: "it takes 2 different labels" });
    expect(found.estimator).toBe("posterior-cells");
    expect(found.classes.labels).toEqual(["case", "control"]);
    expect(found.classes.counts).toEqual([150, 150]);
    expect(found.rows.rowsWithoutTarget).toBe(1);
    expect(found.information.total).toBeLessThanOrEqual(1);
    expect(found.information.total).toBeGreaterThan(0.8);
    expect(found.classes.shareOfEntropy.total).toBeCloseTo(found.information.total, 9);
    const { unique, redundancy, synergy } = found.atoms;
    expect(unique.a + unique.b + redundancy + synergy).toBeCloseTo(found.information.total, 9);
    expect(found.check).toBe(null);
  });

  it("numbers with the reason in the text, by group and by row", async () => {
    const out = file("local.csv");
    const text = await run(...table(), "--target", "y", "--by", "half", "--local", out, "--permutations", "19");
    expect(text).toContain("y read as classes: it takes 2 different values");
    expect(text).toContain("H(Y) 1.000 bits");
    expect(text).toMatch(/By half, bits/);
    expect(text).not.toContain("by definition");
    expect(text).not.toContain("of its variance");
  });
});
