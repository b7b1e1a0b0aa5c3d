import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * Turns schema violations into one readable message: each names the path, what was expected and, for an unknown key,
 * what exists at that place. Unknown keys come first: a key that is misspelt is missing too, and worse explained by that.
 */
export function describeIssues(issues: readonly Issue[], schema: z.ZodType): string {
  const isUnknown = ({ code }: Issue) => code === "unrecognized_keys";
  const ordered = [...issues.filter(isUnknown), ...issues.filter((issue) => !isUnknown(issue))];
  return ordered.map((issue) => describe(issue, schema)).join("; ");
}

function describe(issue: Issue, schema: z.ZodType): string {
  const path = issue.path.map(String).join(".");
  const at = path === "" ? "" : `${path}: `;
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    const names = issue.keys.map((key) => JSON.stringify(key)).join(", ");
    return `${at}unknown key ${names}${known.length > 0 ? `; known keys: ${known.join(", ")}` : ""}`;
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

/** Whether nothing stands at the place. */
function isMissing(issue: Issue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === "invalid_type" && issue.message.includes("received undefined");
}

/** Keys of the object schema at `path`, unwrapping defaults and optionals; empty when the place is not an object. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let node: unknown = unwrap(schema);
  for (const key of path) {
    const shape = (node as { shape?: Record<PropertyKey, unknown> }).shape;
    const value = (node as { valueType?: unknown }).valueType;
    const next = shape?.[key] ?? value;
    if (next === undefined) return [];
    node = unwrap(next);
  }
  return Object.keys((node as { shape?: object }).shape ?? {});
}

function unwrap(schema: unknown): unknown {
  let node = schema as { unwrap?: () => unknown; def?: { type?: string; innerType?: unknown; in?: unknown } };
  for (;;) {
    const inner = node.def?.type === "pipe" ? node.def.in : node.def?.innerType;
    if (inner === undefined) return node;
    node = inner as typeof node;
  }
}
