import { readFileSync } from "node:fs";
import path from "node:path";
import type { Stored } from "../../src/files/document.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import type { Decomposition, PidFile } from "../../src/record/pid-schemas.js";
import { observedColumn } from "../../src/record/predictions.js";
import type { LatentsFile, metricsFile } from "../../src/record/run-schemas.js";
import type { storedRegressionMetrics } from "../../src/tasks/regression/metrics.js";

/** A finished run as a sceptic reads it: its files, and what its page says in words. */
export class ReportedRun {
  readonly metrics: Stored<ReturnType<typeof metricsFile<typeof storedRegressionMetrics>>>;
  readonly pid: PidFile & { readonly test: Decomposition };
  readonly latents: LatentsFile | null;
  /** Paragraphs of each section, thin spaces and minus signs made plain. */
  readonly readings: ReadonlyMap<string, readonly string[]>;
  /** Entries of the list of warnings. */
  readonly warnings: readonly string[];
  private readonly header: readonly string[];
  private readonly rows: readonly (readonly string[])[];

  constructor(
    readonly name: string,
    folder: string,
  ) {
    const text = (file: string) => readFileSync(path.join(folder, file), "utf8");
    this.metrics = JSON.parse(text("metrics.json"));
    this.pid = JSON.parse(text("pid.json"));
    this.latents = "ensemble" in this.metrics && this.metrics.ensemble ? null : JSON.parse(text("latents.json"));
    ({ header: this.header, rows: this.rows } = parseCsv(text("predictions.csv"), "predictions.csv"));
    const sections = [...text("report.html").matchAll(/<section id="([^"]*)">([\s\S]*?)<\/section>/g)];
    const paragraphs = (html: string) =>
      [...html.matchAll(/<p class="reading">([\s\S]*?)<\/p>/g)].map(([, p]) => plain(p));
    this.readings = new Map(sections.map(([, id, html]) => [id, paragraphs(html)]));
    const listed = sections.find(([, id]) => id === "warnings")?.[2] ?? "";
    this.warnings = [...listed.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, entry]) => plain(entry));
  }

  /** A column of predictions.csv in one part; empty cells are left out. */
  column(name: string, part: "validation" | "test"): number[] {
    const [at, partAt] = [name, "part"].map((title) => this.header.indexOf(title));
    if (at < 0) throw new Error(`predictions.csv of "${this.name}" has no column ${name}`);
    return this.rows.flatMap((row) => (row[partAt] === part && row[at] !== "" ? [Number(row[at])] : []));
  }

  columns(prefix: string): string[] {
    return this.header.filter((title) => title.startsWith(prefix));
  }

  truth(target: string, part: "validation" | "test" = "test"): number[] {
    return this.column(observedColumn(target), part);
  }

  prediction(target: string, part: "validation" | "test" = "test"): number[] {
    return this.column(`${target}.prediction`, part);
  }
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** Text of a piece of HTML with plain spaces, minus signs and digits. */
export function plain(html: string): string {
  return html
    .replace(/<[^>]+>/g, "")
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity])
    .replaceAll("\u2009", "")
    .replaceAll("\u2212", "-")
    .replace(/\s+/g, " ")
    .trim();
}

/** Whether a number as printed is the number rounded to as many digits. */
export function shows(printed: string, value: number): boolean {
  const [digits, exponent = "0"] = printed.split("e");
  const decimals = digits.includes(".") ? digits.split(".")[1].length : 0;
  const unit = 10 ** (Number(exponent) - decimals);
  return Math.abs(Number(printed) - value) <= 0.5000001 * unit + 1e-9 * Math.abs(value);
}
