import { RunError } from "../errors.js";
import { escapedJson } from "../shown.js";

/**
 * A value as JSON text of one line, or indented. JSON knows neither NaN nor Infinity and would make them null, which
 * elsewhere means infinite or absent: where null is meant, null is given (`infiniteAsNull`). Control and bidirectional
 * characters are escaped, so that the text can be looked at on any terminal.
 * @param label what it is, for the error
 * @throws RunError naming the place of a number that is not finite
 */
export function jsonText(value: unknown, label: string, { indent = 0 } = {}): string {
  const paths = new WeakMap<object, string>();
  const checked = function (this: object, key: string, inner: unknown): unknown {
    const holder = paths.get(this);
    const path = holder === undefined ? "" : holder === "" ? key : `${holder}.${key}`;
    if (typeof inner === "number" && !Number.isFinite(inner)) {
      throw new RunError(`${label}: ${path === "" ? "the value" : `"${path}"`} is ${inner}; expected a finite number`);
    }
    if (typeof inner === "object" && inner !== null) paths.set(inner, path);
    return inner;
  };
  return escapedJson(JSON.stringify(value, checked, indent));
}

/** A value as the text of an indented JSON file. @throws RunError as `jsonText` */
export function documentText(value: unknown, label: string): string {
  return `${jsonText(value, label, { indent: 2 })}\n`;
}

/** The value of a JSON text; undefined, which no schema accepts, for text that is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Refuses a result that holds a NaN: text for people would call it infinite. @throws RunError naming its place */
export function refuseNaN(value: unknown, label: string): void {
  jsonText(infiniteAsNull(value), label);
}

/**
 * A copy in which infinite numbers are null: how documents of information write an amount without bound. NaN stays, and
 * is refused by `jsonText`.
 */
export function infiniteAsNull<T>(value: T): T {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return null as T;
  if (Array.isArray(value)) return value.map(infiniteAsNull) as T;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, infiniteAsNull(inner)])) as T;
}
