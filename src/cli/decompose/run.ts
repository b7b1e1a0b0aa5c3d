import { afterLosses } from "../../data/account.js";
import { InputError } from "../../errors.js";
import { refuseNaN } from "../../files/json.js";
import { type CompleteRows, completeRows } from "../../pid/estimate/complete-rows.js";
import { copiedRows } from "../../pid/estimate/copied-rows.js";
import type { PidEstimate } from "../../pid/estimate/estimate-types.js";
import { gaussianPidFromData } from "../../pid/estimate/gaussian-pid-from-data.js";
import { gaussianPidFromCovariance, plugInEstimate } from "../../pid/estimate/pid-from-covariance.js";
import type { InfluentialRows } from "../../pid/types.js";
import { shown } from "../../shown.js";
import { largeLosses } from "./account-text.js";
import { besideEstimate, type CheckedTable, checkTable, withCheck } from "./check.js";
import { decomposeClasses } from "./classes.js";
import { readCovarianceFile } from "./covariance-file.js";
import type { Decomposition } from "./decomposition.js";
import { readFlows } from "./flow.js";
import type { TableLayout } from "./layout.js";
import { decomposeMoments, type Measured } from "./moments.js";
import { type DecomposeArguments, gaussianMeasure } from "./options.js";
import type { StageProgress } from "./progress.js";
import { eachGroup, grouped, labelled, localRows, widthsOf } from "./rows.js";
import { columnNames, type RowsTable, readTable } from "./table.js";
import { readTarget } from "./target-kind.js";

/** Runs the command on its checked arguments. */
export async function decompose(args: DecomposeArguments, progress: StageProgress): Promise<Decomposition> {
  try {
    if (args.covariance !== undefined) return await decomposeCovariance(args);
    if (args.merge !== undefined) {
      const { decomposeMerged } = await import("./merge.js");
      const merged = await decomposeMerged(args, progress);
      refuseNaN({ pooled: merged.pooled, groups: merged.groups }, "the decomposition");
      return merged;
    }
    const target = await readTarget(args, progress);
    const found =
      target.kind === "class"
        ? await decomposeClasses(args, target, progress)
        : { ...(await decomposeNumbers(args, progress)), targetKind: target };
    refuseNaN({ pooled: found.pooled, groups: found.groups }, "the decomposition");
    return found;
  } catch (error) {
    throw withFile(error, args.rows?.table.label ?? args.data ?? args.covariance ?? args.merge?.[0] ?? "");
  } finally {
    progress.stop();
  }
}

async function decomposeNumbers(args: DecomposeArguments, progress: StageProgress): Promise<Measured> {
  const table = await readTable(args, progress);
  return table.kind === "rows" ? decomposeRows(args, table, progress) : decomposeMoments(args, table, progress);
}

/** Input errors of the mathematics do not know which file they speak of. */
export function withFile(error: unknown, file: string): unknown {
  if (!(error instanceof InputError) || error.message.includes(shown(file))) return error;
  return new InputError(`${file}: ${error.message}`);
}

async function decomposeCovariance(args: DecomposeArguments): Promise<Decomposition> {
  const { covariance, targets, target, sources, n } = await readCovarianceFile(args.covariance as string);
  const layout = { targets, sources };
  const { level, seed } = args;
  const measure = gaussianMeasure(args.measure);
  const pooled =
    n === undefined || args.estimator === "plug-in"
      ? plugInEstimate(covariance, layout, { measure, n })
      : gaussianPidFromCovariance(covariance, layout, n, { measure, level, seed });
  return {
    targets: [target],
    targetKind: null,
    widths: Object.fromEntries(sources.map((s) => [s.name, s.size])),
    pooled,
    by: null,
    groups: {},
    skipped: {},
    account: null,
    streamed: false,
    local: null,
    duplicates: null,
    warnings: [],
    check: null,
  };
}

async function decomposeRows(args: DecomposeArguments, table: RowsTable, progress: StageProgress): Promise<Measured> {
  const { layout } = table;
  const rowCount = table.columns[0].length;
  const names = columnNames(layout);
  const estimate = (complete: CompleteRows, stage: string) =>
    estimateRows(args, layout, complete, table.labels, stage, progress);
  const complete = (rows: Int32Array) =>
    completeRows(table.columns, names, layout.targets.length, rows, args.missing, (name) => table.gaps?.get(name));
  const every = grouped(
    table,
    labelled(
      table,
      Int32Array.from({ length: rowCount }, (_, r) => r),
      args,
    ),
    args,
  );
  const all = complete(every);
  const account = {
    ...all.account,
    rowsRead: rowCount,
    rowsDropped: all.account.rowsDropped + rowCount - every.length,
  };
  const { local, ...pooled } = afterLosses(
    () => largeLosses(account),
    () => estimate(all, ""),
  );
  const copied = copiedRows(all.columns);
  const checked = tableOf(layout, all, table.labels);
  const flow = args.measure === "flow" ? await readFlows(checked, args.seed, progress) : undefined;
  const made = await checkTable(checked, { asked: args.check, seed: args.seed }, progress);
  const members = (g: number) => every.filter((r) => table.groups?.[r] === g);
  const { groups, skipped } = await eachGroup(table.groupNames, progress, (g) => {
    const { local: _, ...result } = estimate(complete(members(g)), table.groupNames[g]);
    return result;
  });
  return {
    targets: layout.targets,
    widths: widthsOf(layout),
    pooled: withCheck(pooled, made),
    check: besideEstimate(made, pooled),
    flow,
    by: layout.by ?? null,
    groups,
    skipped,
    account,
    streamed: false,
    local: local === undefined ? null : localRows(table, all.rows, all.rows, local),
    duplicates: { ...copied, examples: copied.examples.map(([r, s]) => [all.rows[r] + 1, all.rows[s] + 1] as const) },
    warnings: table.warnings,
  };
}

function estimateRows(
  args: DecomposeArguments,
  layout: TableLayout,
  complete: CompleteRows,
  labels: readonly (string | null)[] | null,
  group: string,
  progress: StageProgress,
): PidEstimate {
  const { rows } = complete;
  const { target, sources, groups } = tableOf(layout, complete, labels);
  const estimate = gaussianPidFromData(target, sources, {
    measure: gaussianMeasure(args.measure),
    level: args.level,
    seed: args.seed,
    estimator: args.estimator,
    transform: args.transform,
    transformSources: args["transform-modalities"],
    groups,
    bootstrap: args.bootstrap,
    permutations: args.permutations,
    local: args.local !== undefined && group === "",
    onProgress: (stage, done, of) => progress.update(group === "" ? stage : `${stage} ${group}`, done, of),
  });
  return { ...estimate, influentialRows: numbered(estimate.influentialRows ?? null, rows) };
}

/** Complete rows as target and modalities. */
function tableOf(
  layout: TableLayout,
  { columns, rows }: CompleteRows,
  labels: readonly (string | null)[] | null,
): CheckedTable {
  let start = layout.targets.length;
  const sources = layout.modalities.map((m) => {
    start += m.columns.length;
    return { name: m.name, columns: columns.slice(start - m.columns.length, start) };
  });
  return {
    target: { name: layout.targets.join(", "), columns: columns.slice(0, layout.targets.length) },
    sources,
    groups: labels === null ? undefined : Array.from(rows, (r) => labels[r]),
  };
}

/** Row numbers of the table, from 1 as in messages about it. */
function numbered(found: InfluentialRows | null, rows: Int32Array): InfluentialRows | null {
  return found === null ? null : { ...found, rows: found.rows.map((position) => rows[Number(position)] + 1) };
}
