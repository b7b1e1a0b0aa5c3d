import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { documentText } from "../files/json.js";
import { LineFile } from "./line-file.js";
import { isUnfinished, RunFolder } from "./run-folder.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-run-folder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("files of a run", () => {
  const run = new RunFolder(folder);

  it("are not written with a number that is not finite, line by line", async () => {
    const lines = new LineFile("pid.jsonl", Buffer.alloc(0));
    expect(() => lines.line({ total: Number.POSITIVE_INFINITY })).toThrow('pid.jsonl: "total" is Infinity');
    expect(await run.entries()).toEqual([]);
  });

  it("can be looked at on a terminal, and are read as they were", async () => {
    const names = ["\u202e\u009b", "\x7f\u2028"];
    await run.writeText("data.json", documentText(names, "data.json"));
    expect(readFileSync(run.file("data.json"), "utf8")).toBe('[\n  "\\u202e\\u009b",\n  "\\u007f\\u2028"\n]\n');
    expect(JSON.parse(readFileSync(run.file("data.json"), "utf8"))).toEqual(names);
  });
});

describe("what a killed process was writing", () => {
  const drafts = ["metrics.json.17", "metrics.json.next.17", "SHA256SUMS.17", "model/model.json.next.17"];
  const deeper = ["checkpoint/state.json.17", "comparisons/ridge.json.17", "figures/parts.svg.17", "tensorboard/x.17"];
  const others = ["notes.17", "metrics.json.bak", "metrics.json.next", "members.json.17", "model/model.json"];

  it("goes, in its place or beside it, and nothing else does", async () => {
    const run = new RunFolder(path.join(folder, "killed"));
    await run.create();
    for (const name of ["model", "checkpoint", "comparisons", "figures", "tensorboard"]) await run.createInside(name);
    for (const name of [...drafts, ...deeper, ...others]) await run.writeText(name, "half");
    await run.removeUnfinished();
    for (const name of [...drafts, ...deeper]) expect(await run.has(name), name).toBe(false);
    for (const name of others) expect(await run.has(name), name).toBe(true);
  });

  it("is known by the names that the folder may hold", () => {
    expect(isUnfinished("results.json.17")).toBe(false);
    expect(isUnfinished("results.json.17", ["results.json"])).toBe(true);
    expect(isUnfinished("results.json.next.17", ["results.json"])).toBe(true);
    expect(isUnfinished("results.json.next", ["results.json"])).toBe(false);
  });
});
