import { RunError } from "../../errors.js";
import { writeOutput } from "../../files/output-file.js";
import type { PidEstimate } from "../../pid/estimate-types.js";
import type { StreamAccount } from "../../pid/streaming-covariance.js";
import { pidFigure } from "../../report/pid-figure.js";
import { groupTable, pidText } from "../../report/pid-text.js";
import { copyCaution, influenceCaution } from "../../report/row-cautions.js";
import { wrapText } from "../table.js";
import type { DecomposeArguments } from "./options.js";
import type { Decomposition, LocalRows } from "./run.js";

/** The decomposition as one JSON document; infinite numbers are null, with the flag "saturated". */
export function jsonDocument(result: Decomposition, args: DecomposeArguments): string {
  const { pooled, by, groups, skipped, account, targets, streamed, duplicates } = result;
  const document = {
    ...pooled,
    targets,
    settings: {
      transform: args.transform,
      transformModalities: args["transform-modalities"],
      missing: args.missing,
      level: args.level,
      seed: args.seed,
    },
    ...(account === null ? {} : { rows: account, streamed }),
    ...(duplicates === null ? {} : { duplicates }),
    warnings: rowWarnings(result),
    ...(by === null ? {} : { by, groups, skippedGroups: skipped }),
  };
  return JSON.stringify(document, (key, value) => {
    // JSON has no NaN and would print null, which means infinite here
    if (Number.isNaN(value)) throw new RunError(`"${key}" is not a number; the decomposition failed`);
    return value;
  });
}

/** The decomposition for a terminal. */
export function terminalText(result: Decomposition, args: DecomposeArguments): string {
  const { pooled, targets, widths, by, groups, skipped, account } = result;
  const warnings = rowWarnings(result).map((warning) => `${wrapText(`Warning: ${warning}`, warningWidth)}\n`);
  const text = [
    ...warnings,
    pidText(pooled, {
      targets,
      widths,
      rows: by === null ? "all rows" : "all groups pooled",
      transformed: args.transform !== "none",
    }),
  ];
  if (by !== null) {
    text.push(groupTable(groups, by));
    const left = Object.entries(skipped).map(([name, reason]) => `  ${name}: ${reason}`);
    if (left.length > 0) text.push(`Groups without an estimate\n${left.join("\n")}\n`);
  }
  const rows = account === null ? "" : accountText(account);
  if (rows !== "") text.push(`${rows}\n`);
  return text.filter((part) => part !== "").join("\n");
}

const warningWidth = 110;

/** What rows do to the estimates: those that carry one, and copies of others. */
function rowWarnings({ pooled, by, groups, account, duplicates }: Decomposition): string[] {
  const remedy = "; --transform inverse-normal --transform-modalities lets no value weigh that much.";
  const caution = ({ influentialRows, ...estimate }: PidEstimate, where: string) =>
    influentialRows ? [influenceCaution(estimate, influentialRows, { rows: "data row", where, remedy })] : [];
  const copied = duplicates === null ? null : copyCaution(duplicates, account?.rowsUsed ?? duplicates.compared);
  return [
    ...caution(pooled, ""),
    ...Object.entries(groups).flatMap(([name, estimate]) => caution(estimate, ` of ${by} ${name}`)),
    ...(copied === null ? [] : [`${copied}.`]),
    ...partlyCompared(duplicates, account),
  ];
}

/** Said where a streamed table had more different rows than can be remembered. */
function partlyCompared(duplicates: Decomposition["duplicates"], account: StreamAccount | null): string[] {
  if (duplicates === null || account === null || duplicates.compared >= account.rowsUsed) return [];
  return [
    `rows were compared with one another up to row ${duplicates.compared} of ${account.rowsUsed} used; copies among the ` +
      "others were not counted.",
  ];
}

function accountText(account: StreamAccount): string {
  const parts: string[] = [];
  if (account.rowsWithoutTarget > 0) parts.push(`${account.rowsWithoutTarget} rows without a target were left out`);
  if (account.rowsDropped > 0) parts.push(`${account.rowsDropped} rows with missing values were left out`);
  const imputed = Object.values(account.imputed).reduce((sum, n) => sum + n, 0);
  if (imputed > 0) parts.push(`${imputed} missing values were replaced by their column's mean`);
  return parts.length === 0 ? "" : `Of ${account.rowsRead} rows: ${parts.join("; ")}.`;
}

/** Writes per-row values as CSV, numbered like the rows of the table (from 1, header not counted). */
export async function writeLocal(file: string, local: LocalRows, by: string | null): Promise<void> {
  const { values } = local;
  const modalities = Object.keys(values.unique);
  const columns: [string, Float64Array][] = [
    ["local.information.total", values.information.total],
    ...modalities.map((m): [string, Float64Array] => [`local.information.${m}`, values.information.byModality[m]]),
    ...modalities.map((m): [string, Float64Array] => [`local.unique.${m}`, values.unique[m]]),
    ["local.redundancy", values.redundancy],
    ["local.synergy", values.synergy],
    ...(modalities.length > 2 ? [["local.partialRedundancy", values.partialRedundancy] as [string, Float64Array]] : []),
  ];
  const header = ["row", ...(by === null ? [] : [by]), ...columns.map(([name]) => name)];
  const lines = Array.from(local.rows, (row, r) => {
    const group = local.groups === null ? [] : [quoted(local.groups[r])];
    return [row, ...group, ...columns.map(([, column]) => column[r])].join(",");
  });
  await writeOutput(file, `${header.map(quoted).join(",")}\n${lines.join("\n")}\n`);
}

/** Writes the figure: the pooled decomposition, or one bar per group with the pooled one first. */
export async function writeFigure(file: string, result: Decomposition): Promise<void> {
  const { pooled, groups, by, targets } = result;
  const estimates = [
    { label: "all rows", estimate: pooled },
    ...Object.entries(groups).map(([label, estimate]: [string, PidEstimate]) => ({ label, estimate })),
  ];
  await writeOutput(file, await pidFigure(estimates, targets, by ?? ""));
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
