import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { documentText } from "../files/json.js";
import { LineFile } from "./line-file.js";
import { RunFolder } from "./run-folder.js";

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
