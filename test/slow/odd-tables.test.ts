import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";

const folder = scratchFolder();

/** Everything a spreadsheet may do to a table that is still a table. */
function oddTable(): string {
  const rows = [["\ufeffid", '"größe, cm"', "__proto__", "constructor", "α β", "toString", '"no\nte"']];
  for (let i = 1; i <= 330; i++) {
    const [a, b, c] = [Math.sin(1.3 * i), Math.cos(2.1 * i), Math.sin(0.7 * i)];
    const numbers = [a + b + 0.1 * c, a, a * b, b, c].map((value) => value.toExponential(5));
    rows.push([`r${i}`, ...numbers, i % 7 ? "x" : '"two\nlines, ""quoted"""']);
  }
  return `${rows.map((row) => row.join(",")).join("\r\n")}\r\n`;
}

beforeAll(async () => {
  await requireBuild();
  const modalities = { größe_a: { columns: ["__proto__", "constructor"] }, "b-2": { columns: ["α β", "toString"] } };
  const data = { file: "odd table.csv", id: "id", target: "größe, cm", modalities };
  await writeFile(path.join(folder, "odd table.csv"), oddTable());
  await writeFile(path.join(folder, "odd.yaml"), stringify({ name: "ein Name", data }));
});

it("a table with byte order mark, CRLF, quoted newlines, commas and reserved names in its header is trained on", async () => {
  await succeeds(["train", "odd.yaml", "--quiet", ...tinyModel], folder);
  const run = "runs/ein Name";
  const metrics = JSON.parse(await readFile(path.join(folder, run, "metrics.json"), "utf8"));
  expect(metrics.test.perTarget["größe, cm"].mae).toBeGreaterThan(0);
  await succeeds(["predict", run, "--data", "odd table.csv", "--out", "p.csv"], folder);
  const lines = (await readFile(path.join(folder, "p.csv"), "utf8")).trimEnd().split("\n");
  expect(lines).toHaveLength(331);
  expect(lines[0]).toMatch(/^id,"größe, cm","größe, cm.prediction",/);
  expect(lines[1]).toMatch(/^r1,/);
  expect(await readFile(path.join(folder, run, "report.html"), "utf8")).toContain("größe_a");
});

it("decompose takes names with commas in quotes", async () => {
  const modalities = ["--modality", "größe_a=__proto__,constructor", "--modality", 'b-2="α β",toString'];
  const args = ["decompose", "--data", "odd table.csv", "--target", '"größe, cm"', ...modalities, "--json"];
  const { targets, information } = JSON.parse(await succeeds(args, folder));
  expect(targets).toEqual(["größe, cm"]);
  expect(Object.keys(information.byModality)).toEqual(["größe_a", "b-2"]);
});
