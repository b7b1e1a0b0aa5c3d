import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { linesOf } from "../support/document-numbers/results.js";
import { readDocument, root } from "../support/documents.js";

type Summarise = (results: readonly object[]) => string;
let summarise: Summarise;
let summariseNear: Summarise;

beforeAll(async () => {
  ({ summarise, summariseNear } = await import("../../experiments/coverage/summarise.mjs" as string));
});

const results = () =>
  linesOf("coverage/results.jsonl").sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

function shownIn(document: string, section: string): string {
  const text = existsSync(path.join(root, document))
    ? readFileSync(path.join(root, document), "utf8")
    : readDocument(document);
  return text.split(`<!-- ${section}: begin -->\n`)[1].split(`\n<!-- ${section}: end -->`)[0].trim();
}

describe("the table of coverage near ties", () => {
  const near = () => linesOf("coverage/near-ties.jsonl");

  it.each(["docs/decompose.md", "experiments/coverage/README.md"])("%s shows the results of the study", (document) => {
    expect(shownIn(document, "near")).toBe(summariseNear(near()));
  });

  it("has 88 % and more of all tables and of those without the flag, at every distance", () => {
    for (const { design, rows, distance, unflagged, covered, coveredUnflagged } of near()) {
      const shares = unflagged < 100 ? [covered] : [covered, coveredUnflagged];
      for (const share of shares.flatMap((of) => Object.values<number>(of))) {
        expect(share, `${design}, ${rows} rows, ${distance}`).toBeGreaterThanOrEqual(0.88);
      }
    }
  });
});

describe("the table of coverage", () => {
  it.each([
    ["docs/decompose.md", "coverage"],
    ["experiments/coverage/README.md", "results"],
  ])("%s shows the results of the study", (document, section) => {
    expect(shownIn(document, section)).toBe(summarise(results()));
  });

  it("has 89 % and more wherever no flag says otherwise", () => {
    const flagged = ["few-rows", "few-groups", "heavy-tails"];
    for (const { name, covered, flags } of results()) {
      if (flagged.some((flag) => flags[flag] > 0.5)) continue;
      for (const share of Object.values<number>(covered)) expect(share, name).toBeGreaterThanOrEqual(0.89);
    }
  });

  it("has the flag heavy-tails on nearly all tables of infinite fourth moments, and on hardly any normal one", () => {
    const of = (name: string) => results().find((line) => line.name === name)?.flags["heavy-tails"] ?? 0;
    for (const columns of ["1 + 1", "1 + 1 + 1"]) {
      expect(of(`t(3) rows, ${columns} columns, 500 rows`)).toBeGreaterThan(0.95);
      expect(of(`${columns} columns, 500 rows`)).toBe(0);
    }
    expect(of("1 + 1 columns, 100 rows")).toBeLessThan(0.01);
  });

  it("has permutation tests at their level where rows have groups", () => {
    const tested = results().flatMap(({ rejected }) => rejected ?? []);
    expect(tested.length).toBeGreaterThan(4);
    for (const share of tested) {
      expect(share).toBeGreaterThanOrEqual(0.03);
      expect(share).toBeLessThanOrEqual(0.07);
    }
  });
});
