import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { smallConfig } from "../../test/support/small-config.js";
import { parseConfig } from "../config/load.js";
import { Rng } from "../math/rng.js";
import { evaluateTable, evaluateTestPart } from "./apply/evaluate-run.js";
import { trainRun } from "./train-run.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-row-notes-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Rows 0 .. 199 train, 200 .. 299 validate, 300 .. 399 test; three rows are copies, one test row is far out. */
function rows(): string[] {
  const rng = new Rng(1);
  const lines = Array.from({ length: 400 }, (_, r) => {
    const [a, b] = [rng.normal(), rng.normal()];
    const part = r < 200 ? "train" : r < 300 ? "validation" : "test";
    const y = r === 350 ? 500 : a + b + 0.5 * rng.normal();
    return [`s${r}`, a, a + rng.normal(), b, b + rng.normal(), y, part];
  });
  const copy = (row: number, of: number) => {
    lines[row] = [lines[row][0], ...lines[of].slice(1, 6), lines[row][6]];
  };
  copy(150, 7);
  copy(210, 8);
  copy(320, 9);
  return lines.map((line) => line.join(","));
}

it("tells of copies, of those that straddle the parts, and of a row that carries the atoms of its part", async () => {
  const header = "id,alpha_1,alpha_2,beta_1,beta_2,y,part";
  writeFileSync(path.join(root, "table.csv"), `${[header, ...rows()].join("\n")}\n`);
  writeFileSync(path.join(root, "new.csv"), `${[header, ...rows().slice(300)].join("\n")}\n`);
  const base = smallConfig("rows");
  const inputs = { ...base.data.inputs, preparation: "quantile" };
  const data = { ...base.data, inputs, id: "id", split: { by: "column", column: "part" } };
  const { name, model } = base;
  // long enough to learn that y is a sum
  const training = { batchSize: 32, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 25 } };
  const config = parseConfig({ name, model, training, data } as Parameters<typeof parseConfig>[0]);
  const out = path.join(root, "run");
  const { metrics, pid } = await trainRun({ config, baseFolder: root, out });
  const notes = (metrics.notes ?? []).join("\n");
  expect(notes).toContain("3 of the 400 rows have the same features and targets as an earlier row (s150 of s7");
  expect(notes).toContain(
    "1 validation row stands in the training part too, 1 test row stands in the training part too",
  );
  expect(notes).toMatch(/row s350 of the test part stands apart from all others and carries \d+ % of the variance/);
  expect(notes).not.toContain("of the validation part stands apart");
  expect(pid.influentialRows).toBeNull();
  expect(pid.test.influentialRows?.rows).toEqual(["s350"]);
  const report = readFileSync(path.join(out, "report.html"), "utf8").replace(/\s+/g, " ");
  expect(report).toContain("row s350 of the test part stands apart");
  expect(report).toContain("rows of the same features and targets stand in different parts of the split");
  const evaluated = await evaluateTestPart(out);
  expect(evaluated.warnings.map(({ text }) => text).join("\n")).toContain("row s350 of the test part stands apart");
  const external = await evaluateTable(out, path.join(root, "new.csv"), "auto");
  expect(external.messages.join("\n")).toContain("row s350 stands apart");
  expect(external.pid?.influentialRows?.rows).toEqual(["s350"]);
});
