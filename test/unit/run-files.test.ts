import { describe, expect, it } from "vitest";
import { runFiles } from "../../src/record/run-folder.js";
import { sources } from "../support/sources.js";

const outside = ["run", "report", "study", "library", "cli"].flatMap((layer) => sources(`src/${layer}`));

/** Files that match, by what they match. */
function having(pattern: RegExp): string[] {
  return outside.flatMap(({ file, code }) => [...code.matchAll(pattern)].map(([found]) => `${file}: ${found}`)).sort();
}

describe("what does not belong to record/ and its layers below", () => {
  it("looks at no file by itself, but for the streams of the process", () => {
    expect(having(/"(?:node:)?fs(?:\/promises)?"/g)).toEqual(['src/cli/outputs.ts: "node:fs"']);
    expect(having(/\b(?:readFile|writeFile|appendFile|readOwnFile|createReadStream)(?:Sync)?\b/g)).toEqual([]);
  });

  it("parses no JSON, but for a covariance that the user gives", () => {
    expect(having(/\bJSON\.parse\b/g)).toEqual(["src/cli/decompose/covariance-file.ts: JSON.parse"]);
  });

  it("names no file of a run", () => {
    const names = Object.values(runFiles).filter((name) => name.includes("."));
    const quoted = names.map((name) => name.replaceAll(".", "\\.")).join("|");
    expect(having(new RegExp(`"(?:${quoted}|model\\.json|ensemble\\.json|weights\\.safetensors)"`, "g"))).toEqual([]);
  });
});
