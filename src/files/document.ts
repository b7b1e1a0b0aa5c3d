import { z } from "zod";
import { RunError } from "../errors.js";
import { infiniteAsNull } from "./json.js";

/** What a schema describes, as nobody changes it: the type of what is written and of what is read. */
export type Stored<S extends z.ZodType> = Frozen<z.output<S>>;

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/**
 * An amount of information. JSON knows no infinite numbers: in the files of a run, and in what is read from them, an amount
 * without bound is null. What is written may hold Infinity; any other number that is not finite is refused.
 */
export const bits = z
  .codec(z.number().nullable(), z.union([z.number(), z.literal([Infinity, -Infinity]), z.null()]), {
    decode: (stored) => stored,
    encode: (amount): number | null => infiniteAsNull(amount),
  })
  .describe("bits; null is infinite");

/** Values by a name that the user gave. */
export const byName = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

/** A number of things. */
export const count = z.int().min(0);

/**
 * A document as its file holds it, its keys in their order.
 * @param label what it is, for the error
 * @throws RunError naming the place of a value of another kind than its schema describes
 */
export function encoded<T>(schema: z.ZodType<unknown, unknown>, document: T, label: string): T {
  const { success, data, error } = z.safeEncode(schema, document);
  if (success) return inOrderOf(document, data) as T;
  const [{ path, message }] = error.issues;
  const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], document);
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new RunError(`${label}: ${place(path)} is ${value}; expected a finite number`);
  }
  throw new RunError(`${label}: ${place(path)}: ${message}; it was not written`);
}

function place(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the value" : `"${path.map(String).join(".")}"`;
}

/** The encoded value with the keys of the original in their order, those among them that no schema describes. */
function inOrderOf(original: unknown, value: unknown): unknown {
  if (typeof original !== "object" || original === null) return value;
  if (typeof value !== "object" || value === null) return value;
  const known = value as Record<string, unknown>;
  const entries = Object.entries(original).flatMap(([key, inner]) => {
    if (inner === undefined) return [];
    // A result is not lost for want of a description: such a key is written as it stands.
    return [[key, Object.hasOwn(known, key) ? inOrderOf(inner, known[key]) : infiniteAsNull(inner)] as const];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
