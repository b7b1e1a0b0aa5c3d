import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { evaluatePart } from "../../src/evaluation/metrics.js";
import { runDocuments } from "../../src/record/documents.js";
import { provenanceDocument } from "../../src/record/provenance.js";
import { lineSchemas } from "../../src/record/recorded-lines.js";
import { runFiles } from "../../src/record/run-folder.js";
import { readDocument } from "../support/documents.js";

const text = readDocument("docs/run-folder.md");

/** Sections of docs/run-folder.md and the schemas of the files that each describes. */
const sections: readonly (readonly [heading: string, schemas: readonly z.ZodType[]])[] = [
  [
    "environment.json, data.json, split.json and log.jsonl",
    [runDocuments["environment.json"], runDocuments["data.json"]],
  ],
  ["metrics.json", [runDocuments["metrics.json"]]],
  ["pid.json", [runDocuments["pid.json"]]],
  ["latents.json", [runDocuments["latents.json"]]],
  ["importance.json and provenance.json", [runDocuments["importance.json"], provenanceDocument]],
  ["occlusion.json", [runDocuments["occlusion.json"]]],
  ["metrics.jsonl and pid.jsonl", [lineSchemas[runFiles.metricsByEpoch], lineSchemas[runFiles.pidByEpoch]]],
];

/** Keys that bear the names of the task's metrics: schemas know them as names like any other. */
const named = Object.keys(evaluatePart(["y"], [1, 2], [1, 2]).overall).concat("testRmse", "relativeRmse");

interface Definition {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

/** The schemas right below one that has no keys itself. */
function within({ innerType, element, valueType, options = [] }: Definition): z.ZodType[] {
  return [...[innerType, element, valueType].filter((schema) => schema !== undefined), ...options];
}

function ownKeys(schema: z.ZodType): string[] {
  return Object.keys((schema.def as Definition).shape ?? {});
}

/** Keys of a schema at any depth. */
function allKeys(schema: z.ZodType): string[] {
  const definition = schema.def as Definition;
  const inner = [...Object.values(definition.shape ?? {}), ...within(definition)];
  return [...ownKeys(schema), ...inner.flatMap(allKeys)];
}

/** The text of a section, up to the next heading of its level. */
function section(heading: string): string {
  const start = text.indexOf(`\n## ${heading}\n`);
  expect(start, heading).toBeGreaterThan(0);
  const end = text.indexOf("\n## ", start + 1);
  return text.slice(start, end === -1 ? undefined : end);
}

/** Names in the first column of the lists of a section. */
function listed(found: string): string[] {
  return [...found.matchAll(/^ {4}(\w[\w, ]*?)(?: {2,}.*)?$/gm)].flatMap(([, names]) => names.split(", "));
}

/** Names of keys between braces; those of the user's things are in capitals. */
function braced(found: string): string[] {
  const lists = found.split("\n").filter((line) => line.startsWith("    "));
  const flat = lists.join("\n").replace(/\n\s+/g, " ");
  const blocks = [...flat.matchAll(/\{([^`]*?)\}/g)].map(([, inner]) => inner);
  return blocks.flatMap((inner) =>
    [...inner.matchAll(/(?:^|[{,[])\s*([a-z]\w*)\s*(?=[:,}\]]|$)/g)].map(([, name]) => name),
  );
}

describe.each(sections)("docs/run-folder.md, %s", (heading, schemas) => {
  const found = section(heading);
  const known = new Set([...schemas.flatMap(allKeys), ...named]);

  it("lists every key of the file", () => {
    const names = listed(found);
    expect(schemas.flatMap(ownKeys).filter((key) => !names.includes(key) && !found.includes(`\`${key}\``))).toEqual([]);
  });

  it("lists no key that the file has not", () => {
    expect(listed(found).filter((key) => !known.has(key))).toEqual([]);
    expect(braced(found).filter((key) => !known.has(key))).toEqual([]);
  });

  it("names the keys within keys", () => {
    expect([...known].filter((key) => !new RegExp(`\\b${key}\\b`).test(text))).toEqual([]);
  });
});
