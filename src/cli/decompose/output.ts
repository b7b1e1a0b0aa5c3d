import { csvText } from "../../files/csv.js";
import { infiniteAsNull } from "../../files/json.js";
import { writeOutput } from "../../files/output-file.js";
import type { PidEstimate } from "../../pid/estimate/estimate-types.js";
import { flowText } from "../../report/flow-text.js";
import { pidFigure } from "../../report/pid-figure.js";
import { groupTable, pidText, targetKindText } from "../../report/pid-text.js";
import { joinWords } from "../../report/text.js";
import { wrapWords } from "../../report/text-columns.js";
import { shown } from "../../shown.js";
import { accountText } from "./account-text.js";
import type { Decomposition } from "./decomposition.js";
import { missingValues } from "./missing-values.js";
import type { DecomposeArguments } from "./options.js";
import type { WrittenShard } from "./partial.js";
import type { LocalRows } from "./rows.js";
import { rankOptions, warningsOf } from "./warnings.js";

/** The decomposition as one document for JSON; infinite numbers are null, with the flag "saturated". */
export function jsonDocument(result: Decomposition, args: DecomposeArguments): object {
  const { pooled, by, groups, skipped, account, targets, streamed, duplicates, targetKind, check, flow, merged } =
    result;
  const checked = check !== null && "check" in check ? check.check : null;
  const group = merged?.group ?? args.group;
  const document = {
    ...pooled,
    targets,
    ...(targetKind === null ? {} : { targetKind }),
    settings: {
      transform: args.transform,
      transformModalities: args["transform-modalities"],
      ...(group === undefined ? {} : { group }),
      ...(args.rows === undefined ? {} : { config: args.config, part: args.rows.part }),
      missing: merged?.missing ?? args.missing,
      missingValues: merged?.missingValues ?? missingValues(args),
      level: args.level,
      seed: args.seed,
    },
    ...(account === null ? {} : { rows: account, streamed }),
    ...(merged === undefined ? {} : { shards: merged.shards }),
    ...(duplicates === null ? {} : { duplicates }),
    warnings: warningsOf(result),
    check: checked,
    ...(flow === undefined ? {} : { flow }),
    ...(checked === null && check !== null && "leftOut" in check && check.leftOut !== ""
      ? { checkLeftOut: check.leftOut }
      : {}),
    ...(by === null ? {} : { by, groups, skippedGroups: skipped }),
  };
  return infiniteAsNull(document);
}

/** The decomposition for a terminal. */
export function terminalText(result: Decomposition, args: DecomposeArguments): string {
  const { pooled, targets, widths, by, groups, skipped, account, targetKind, check } = result;
  const warnings = warningsOf(result).map(warningText);
  const text = [
    ...warnings,
    pidText(pooled, {
      targets,
      widths,
      rows: by === null ? rowsTitle(args) : "all groups pooled",
      transformed: args.transform !== "none",
      toRanks: args.transform !== "none" && args["transform-modalities"] ? null : rankOptions,
      targetKind,
      check: check !== null && "check" in check ? check.check : undefined,
    }),
    result.flow === undefined ? "" : flowText(result.flow),
    leftOutText(check),
  ];
  if (by !== null) {
    text.push(groupTable(groups, by));
    const left = Object.entries(skipped).map(([name, reason]) => shown(`  ${name}: ${reason}`));
    if (left.length > 0) text.push(`Groups without an estimate\n${left.join("\n")}\n`);
  }
  const rows = account === null ? "" : accountText(account);
  if (rows !== "") text.push(`${rows}\n`);
  return text.filter((part) => part !== "").join("\n");
}

function rowsTitle({ rows }: DecomposeArguments): string {
  const parts = {
    all: "all rows",
    train: "training rows",
    "train+validation": "training and validation rows",
  } as const;
  return parts[rows?.part ?? "all"];
}

const warningWidth = 110;

function warningText(warning: string): string {
  return `${wrapWords(shown(`Warning: ${warning}.`), warningWidth).join("\n")}\n`;
}

/** A file of --partial for JSON: what a decomposition of its rows alone would say of them stands beside its name. */
export function shardDocument(partial: string, { targetKind, warnings }: WrittenShard): object {
  return { partial, ...(targetKind === null ? {} : { targetKind }), warnings };
}

/** The same for a terminal. */
export function shardText({ written, warnings, targets, targetKind, account }: WrittenShard): string {
  return [
    ...warnings.map(warningText),
    written,
    ...(targetKind === null ? [] : [targetKindText(joinWords(targets), targetKind)]),
    ...(account === "" ? [] : [account]),
  ].join("\n");
}

function leftOutText(check: Decomposition["check"]): string {
  if (check === null || !("leftOut" in check) || check.leftOut === "") return "";
  return `Whether the Gaussian reading is enough was not checked: ${shown(check.leftOut)}.\n`;
}

/** Writes per-row values as CSV, numbered like the rows of the table (from 1, header not counted), or with their names. */
export async function writeLocal(
  file: string,
  local: LocalRows,
  by: string | null,
  ids?: readonly string[],
): Promise<void> {
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
    const group = local.groups === null ? [] : [local.groups[r]];
    return [ids === undefined ? row : ids[row - 1], ...group, ...columns.map(([, column]) => column[r])];
  });
  await writeOutput(file, csvText(header, lines, file));
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
