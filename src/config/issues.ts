import type { z } from "zod";
import { kindSchemas } from "./modalities/kinds.js";
import { nearest } from "./nearest.js";
import { meantKeys } from "./other-names.js";
import { configKeys } from "./reference.js";

type Issue = z.core.$ZodIssue;

/**
 * Turns schema violations into lines, one for each thing to mend: the path, what was expected in the words of YAML, and
 * what stands there. For an unknown key what it may mean, what exists at that place, or which kind of modality has it.
 * Unknown keys come first: a key that is misspelt is missing too, which is not told again.
 */
export function describeIssues(issues: readonly Issue[], schema: z.ZodType, document?: unknown): string[] {
  const unknown = issues
    .filter((issue) => issue.code === "unrecognized_keys")
    .flatMap((issue) => issue.keys.map((key) => unknownKey(key, issue.path, schema, document)));
  const explained = new Set(unknown.map(({ meant }) => meant));
  const others = issues.filter((issue) => issue.code !== "unrecognized_keys");
  const paths = others.map(({ path }) => pathText(path));
  // What a check of several keys says of one that is wrong by itself follows from that.
  const told = others.filter(
    (issue, i) => paths.indexOf(paths[i]) === i && !(isMissing(issue) && explained.has(paths[i])),
  );
  return [...unknown.map(({ line }) => line), ...told.map((issue) => describe(issue, document))];
}

interface UnknownKey {
  readonly line: string;
  /** Path of the key at the same place that it is likely to mean. */
  readonly meant: string | null;
}

function unknownKey(key: string, path: readonly PropertyKey[], schema: z.ZodType, document: unknown): UnknownKey {
  const known = keysAt(schema, path, document);
  const near = nearest(key, known);
  const other = ofAnotherKind(path, key);
  const elsewhere = near === undefined && other === "" ? meantElsewhere(key, path) : [];
  const meant = near === undefined ? elsewhere.join(" or ") : JSON.stringify(near);
  const listed = known.length > 0 ? `known keys: ${known.join(", ")}` : "";
  const hint =
    meant === "" ? listed && `; ${listed}` : `; did you mean ${meant}? ${listed.replace("k", "K")}`.trimEnd();
  return {
    line: `${prefix(path)}unknown key ${JSON.stringify(key)}${hint}${other}`,
    meant: near === undefined ? null : pathText([...path, near]),
  };
}

/** Keys that may be meant, below the place if there are some, else anywhere. */
function meantElsewhere(key: string, path: readonly PropertyKey[]): string[] {
  const all = [...new Set(configKeys().map((each) => each.path))];
  const below = meantKeys(
    key,
    all.filter((each) => path.length > 0 && each.startsWith(`${pathText(path)}.`)),
  );
  return below.length > 0 ? below : meantKeys(key, all);
}

/** Which kind of modality has a key that this one does not have; nothing where none has it, or elsewhere. */
function ofAnotherKind(path: readonly PropertyKey[], key: string): string {
  if (path.length !== 3 || path[0] !== "data" || path[1] !== "modalities") return "";
  const kinds = Object.entries(kindSchemas).flatMap(([kind, { shape }]) => (Object.hasOwn(shape, key) ? [kind] : []));
  return kinds.length === 0 ? "" : `; ${JSON.stringify(key)} goes with kind: ${kinds.join(", ")}`;
}

function describe(issue: Issue, document: unknown): string {
  const at = prefix(issue.path);
  const value = valueAt(document, issue.path);
  if (issue.code === "invalid_union") {
    if (issue.discriminator !== undefined) return `${at}expected one of ${listOf(Object.keys(kindSchemas))}`;
    const forms = issue.errors.flatMap(([first]) => (first === undefined ? [] : expectedBy(first)));
    const deeper = issue.errors.flat().find(({ path }) => path.length > 0);
    if (deeper !== undefined && typeof value === "object" && value !== null) {
      return describe({ ...deeper, path: [...issue.path, ...deeper.path] } as Issue, document);
    }
    if (forms.length === issue.errors.length) return `${at}${expectation(orList(forms), value, issue.path)}`;
  }
  const [expected] = expectedBy(issue);
  return `${at}${expected === undefined ? plainMessage(issue) : expectation(expected, value, issue.path)}`;
}

