import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeRunFolder } from "../../test/support/run-folder.js";
import { plugInEstimate } from "../pid/estimate/pid-from-covariance.js";
import { foremost, mostShown } from "./foremost.js";
import { pidFigure } from "./pid-figure.js";
import { groupTable, pidText } from "./pid-text.js";
import { writeReport } from "./write-report.js";

const names = Array.from({ length: 100 }, (_, k) => `m${k}`);

describe("long lists", () => {
  it("are cut to their largest entries, in their order", () => {
    const sizes = Array.from({ length: 50 }, (_, i) => (i * 7) % 50);
    const { shown, more } = foremost(sizes, (size) => size);
    expect(shown).toEqual(sizes.filter((size) => size >= 30));
    expect(more).toBe(30);
    expect(foremost(sizes.slice(0, mostShown), (size) => size)).toEqual({ shown: sizes.slice(0, mostShown), more: 0 });
    expect(foremost([1, null, 2], (size) => size, 2).shown).toEqual([null, 2]);
  });
});

describe("a decomposition of a hundred modalities", () => {
  const weights: readonly number[] = names.map((_, k) => (k === 7 ? 2 : k === 93 ? 1 : 0.01));
  const all = weights.reduce((sum, w) => sum + w * w, 1);
  const covariance = [[all, ...weights], ...weights.map((w, k) => [w, ...weights.map((_, j) => Number(j === k))])];
  const sources = names.map((name) => ({ name, size: 1 }));
  const estimate = plugInEstimate(covariance, { targets: 1, sources }, { n: 1000 });
  const widths = Object.fromEntries(names.map((name) => [name, 1]));

  it("is a text of few lines that says what it leaves out", () => {
    const lines = pidText(estimate, { targets: ["y"], widths, rows: "all rows" }).split("\n");
    expect(lines.length).toBeLessThan(150);
    expect(lines.filter((line) => /^m\d+ alone /.test(line))).toHaveLength(mostShown);
    for (const name of ["m7 alone", "m93 alone", "80 more, that know no more"]) {
      expect(lines.some((line) => line.startsWith(name))).toBe(true);
    }
    expect(lines).toContain("The 20 of 4950 with the most synergy are shown. --json has all.");
    expect(lines.find((line) => line.startsWith("m7, m93 "))).toBeDefined();
    expect(groupTable({ a: estimate, b: estimate }, "site")).toContain(
      "80 more modalities, of no more unique information",
    );
  });

  it("is a figure of its largest atoms", async () => {
    const svg = await pidFigure([{ label: "all rows", estimate }], ["y"]);
    expect(svg).toContain("The 20 of 100 with the most unique information are shown.");
    expect(svg).toContain("only m7");
    expect(svg.match(/>only m\d+</g)).toHaveLength(mostShown);
  });
});

describe("the report of thirty modalities", () => {
  let folder: string;
  let text: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pidreg-many-"));
    await writeRunFolder(folder, { modalities: names.slice(0, 30), rows: 60 });
    text = await readFile((await writeReport(folder)).file, "utf8");
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("draws at most twenty figures of a kind, and says so", async () => {
    const kinds = new Map<string, number>();
    for (const file of await readdir(path.join(folder, "figures"))) {
      const kind = file.replace(/\d*\.svg$/, "");
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(kinds.get("latents-")).toBe(mostShown);
    expect(Math.max(...kinds.values())).toBe(mostShown);
    expect(text.length).toBeLessThan(2_000_000);
    for (const what of ["the most unique information", "the largest weights", "the lowest W", "the lowest lambda"]) {
      expect(text).toContain(`with ${what} are shown.`);
    }
  });

  it("has no sentence that names them all", () => {
    const sentences = text.replace(/<svg.*?<\/svg>/gs, "").split(/<\/?(?:p|li|td|th|h\d|div|figcaption)[^>]*>/);
    const named = sentences.map((sentence) => sentence.match(/\bm\d+\b/g)?.length ?? 0);
    expect(Math.max(...named)).toBeLessThan(3 * mostShown);
  });
});
