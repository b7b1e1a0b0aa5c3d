import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { correctedResampledInterval } from "../../src/evaluation/paired.js";
import { classesClaims } from "../support/document-numbers/classes-claims.js";
import {
  accuracyClaims,
  behaviourClaims,
  furtherClaims,
  gaussianityClaims,
  leakageClaims,
  mostMissed,
  truthClaims,
} from "../support/document-numbers/experiment-claims.js";
import listed from "../support/document-numbers/listed.json" with { type: "json" };
import { linesOf } from "../support/document-numbers/results.js";
import { type Claim, numbersIn, sectionsOf, withoutHeld } from "../support/document-numbers/scan.js";
import { studiesClaims } from "../support/document-numbers/studies-claims.js";
import { programClaims, publicTables, tableClaims } from "../support/document-numbers/table-claims.js";
import { documents, readDocument } from "../support/documents.js";

/** A script of the studies, which are not typed. */
const script = (file: string) => import(new URL(`../../experiments/${file}`, import.meta.url).href);

const studies = [
  ...["accuracy", "beyond-gaussian", "gaussianity", "leakage", "modalities", "published-behaviour"],
  "synthetic-truth",
];
/** docs/configuration.md is written from the schema, and a test compares it. */
const scanned = [
  ...documents.filter((file) => file !== "docs/configuration.md" && file !== "CONTRIBUTING.md"),
  ...["experiments/README.md", ...studies.map((study) => `experiments/${study}/README.md`)],
];

if (!existsSync(publicTables) && process.env.CI !== "true") {
  console.warn(`numbers of docs/ are not held against public tables, which are not at ${publicTables}`);
}

/** What stands between the marks of a script. */
function written(file: string, name: string): string {
  const text = readDocument(file);
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  expect(text).toContain(begin);
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim();
}

describe("tables that scripts write are those of the results files", () => {
  it.each([...studies.slice(1), "balancing", "information-bottleneck"])("experiments/%s", async (study) => {
    const { summarise } = await script(`${study}/summarise.mjs`);
    expect(written(`experiments/${study}/README.md`, "results")).toBe(summarise(linesOf(`${study}/results.jsonl`)));
  });

  it("experiments/speed", async () => {
    const { summariseTricks, summariseScales, summariseComparing } = await script("speed/summarise.mjs");
    const file = "experiments/speed/README.md";
    expect(written(file, "tricks")).toBe(summariseTricks(linesOf("speed/tricks.jsonl")));
    expect(written(file, "scales")).toBe(summariseScales(linesOf("speed/scales.jsonl")));
    expect(written(file, "comparing")).toBe(summariseComparing(linesOf("speed/comparing.jsonl")));
  });

  it("experiments/synthetic-truth: coverage by size and noise", async () => {
    const { intervalTable } = await script("synthetic-truth/intervals.mjs");
    const table: string = intervalTable(linesOf("synthetic-truth/intervals.jsonl"));
    expect(written("experiments/synthetic-truth/README.md", "intervals")).toBe(table);
    // as reported, everywhere: the three columns behind the number of runs
    const shares = table
      .split("\n")
      .slice(2)
      .flatMap((row) => row.split(" | ").slice(2, 5));
    expect(shares.length).toBeGreaterThanOrEqual(27);
    for (const share of shares) expect(Number.parseInt(share, 10), share).toBeGreaterThanOrEqual(90);
  });

  it("experiments/mutual-information, and the estimators of the literature", async () => {
    const { summary, zooSummary, seedsSummary } = await script("mutual-information/summarise.mjs");
    const readme = "experiments/mutual-information/README.md";
    expect(written(readme, "results")).toBe(summary(linesOf("mutual-information/results.jsonl")));
    expect(written(readme, "zoo")).toBe(zooSummary(linesOf("mutual-information/zoo.jsonl")));
    expect(written(readme, "seeds")).toBe(seedsSummary(linesOf("mutual-information/seeds.jsonl")));
  });

  it("experiments/classes", async () => {
    const { fewRowsTable, predictionTable } = await script("classes/summarise.mjs");
    const readme = "experiments/classes/README.md";
    expect(written(readme, "few-rows")).toBe(fewRowsTable(readDocument("experiments/classes/few-rows.tsv")));
    expect(written(readme, "prediction")).toBe(predictionTable(readDocument("experiments/classes/prediction.tsv")));
  });

  it("experiments/beyond-gaussian, of trainings", async () => {
    const { summariseTrain, summariseWeights } = await script("beyond-gaussian/summarise-train.mjs");
    const [trained, weighed] = ["train", "weights"].map((name) => linesOf(`beyond-gaussian/${name}-results.jsonl`));
    const readme = "experiments/beyond-gaussian/README.md";
    expect(written(readme, "train")).toBe(summariseTrain(trained));
    expect(written(readme, "weights")).toBe(summariseWeights(weighed));
  });

  it("experiments/modalities in the project's README", async () => {
    const { headlines } = await script("modalities/summarise.mjs");
    expect(written("README.md", "modalities")).toBe(headlines(linesOf("modalities/results.jsonl")));
  });

  it("experiments/accuracy, and the project's README", async () => {
    const { AccuracyTables } = await script("accuracy/tables.mjs");
    const names = ["results", "ensembles", "information", "boosting", "nearest", "tried", "now", "now-ensembles"];
    const data = Object.fromEntries(names.map((name) => [name, linesOf(`accuracy/${name}.jsonl`)]));
    const tables = new AccuracyTables(data, correctedResampledInterval);
    expect(written("README.md", "results")).toBe(tables.headlines());
    expect(written("experiments/accuracy/README.md", "tried")).toBe(tables.tried());
    expect(written("experiments/accuracy/README.md", "now")).toBe(tables.now());
    const [, sections] = readDocument("experiments/accuracy/README.md").split("<!-- results -->");
    expect(sections.trim()).toBe(tables.sections());
  });
});

