import type { z } from "zod";
import { kindSchemas } from "./modalities/kinds.js";

type Issue = z.core.$ZodIssue;

/**
 * Turns schema violations into one readable message: each names the path, what was expected and, for an unknown key,
 * what exists at that place, or which kind of modality has it. Unknown keys come first: a key that is misspelt is missing too, and worse explained by that.
 */
export function describeIssues(issues: readonly Issue[], schema: z.ZodType, document?: unknown): string {
  const isUnknown = ({ code }: Issue) => code === "unrecognized_keys";
  const ordered = [...issues.filter(isUnknown), ...issues.filter((issue) => !isUnknown(issue))];
  return ordered.map((issue) => describe(issue, schema, document)).join("; ");
}

function describe(issue: Issue, schema: z.ZodType, document: unknown): string {
  const path = issue.path.map(String).join(".");
  const at = path === "" ? "" : `${path}: `;
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path, document);
    const names = issue.keys.map((key) => JSON.stringify(key)).join(", ");
    const listed = known.length > 0 ? `; known keys: ${known.join(", ")}` : "";
    return `${at}unknown key ${names}${listed}${ofAnotherKind(issue)}`;
  }
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    return `${at}expected one of ${Object.keys(kindSchemas)
      .map((kind) => JSON.stringify(kind))
      .join(", ")}`;
  }
  if (issue.code === "invalid_value") {
    return `${at}expected one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  if (isMissing(issue)) {
    return `${at}missing; expected ${issue.expected}`;
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const firsts = issue.errors.map(([first]) => first);
    if (firsts.every(isMissing) && firsts.every(({ path: below }) => below.length === 0)) {
      return `${at}missing; expected ${firsts.map(({ expected }) => (expected === "array" ? "a list" : expected)).join(" or ")}`;
    }
    const options = issue.errors.map((branch) =>
      branch.map((inner) => inner.message.replace(/^Invalid input: /, "")).join(", "),
    );
    return `${at}no allowed form fits: ${[...new Set(options)].join(" | ")}`;
  }
  return `${at}${issue.message.replace(/^Invalid input: /, "")}`;
}

/** Which kind of modality has the keys that this one does not have; nothing where none has them, or elsewhere. */
function ofAnotherKind({ path, keys }: z.core.$ZodIssueUnrecognizedKeys): string {
  if (path.length !== 3 || path[0] !== "data" || path[1] !== "modalities") return "";
  return keys
    .flatMap((key) => {
      const kinds = Object.entries(kindSchemas).filter(([, { shape }]) => Object.hasOwn(shape, key));
      return kinds.length === 0
        ? []
        : [`; ${JSON.stringify(key)} goes with kind: ${kinds.map(([kind]) => kind).join(", ")}`];
    })
    .join("");
}

/** Whether nothing stands at the place. */
function isMissing(issue: Issue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === "invalid_type" && issue.message.includes("received undefined");
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
