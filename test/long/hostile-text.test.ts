import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { unguarded } from "../../src/files/formula-guard.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { parsePredictions } from "../../src/record/predictions.js";
import { pidreg, requireBuild, scratchFolder, succeeds } from "../support/command.js";
import { hostileCases } from "../support/hostile-cases.js";
import { column, decomposed, prepareHostile } from "../support/hostile-text.js";

const folder = scratchFolder();
const textOf = (...names: string[]) => readFile(path.join(folder, ...names), "utf8");

beforeAll(async () => {
  await requireBuild();
  await prepareHostile(folder);
});

/** The first character that a terminal must not be sent, and what stands around it. */
function harm(text: string): string | null {
  const bad = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u.exec(text);
  if (bad !== null) return JSON.stringify(text.slice(Math.max(0, bad.index - 80), bad.index + 20));
  return /^FORGED/m.test(text) ? "a line of its own" : null;
}

describe("what tables, files and arguments hold reaches the terminal harmlessly", () => {
  it.concurrent.each(hostileCases)("%s", { timeout: 120_000 }, async (_name, expected, args) => {
    const { code, stdout, stderr } = await pidreg(args, folder);
    expect(harm(stdout), "stdout").toBeNull();
    expect(harm(stderr), "stderr").toBeNull();
    expect(code, stderr).toBe(expected);
    if (code === 0 && (args.includes("--json") || args.includes("--covariance"))) JSON.parse(stdout);
  });
});

describe("files of a run on a hostile table", () => {
  it("are harmless to look at: JSON, YAML, logs, report and figures", async () => {
    const names = await readdir(path.join(folder, "run"), { recursive: true });
    const looked = names.filter((name) => /\.(json|jsonl|html|svg|yaml)$/.test(name));
    expect(looked).toEqual(expect.arrayContaining(["log.jsonl", "data.json", "split.json", "report.html"]));
    expect(looked.filter((name) => name.endsWith(".svg")).length).toBeGreaterThan(3);
    for (const name of looked) expect(harm(await textOf("run", name)), name).toBeNull();
  });

  it("hold the ids of the table: in predictions.csv through its guard, in split.json as they are", async () => {
    const { header, rows } = parseCsv(await textOf("t.csv"), "t.csv");
    const ids = new Set(rows.map((row) => row[header.indexOf(column("id"))]));
    const text = await textOf("run/predictions.csv");
    const wanted = { targets: [column("y")], baselines: ["ridge"], part: "test" };
    const read = parsePredictions(text, "predictions.csv", wanted).ids;
    expect(read).toEqual(JSON.parse(await textOf("run/split.json")).test);
    expect(read.filter((id) => !ids.has(id))).toEqual([]);
    expect(read.some((id) => id.startsWith("-"))).toBe(true);
    expectGuarded(text);
  });

  it("and tables that commands write hold nothing that a spreadsheet runs", async () => {
    await succeeds(["predict", "run", "--data", "t.csv", "--out", "guarded.csv"], folder);
    expectGuarded(await textOf("guarded.csv"));
    await succeeds([...decomposed("t.csv"), "--by", column("site"), "--local", "local.csv"], folder);
    const { header, rows } = expectGuarded(await textOf("local.csv"));
    expect(header.map(unguarded)).toContain(column("site"));
    expect(rows.some((row) => row[1].startsWith("'=s"))).toBe(true);
  });
});

function expectGuarded(text: string) {
  const table = parseCsv(text, "t.csv");
  for (const cell of [table.header, ...table.rows].flat()) {
    if (!Number.isFinite(Number(cell))) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
  }
  return table;
}