const known = [
  ...accuracyClaims,
  ...truthClaims,
  ...leakageClaims,
  ...gaussianityClaims,
  ...behaviourClaims,
  ...furtherClaims,
  ...programClaims,
  ...studiesClaims,
  ...classesClaims,
];
let claims: readonly Claim[] = [];
beforeAll(async () => {
  claims = [...known, ...(await tableClaims())];
}, 120_000);

it("every claim stands in its document with the values of its data", () => {
  const missing = claims.filter(({ document, ...claim }) =>
    sectionsOf(readDocument(document)).every(({ text }) => withoutHeld(text, { document, ...claim }) === null),
  );
  expect(missing.map(({ document, says, values }) => `${document}: ${says} [${values?.join(", ")}]`)).toEqual([]);
});

it("bits that networks miss are said to be missing where they are", () => {
  const where = Object.fromEntries(["S1", "S3", "S4", "S5", "S1x3", "S5x3"].map((name) => [name, mostMissed(name)]));
  const text = sectionsOf(readDocument("experiments/synthetic-truth/README.md"))
    .map((section) => section.text)
    .join(" ");
  expect(text).toContain(
    "In S1, S3 and S4 it is missing from the synergy, in S5 and S1x3 more from the redundancy, in S5x3 more from what two share.",
  );
  expect(where).toEqual({
    ...{ S1: "synergy", S3: "synergy", S4: "synergy", S5: "redundancy", S1x3: "redundancy", S5x3: "partialRedundancy" },
  });
});

/** Numbers of a document, by heading, that no claim holds. */
function unheld(document: string): Record<string, string[]> {
  const own = claims.filter((claim) => claim.document === document);
  const found: Record<string, string[]> = {};
  for (const { heading, text } of sectionsOf(readDocument(document))) {
    const rest = own.reduce((before, claim) => withoutHeld(before, claim) ?? before, text);
    const numbers = numbersIn(rest);
    if (numbers.length > 0) found[heading] = [...(found[heading] ?? []), ...numbers];
  }
  return found;
}

type Listed = Readonly<Record<string, Readonly<Record<string, { readonly why: string; readonly numbers: string }>>>>;

/**
 * A number that is new or changed is held by a claim (test/support/document-numbers), or listed in listed.json with the
 * reason why no file of the checkout has it.
 */
it.each(scanned)("%s has no number without a source", (document) => {
  const list = (listed as Listed)[document] ?? {};
  const expected = Object.fromEntries(Object.entries(list).map(([heading, { numbers }]) => [heading, numbers]));
  const found = Object.entries(unheld(document)).map(([heading, numbers]) => [heading, numbers.join(" ")]);
  expect(Object.fromEntries(found)).toEqual(expected);
  for (const { why } of Object.values(list)) expect(why.length).toBeGreaterThan(10);
});