/** What an issue says was expected, in the words of YAML; nothing where it says more than that. */
function expectedBy(issue: Issue): string[] {
  if (issue.code === "invalid_value") return [`one of ${listOf(issue.values)}`.replace(/^one of ([^,]*)$/, "$1")];
  if (issue.code !== "invalid_type") return [];
  return [words[issue.expected] ?? issue.expected];
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of keys",
  record: "a mapping of keys",
};

function expectation(expected: string, value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined) return `missing; expected ${expected}`;
  return `expected ${expected}, got ${shownValue(value)}${remedy(expected, value, path)}`;
}

/** How to write what is probably meant. */
function remedy(expected: string, value: unknown, path: readonly PropertyKey[]): string {
  const key = String(path.at(-1));
  const scalar = typeof value === "string" || typeof value === "number";
  if (scalar && expected === "a list") return `; write ${key}: [${value}]`;
  if (typeof value === "number" && expected.startsWith("text")) return `; write it in quotes: "${value}"`;
  if (typeof value === "boolean" && expected.startsWith("text")) return `; write it in quotes: "${value}"`;
  if (typeof value === "string" && expected.includes("number") && value.trim() !== "" && Number.isFinite(+value)) {
    return "; leave the quotes out";
  }
  return "";
}

function shownValue(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}..` : text;
}

/** Messages of the schema's own checks are ours; those of bounds are put into our words. */
function plainMessage(issue: Issue): string {
  return issue.message
    .replace(/^Invalid input: /, "")
    .replace(/^Too (?:small|big): expected (string|array|number|int) to (?:be|have) /, "expected ")
    .replace(/expected >=(\S+) items?$/, "expected at least $1 entries")
    .replace(/expected >=1 characters$/, "expected a text that is not empty")
    .replace(/expected >=(\S+)$/, "expected a number of at least $1")
    .replace(/expected >(\S+)$/, "expected a number above $1")
    .replace(/expected <=(\S+)$/, "expected a number of at most $1")
    .replace(/expected <(\S+)$/, "expected a number below $1");
}

/** Whether nothing stands at the place. */
function isMissing(issue: Issue): boolean {
  if (issue.code === "invalid_union") return issue.errors.every(([first]) => first !== undefined && isMissing(first));
  return issue.code === "invalid_type" && issue.message.includes("received undefined");
}

const pathText = (path: readonly PropertyKey[]) => path.map(String).join(".");
const prefix = (path: readonly PropertyKey[]) => (path.length === 0 ? "" : `${pathText(path)}: `);
const listOf = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(", ");
const orList = (forms: readonly string[]) => [...new Set(forms)].join(" or ");

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    document,
  );
}

/** Keys of the object schema at `path`, unwrapping defaults and optionals; empty when the place is not an object. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], document: unknown): string[] {
  let node: unknown = unwrap(schema);
  let value: unknown = document;
  for (const key of path) {
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
    const shape = (node as { shape?: Record<PropertyKey, unknown> }).shape;
    const next = shape?.[key] ?? (node as { valueType?: unknown }).valueType;
    if (next === undefined) return [];
    node = ofKind(unwrap(next), value);
  }
  return Object.keys((node as { shape?: object }).shape ?? {});
}

/** Of several forms of a mapping the one that its `kind` names, the first without. */
function ofKind(node: unknown, value: unknown): unknown {
  const options = (node as { options?: readonly unknown[] }).options;
  if (options === undefined) return node;
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  return Object.entries(kindSchemas).find(([name]) => name === kind)?.[1] ?? options[0];
}

function unwrap(schema: unknown): unknown {
  let node = schema as { unwrap?: () => unknown; def?: { type?: string; innerType?: unknown; in?: unknown } };
  for (;;) {
    const inner = node.def?.type === "pipe" ? node.def.in : node.def?.innerType;
    if (inner === undefined) return node;
    node = inner as typeof node;
  }
}
