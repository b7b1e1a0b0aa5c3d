import type { RunFiles } from "../../record/read-run.js";
import { type Html, type HtmlValue, html, table } from "../html.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { remarkSentences, splitSentences } from "../sentences/data.js";
import { formatCount, plural } from "../text.js";
import { confoundTable } from "./confounds.js";
import { hasGaps, missingReading, missingTable } from "./missing-values.js";
import { modalityCards } from "./modality-cards.js";
import { partsTables } from "./parts.js";

/** Rows used and dropped with reasons, what each part holds, missing values, dropped columns. */
export function dataSection(run: RunFiles): Section {
  const {
    splits = {},
    parts: summaries,
    account,
    missing,
    modalities,
    categories,
    dates,
    confounds,
    droppedColumns,
    preparation,
    messages = [],
  } = run.data;
  const parts = Object.entries(splits).map(([name, rows]) => `${formatCount(rows)} ${name}`);
  const told = { parts, remarks: messages.length, preparation, gaps: missing !== undefined && hasGaps(missing) };
  return {
    id: "data",
    title: "The data",
    reading: [
      ...said(splitSentences, told),
      ...(missing === undefined ? [] : [missingReading(missing)]),
      ...said(remarkSentences, told),
    ],
    figures: [],
    body: html`${messages.length === 0 ? null : html`<ul>${messages.map((m) => html`<li>${m}</li>`)}</ul>`}
      ${partsTables(summaries, run.metrics.units)}
      ${account === undefined ? null : facts("account of the rows", withoutMessages(account))}
      ${missing === undefined ? null : missingTable(missing)}
      ${modalityCards(modalities)}
      ${isEmpty(categories) ? null : facts("categories, by modality and column", categories)}
      ${isEmpty(dates) ? null : facts("dates, by modality and column", dates)}
      ${confounds === undefined ? null : confoundTable(confounds)}
      ${isEmpty(droppedColumns) ? null : facts("columns that were dropped", droppedColumns)}`,
  };
}

/** Sentences of the account are among the messages of the run, which stand above. */
const sentences = ["messages", "losses", "sentinels"];

function withoutMessages(account: unknown): unknown {
  if (typeof account !== "object" || account === null) return account;
  return Object.fromEntries(Object.entries(account).filter(([key]) => !sentences.includes(key)));
}

/** A two-column table of whatever a JSON value holds, one line per leaf. */
function facts(title: string, value: unknown): Html {
  const lines = leaves(value, "");
  if (lines.length === 0) return html``;
  return table(
    [
      [title, "text"],
      ["", "text"],
    ],
    lines,
  );
}

const longest = 12;

function leaves(value: unknown, path: string): HtmlValue[][] {
  if (value === null || value === undefined) return [];
  if (typeof value === "number") return [[words(path), Number.isInteger(value) ? formatCount(value) : String(value)]];
  if (typeof value !== "object") return [[words(path), String(value)]];
  if (Array.isArray(value) && value.every((v) => typeof v !== "object")) {
    if (value.length === 0) return [];
    const more = value.length > longest ? ` and ${plural(value.length - longest, "more", "more")}` : "";
    return [[words(path), value.slice(0, longest).join(", ") + more]];
  }
  if (Array.isArray(value)) return value.flatMap((v, i) => leaves(v, value.length === 1 ? path : `${path} ${i + 1}`));
  return Object.entries(value).flatMap(([key, v]) => leaves(v, path === "" ? key : `${path} \u2192 ${key}`));
}

/** "rowsRead" as "rows read"; names from the data stay as they are when they are not camel case. */
function words(path: string): string {
  return path.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return (
    typeof value === "object" && Object.values(value).every((v) => (Array.isArray(v) ? v.length === 0 : isEmpty(v)))
  );
}
