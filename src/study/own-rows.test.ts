import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { parseConfig } from "../config/load.js";
import { pooled } from "../executors/processes.js";
import { select, selectDesign } from "./select.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-own-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lines = Array.from({ length: 100 }, (_, i) => [`s${i}`, i % 11, i % 7, i % 4 === 0 ? "" : (i * 5) % 9].join(","));
writeFileSync(path.join(root, "table.csv"), `id,y,a,b\n${lines.join("\n")}\n`);
const config = parseConfig({
  name: "own",
  data: { file: "table.csv", id: "id", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
});
const executor = pooled(leaveRun, { jobs: 2 });
const asked = { config, baseFolder: root, margin: 0.02, decideOn: "validation", rows: "own" } as const;

it("subsets are trained on all rows that have them, and tested on complete ones", async () => {
  const messages: string[] = [];
  const onMessage = (text: string) => void messages.push(text);
  const out = path.join(root, "study");
  const { results, text } = await select({ ...asked, repeats: 2, out, executor, onMessage });
  const read = (name: string) => JSON.parse(readFileSync(path.join(out, "splits", `${name}.json`), "utf8"));
  expect(messages).toContain("--rows own: 2 further trainings, of subsets that more rows have");
  const lacks = (id: string) => Number(id.slice(1)) % 4 === 0;
  for (const r of [1, 2]) {
    const [complete, own] = [read(`repeat-${r}`), read(`repeat-${r}-own-1`)];
    expect(own.test).toEqual(complete.test);
    expect(own.train.filter((id: string) => !lacks(id))).toEqual(complete.train);
    expect(own.train.some(lacks)).toBe(true);
    expect([...own.train, ...own.validation].filter((id: string) => complete.test.includes(id))).toEqual([]);
  }
  // b is complete wherever it is there.
  expect(results.ownRows).toHaveLength(1);
  const [{ modalities, rows, change, own, complete }] = results.ownRows ?? [];
  expect(modalities).toEqual(["a"]);
  expect(rows.own.train).toBe(read("repeat-1-own-1").train.length);
  expect(rows.complete.train).toBe(read("repeat-1").train.length);
  expect(change.draws).toBe(2);
  expect(complete.value).toBe(results.subsets.find((subset) => subset.modalities.join() === "a")?.test.error.value);
  expect(own.low).toBeLessThanOrEqual(own.value);
  expect(text).toContain("| training rows |");
});

it("is refused where subsets are not known from the start", () => {
  const many = Object.fromEntries([..."abcdefg"].map((name) => [name, { columns: [name] }]));
  const seven = parseConfig({ name: "seven", data: { file: "t.csv", target: "y", modalities: many } });
  expect(() => selectDesign({ ...asked, config: seven })).toThrow("--rows own: 7 modalities");
});
