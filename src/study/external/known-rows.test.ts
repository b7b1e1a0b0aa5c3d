import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { markdownText } from "../text-blocks.js";
import type { ExternalComparison } from "./external-comparison.js";
import { externalText } from "./external-text.js";
import { messagesByRun, tableWords } from "./known-rows.js";
import { writeExternal } from "./write-external.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-known-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const interval = { value: 1, low: 0.5, high: 1.5, level: 0.95 };
const target = { metrics: {}, error: interval, calibration: {}, coverage: null } as never;
const model = (letter: string, trainedOn: number | null) => ({
  ...{ letter, label: "m", folder: `runs/${letter}`, rows: 20, trainedOn },
  targets: { y: target },
});
const comparison = (trainedOn: readonly (number | null)[], messages: readonly string[]): ExternalComparison => ({
  ...{ on: "part.csv", targets: ["y"], units: {}, rows: 20, resampling: "over rows", byGroup: null, messages },
  models: trainedOn.map((count, i) => model("AB"[i], count)),
  differences: [{ target: "y", model: "B", reference: "A", interval }],
});

describe("what runs say of a table", () => {
  const warning =
    "WARNING: of 20 rows, 12 (60 %) in the training part of the run: errors on them say nothing of new ones";

  it("stands behind the letters of those that say it, once", () => {
    const said = messagesByRun([
      { letter: "A", messages: [warning, "far away"] },
      { letter: "B", messages: ["far away", "other ids"] },
    ]);
    expect(said).toEqual([warning.replace("of 20", "A: of 20"), "A and B: far away", "B: other ids"]);
  });

  it("is in the text and on the page, whose heading claims nothing else", async () => {
    const messages = messagesByRun([{ letter: "A", messages: [warning, "far away"] }]);
    const found = comparison([12, 0], messages);
    const text = markdownText(externalText(found));
    expect(text).toContain("**Warning:** A: of 20 rows, 12 (60 %) in the training part");
    expect(text).toContain("- A: far away");
    const { file } = await writeExternal(found, path.join(root, "known"));
    const page = readFileSync(file, "utf8").replace(/\s+/g, " ");
    expect(page).toContain("Warning: A: of 20 rows, 12 (60 %) in the training part");
    expect(page).toContain("A: far away");
    expect(page).toContain("Prediction of y, on a table with rows that trained or chose A");
    expect(page).not.toContain("trained none of them");
  });

  it("tells rows that trained, rows that did not, and what is not known", () => {
    const words = (...trainedOn: (number | null)[]) => tableWords(trainedOn.map((count, i) => model("AB"[i], count)));
    expect(words(0, 0)).toBe("on a table that trained none of them");
    expect(words(3, 5)).toBe("on a table with rows that trained or chose A and B");
    expect(words(0, null)).toBe("on a table; whether rows of it trained B is not known");
    expect(words(null, 5)).toBe("on a table with rows that trained or chose B");
  });
});
