import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runsText } from "../../src/cli/runs-text.js";
import { sha256 } from "../../src/files/checksum.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { readRun } from "../../src/record/read-run.js";
import { RunLock } from "../../src/record/run-lock.js";
import { findings } from "../../src/report/findings.js";
import { withIntervals } from "../../src/study/leaderboard/intervals.js";
import { leaderboard } from "../../src/study/leaderboard/leaderboard.js";
import { writeLeaderboardCsv, writeLeaderboardPage } from "../../src/study/leaderboard/write-leaderboard.js";
import { type RunFolderOptions, sealRunFolder, writeRunFolder } from "../support/run-folder.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-board-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]) => path.join(root, ...names);
const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, "utf8")));

/** A made-up run that has read a table. */
async function run(name: string, table: string, options: RunFolderOptions = {}) {
  await writeRunFolder(at("runs", name), { name, ...options });
  edit(at("runs", name, "environment.json"), (text) =>
    JSON.stringify({ ...JSON.parse(text), dataChecksum: { [`data/${table}`]: sha256(table) } }),
  );
}

beforeAll(async () => {
  await run("old", "a.csv", { units: { age: "years" } });
  await run("new", "a.csv");
  await run("months", "b.csv", { units: { age: "months" } });
  await run("years", "b.csv", { units: { age: "years" } });
  await run("pair", "a.csv", { targets: ["age", "tau"] });
  await run("sealed", "a.csv");
  await sealRunFolder(at("runs/sealed"));
  await run("damaged", "a.csv");
  await sealRunFolder(at("runs/damaged"));
  edit(at("runs/damaged/metrics.json"), (text) => text.replace("1", "2"));
  await run("stopped", "a.csv");
  rmSync(at("runs/stopped/metrics.json"));
  mkdirSync(at("runs/notes"));
  writeFileSync(at("runs/old/report.html"), "");
  writeFileSync(at("runs/new/log.jsonl"), '{"level":30,"time":1767225600000,"msg":"x"}\n{"level":30,"ti');
});

const found = async (sort?: string) => leaderboard(at("runs"), sort);
const names = (entries: readonly { readonly folder: string }[]) => entries.map(({ folder }) => folder);

describe("a list of runs", () => {
  it("keeps errors of other targets, units and tables apart", async () => {
    const { groups } = await found("name");
    expect(groups.map(({ target, unit, table, entries }) => [table.name, target, unit, names(entries)])).toEqual([
      ["a.csv", "age", "years", ["new", "old", "pair", "sealed"]],
      ["a.csv", "tau", null, ["pair"]],
      ["b.csv", "age", "months", ["months"]],
      ["b.csv", "age", "years", ["years"]],
    ]);
  });

  it("says of every folder where it stands", async () => {
    const { groups, others } = await found();
    const old = groups[0].entries.find(({ folder }) => folder === "old");
    const { metrics } = await readRun(at("runs/old"));
    expect(old).toMatchObject({
      ...{ name: "old", kind: "run", state: "finished", reason: null, report: "old/report.html" },
      error: {
        test: metrics.test.perTarget.age.rmse,
        validation: metrics.validation.perTarget.age.rmse,
        baseline: { name: "ridge", test: metrics.baselines.ridge.test.perTarget.age.rmse },
        rows: 300,
      },
    });
    expect(groups[0].entries.find(({ folder }) => folder === "new")?.date).toBe("2026-01-01T00:00:00.000Z");
    expect(others.map(({ folder, state }) => [folder, state])).toEqual([
      ["damaged", "unreadable"],
      ["stopped", "interrupted"],
    ]);
    expect(others[0].reason).toMatch(/^metrics\.json: was damaged or edited: its SHA-256 is/);
  });

  it("says which runs are at work", async () => {
    const lock = await RunLock.take(at("runs/old"));
    const { groups } = await found("name");
    lock.release();
    expect(groups[0].entries.map(({ folder, state }) => [folder, state])).toContainEqual(["old", "running"]);
  });

  it("is sorted by its columns, what is not known last, and by no other", async () => {
    const errors = (await found("test")).groups[0].entries.map(({ error }) => error.test ?? 0);
    expect(errors).toEqual([...errors].sort((a, b) => a - b));
    const dates = (await found("date")).groups[0].entries.map(({ date }) => date ?? "");
    expect(dates).toEqual([...dates].sort().reverse());
    await expect(found("rmse")).rejects.toThrow("--sort rmse: there is no such column; there is name, date, rows,");
  });

  it("has on its page the intervals that the reports of the runs have", async () => {
    const { groups } = await withIntervals(await found("name"));
    const [own] = findings(await readRun(at("runs/old")));
    const { interval } = groups[0].entries.find(({ folder }) => folder === "old")?.error ?? {};
    expect(interval).toEqual({ low: own.error.low, high: own.error.high });
  });

  it("is written as a page that links the reports that there are, and as a table", async () => {
    const board = await found();
    mkdirSync(at("pages"), { recursive: true });
    await writeLeaderboardPage(board, at("pages/list.html"));
    const page = readFileSync(at("pages/list.html"), "utf8");
    expect([...page.matchAll(/<a href="(\.[^"]*)"/g)].map(([, href]) => href)).toEqual(["../runs/old/report.html"]);
    expect(page).toMatch(/script-src 'sha256-[^']+';/);
    await writeLeaderboardCsv(board, at("pages/list.csv"));
    const { header, rows } = parseCsv(readFileSync(at("pages/list.csv"), "utf8"), "list.csv");
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
    expect(column("folder").filter((name) => name === "pair")).toHaveLength(2);
    expect(column("state").filter((state) => state === "unreadable")).toEqual(["unreadable"]);
    await expect(writeLeaderboardPage(board, at("runs/old/report.html"))).rejects.toThrow("is the report of old");
    await expect(writeLeaderboardPage(board, at("pages/list.txt"))).rejects.toThrow("is an HTML file");
  });

  it("shows names as text, on a terminal and on its page", async () => {
    const hostile = "<img src=x onerror=alert(1)>\u202e";
    await writeRunFolder(at("strange", hostile.slice(0, 12)), { name: hostile, targets: [hostile] });
    const board = await leaderboard(at("strange"));
    await writeLeaderboardPage(board, at("pages/strange.html"));
    const page = readFileSync(at("pages/strange.html"), "utf8");
    expect(page).not.toContain("<img");
    expect(page + runsText(board)).not.toContain("\u202e");
    expect(runsText(board)).toContain("<img src=x onerror=alert(1)>");
  });

  it("says that a folder holds none", async () => {
    mkdirSync(at("empty"));
    expect(runsText(await leaderboard(at("empty")))).toContain("holds no run and no study");
    await expect(leaderboard(at("none"))).rejects.toThrow("there is no such folder");
  });
});
