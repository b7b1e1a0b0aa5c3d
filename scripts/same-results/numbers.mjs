// The numbers of a result file by their place in it: the columns of a table, the paths of a JSON document.
import { createHash } from "node:crypto";

/** Keys that tell when or how quickly something was done, or where. */
const passing =
  /^(seconds|stepSeconds|time|startedAt|finishedAt|duration.*|pidreg|node|version|study|run|folder|report)$/;

/**
 * Values by place, in file order. Indices of lists and lines are not part of a place: `contrasts[].value` holds all.
 * Texts count in tables (ids, parts), in JSON only numbers, booleans and null do: messages may be reworded.
 * @returns {Map<string, string[]>} values as they are written
 */
export function numbersOf(name, text) {
  if (name.endsWith(".csv")) return columns(text);
  const found = new Map();
  const documents = name.endsWith(".jsonl") ? text.trimEnd().split("\n") : [text];
  for (const document of documents) collect(JSON.parse(document), "", found);
  return found;
}

function columns(text) {
  if (text.includes('"')) throw new Error("a table with quoted cells is not read here");
  const [header, ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return new Map(header.map((name, j) => [name, rows.map((row) => row[j])]));
}

function collect(value, place, found) {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, `${place}[]`, found);
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      if (!passing.test(key)) collect(item, place === "" ? key : `${place}.${key}`, found);
    }
  } else if (typeof value !== "string") {
    const values = found.get(place) ?? [];
    found.set(place, values);
    // Told apart from 0 by the shortest text that reads back as the same number.
    values.push(Object.is(value, -0) ? "-0" : String(value));
  }
}

/** Short SHA-256 of values in their order. */
export function digestOf(values) {
  return createHash("sha256").update(values.join("\n")).digest("hex").slice(0, 12);
}
