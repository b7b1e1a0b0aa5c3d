import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../test/support/run-command.js";
import { Rng } from "../../math/rng.js";
import { command } from "../commands/decompose.js";

let folder: string;
const file = (name: string) => join(folder, name);
const rows = 400;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-classes-"));
  const rng = new Rng(3);
  const lines = Array.from({ length: rows }, (_, r) => {
    const y = r % 2;
    const cells = [y, y === 1 ? "case" : "control", r % 3, `w${r % 30}`, `s${r % 20}`];
    return [...cells, y + 0.15 * rng.normal(), rng.normal(), y + rng.normal(), rng.normal()];
  });
  const header = "y,label,third,words,subject,a1,a2,b1,c1";
  const write = (name: string, table: readonly (readonly (string | number)[])[]) =>
    writeFileSync(file(name), `${[header, ...table].join("\n")}\n`);
  write("t.csv", lines);
  write("few.csv", lines.slice(0, 60));
  write("mixed.csv", [["3", "3", ...lines[0].slice(2)], ...lines]);
  const other = (name: string, first: (y: string, r: number) => string | number, top: string[] = []) =>
    writeFileSync(
      file(name),
      `${[header, ...top, ...lines.map(([y, ...cells], r) => [first(String(y), r), ...cells])].join("\n")}\n`,
    );
  other("none.csv", (_, r) => (r % 3 === 0 ? "None" : "AD"));
  other("units.csv", (_, r) => r / 7, ["kg,q,1,q,q,1,1,1,1"]);
  other("unit-of-few.csv", (y) => y, ["kg,q,1,q,q,1,1,1,1"]);
  other("commas.csv", (_, r) => `"${r},620"`);
  other("site.csv", (_, r) => (r % 7 === 1 ? "NA" : r % 2 === 0 ? "X" : "Y"));
  write("marks.csv", [...lines, ["", "", ...lines[0].slice(2)]]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => (await runCommand(command, ["decompose", ...args])).printed;

const table = (name = "t.csv") => ["--data", file(name), "--modality", "a=a*", "--modality", "b=b1"];

describe("a target of few values", () => {
  it("as a number where that is asked, or where a choice belongs to it; then never above its entropy", async () => {
    const asked = JSON.parse(await run(...table(), "--target", "y", "--target-kind", "number", "--no-check", "--json"));
    expect(asked.targetKind).toEqual({ kind: "number", reason: "as asked" });
    expect([asked.information.total, asked.targetEntropy]).toEqual([1, { bits: 1, values: 2 }]);
    expect(asked.flags).toContain("above-entropy");
    const streamed = JSON.parse(await run(...table(), "--target", "y", "--stream", "--json"));
    expect(streamed.targetKind.reason).toBe("--stream belongs to that reading");
    expect([streamed.information.total, streamed.targetEntropy]).toEqual([1, { bits: 1, values: 2 }]);
    const few = JSON.parse(await run(...table("few.csv"), "--target", "y", "--json"));
    expect(few.targetKind.reason).toContain("its 60 rows are too few to learn classes from");
    expect(few.information.total).toBe(1);
    const many = JSON.parse(await run(...table(), "--target", "c1", "--no-check", "--json"));
    expect(many.targetKind).toEqual({ kind: "number", reason: "more than 10 different values" });
    expect(many.targetEntropy).toBeUndefined();
  });

  it("tells what was read as missing where nothing else than one class is left", async () => {
    const message = /takes one value only.*"None" in 134 rows was read as missing/;
    await expect(run(...table("none.csv"), "--target", "y")).rejects.toThrow(message);
    await expect(run(...table("none.csv"), "--target", "y", "--target-kind", "class")).rejects.toThrow(message);
  });

  it("tells cells that are no numbers, among many that are, as those of features", async () => {
    await expect(run(...table("units.csv"), "--target", "y")).rejects.toThrow(/"y" is "kg".*--units-row/);
    await expect(run(...table("commas.csv"), "--target", "y")).rejects.toThrow(/"y": 400 cells.*--decimal=','/);
    await expect(run(...table("commas.csv"), "--target", "y", "--check")).rejects.toThrow(
      /"y": 400 cells.*--decimal=','/,
    );
    await expect(run(...table("unit-of-few.csv"), "--target", "y")).rejects.toThrow(/"kg" in 1 row.*give --units-row/);
  });

  it("tells a gap of a category by its column and its text, for targets of numbers and of classes", async () => {
    const of = ["--data", file("site.csv"), "--modality", "a=a1", "--modality", "s=y", "--category", "y"];
    const message = /column "y", data row 2 has no value: "NA" in 57 rows was read as missing/;
    await expect(run(...of, "--target", "c1")).rejects.toThrow(message);
    await expect(run(...of, "--target", "third")).rejects.toThrow(message);
  });

  it("refuses what is neither, by name", async () => {
    await expect(run(...table(), "--target", "words")).rejects.toThrow(
      /target "words": text of more than 10 different values, among them "w0"/,
    );
    await expect(run(...table("mixed.csv"), "--target", "label")).rejects.toThrow(
      /holds text and numbers: "3" in 1 row, beside .* give --missing-values="3"/,
    );
    await expect(run(...table(), "--target", "label", "--measure", "idep")).rejects.toThrow(
      /target "label" is text \("control"\), which is read as classes, but --measure idep/,
    );
    await expect(run(...table(), "--target", "y", "--target-kind", "class", "--stream")).rejects.toThrow(
      "--target-kind class reads the target as classes, and --stream belongs to its reading as a number",
    );
    await expect(run(...table("few.csv"), "--target", "label")).rejects.toThrow("but its 60 rows are too few");
    await expect(run(...table(), "--target", "c1", "--target-kind", "class")).rejects.toThrow(
      'target "c1" takes more than 50 different values',
    );
  });
});
