import { expect } from "vitest";

/** Largest difference of the numbers of two documents, which must have the same keys and texts. */
export function difference(a: unknown, b: unknown, path = ""): number {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b);
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") {
    expect(b, path).toBe(a);
    return 0;
  }
  expect(Object.keys(b), path).toEqual(Object.keys(a));
  const other = b as Readonly<Record<string, unknown>>;
  return Math.max(0, ...Object.entries(a).map(([key, value]) => difference(value, other[key], `${path}.${key}`)));
}
