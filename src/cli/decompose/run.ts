import { afterLosses } from "../../data/account.js";
import { InputError, RunError } from "../../errors.js";
import { refuseNaN } from "../../files/json.js";
import { covarianceOf, type Moments } from "../../pid/covariance/moments.js";
import type { StreamAccount } from "../../pid/covariance/streaming-covariance.js";
import { type CompleteRows, completeRows } from "../../pid/estimate/complete-rows.js";
import { type CopiedRows, copiedRows } from "../../pid/estimate/copied-rows.js";
import type { LocalEstimates, PidEstimate } from "../../pid/estimate/estimate-types.js";
import {
  gaussianPidFromCovariance,
  gaussianPidFromData,
  plugInEstimate,
} from "../../pid/estimate/gaussian-pid-from-data.js";
import type { InfluentialRows } from "../../pid/types.js";
import { shown } from "../../shown.js";
import { largeLosses } from "./account-text.js";
import { type CheckedTable, type CheckOutcome, checkTable, withCheck } from "./check.js";
import { readCovarianceFile } from "./covariance-file.js";
import type { TableLayout } from "./layout.js";
import type { DecomposeArguments } from "./options.js";
import type { StageProgress } from "./progress.js";
import { columnNames, type MomentsTable, type RowsTable, readTable } from "./table.js";

/** Everything that `pidreg decompose` found. */
export interface Decomposition {
  readonly targets: readonly string[];
  /** columns per modality */
  readonly widths: Readonly<Record<string, number>>;
  readonly pooled: PidEstimate;
  readonly by: string | null;
  readonly groups: Readonly<Record<string, PidEstimate>>;
  /** groups without an estimate, with the reason */
  readonly skipped: Readonly<Record<string, string>>;
  readonly account: StreamAccount | null;
  /** whether the table was reduced to its covariance while it was read */
  readonly streamed: boolean;
  readonly local: LocalRows | null;
  /** Rows that repeat an earlier one, numbered like the table (from 1); null for a covariance. */
  readonly duplicates: CopiedRows | null;
  /** Sentences about numbers of the table that may mean "missing". */
  readonly warnings: readonly string[];
  /** Of all rows together; null for a covariance. */
  readonly check: CheckOutcome | null;
}

/** Per-row values of the pooled estimate, with the table's row numbers (from 1) and groups. */
export interface LocalRows {
  readonly rows: Int32Array;
  readonly groups: readonly string[] | null;
  readonly values: LocalEstimates;
}

/** Runs the command on its checked arguments. */
export async function decompose(args: DecomposeArguments, progress: StageProgress): Promise<Decomposition> {
  try {
    if (args.covariance !== undefined) return await decomposeCovariance(args);
    const table = await readTable(args, progress);
    const found =
      table.kind === "rows" ? await decomposeRows(args, table, progress) : decomposeMoments(args, table, progress);
    refuseNaN({ pooled: found.pooled, groups: found.groups }, "the decomposition");
    return found;
  } catch (error) {
    throw withFile(error, args.data ?? args.covariance ?? "");
  } finally {
    progress.stop();
  }
}

/** Input errors of the mathematics do not know which file they speak of. */
function withFile(error: unknown, file: string): unknown {
  if (!(error instanceof InputError) || error.message.includes(shown(file))) return error;
  return new InputError(`${file}: ${error.message}`);
}

async function decomposeCovariance(args: DecomposeArguments): Promise<Decomposition> {
  const { covariance, targets, target, sources, n } = await readCovarianceFile(args.covariance as string);
  const layout = { targets, sources };
  const { measure, level, seed } = args;
  const pooled =
    n === undefined || args.estimator === "plug-in"
      ? plugInEstimate(covariance, layout, { measure, n })
      : gaussianPidFromCovariance(covariance, layout, n, { measure, level, seed });
  return {
    targets: [target],
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

function widthsOf(layout: TableLayout): Record<string, number> {
  return Object.fromEntries(layout.modalities.map((m) => [m.name, m.columns.length]));
}

async function decomposeRows(
  args: DecomposeArguments,
  table: RowsTable,
  progress: StageProgress,
): Promise<Decomposition> {
  const { layout } = table;
  const rowCount = table.columns[0].length;
  const names = columnNames(layout);
  const estimate = (complete: CompleteRows, stage: string) =>
    estimateRows(args, layout, complete, table.labels, stage, progress);
  const complete = (rows: Int32Array) => completeRows(table.columns, names, layout.targets.length, rows, args.missing);
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
  const check = await checkTable(tableOf(layout, all, table.labels), { asked: args.check, seed: args.seed }, progress);
  const members = (g: number) => every.filter((r) => table.groups?.[r] === g);
  const { groups, skipped } = eachGroup(table.groupNames, progress, (g) => {
    const { local: _, ...result } = estimate(complete(members(g)), table.groupNames[g]);
    return result;
  });
  return {
    targets: layout.targets,
    widths: widthsOf(layout),
    pooled: withCheck(pooled, check),
    check,
    by: layout.by ?? null,
    groups,
    skipped,
    account,
    streamed: false,
    local: local === undefined ? null : localRows(table, all, local),
    duplicates: { ...copied, examples: copied.examples.map(([r, s]) => [all.rows[r] + 1, all.rows[s] + 1] as const) },
    warnings: table.warnings,
  };
}

/** Rows that have a group, if rows are grouped. @throws InputError for one without, under the policy "error" */
function grouped(table: RowsTable, rows: Int32Array, args: DecomposeArguments): Int32Array {
  const { groups } = table;
  if (groups === null) return rows;
  const gap = groups.indexOf(-1);
  if (gap >= 0 && args.missing === "error") {
    throw new InputError(
      `column "${args.by}", data row ${gap + 1} has no value, but rows are grouped by it. ` +
        "Leave such rows out with --missing drop.",
    );
  }
  return rows.filter((r) => groups[r] >= 0);
}

/** Rows that have a label, if rows have labels. @throws InputError for one without, unless such rows are to be left out */
function labelled({ labels }: RowsTable, rows: Int32Array, { missing, group, data }: DecomposeArguments): Int32Array {
  if (labels === null) return rows;
  const gap = labels.indexOf(null);
  if (gap >= 0 && missing !== "drop") {
    throw new InputError(
      `${data}: row ${gap + 1} (header not counted): column "${group}" says which rows depend on one another (--group) and ` +
        "must not be empty. Leave such rows out with --missing drop.",
    );
  }
  return rows.filter((r) => labels[r] !== null);
}

/** Said of a table that was reduced to its covariance while it was read. */
const rowsNotKept =
  "rows were not kept, so whether few of them carry the estimate was not looked at, and errors are those of normal rows.";

function withNote(estimate: PidEstimate, note: string): PidEstimate {
  return { ...estimate, notes: [...estimate.notes, note] };
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
    measure: args.measure,
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

function localRows(table: RowsTable, complete: CompleteRows, values: LocalEstimates): LocalRows {
  const { groups, groupNames } = table;
  return {
    rows: complete.rows.map((r) => r + 1),
    groups: groups === null ? null : Array.from(complete.rows, (r) => groupNames[groups[r]]),
    values,
  };
}

function decomposeMoments(args: DecomposeArguments, table: MomentsTable, progress: StageProgress): Decomposition {
  const { layout, streamed, groupNames } = table;
  const sources = layout.modalities.map((m) => ({ name: m.name, size: m.columns.length }));
  const estimate = (moments: Moments) => {
    const covariance = covarianceOf(moments);
    const pidLayout = { targets: layout.targets.length, sources };
    const { measure, level, seed } = args;
    return args.estimator === "plug-in"
      ? plugInEstimate(covariance, pidLayout, { measure, n: moments.n })
      : gaussianPidFromCovariance(covariance, pidLayout, moments.n, { measure, level, seed });
  };
  const { groups, skipped } = eachGroup(streamed.byGroup.length > 0 ? groupNames : [], progress, (g) =>
    estimate(streamed.byGroup[g]),
  );
  return {
    targets: layout.targets,
    widths: widthsOf(layout),
    pooled: afterLosses(
      () => largeLosses(streamed.account),
      () => withNote(estimate(streamed.pooled), rowsNotKept),
    ),
    by: layout.by ?? null,
    groups,
    skipped,
    account: streamed.account,
    streamed: true,
    local: null,
    duplicates: { ...streamed.copies, examples: [] },
    warnings: table.warnings,
    check: args.check === false ? null : { leftOut: "rows were not kept" },
  };
}

/** Estimates of the groups by name; a group that cannot be estimated (too few rows, say) is listed with the reason. */
function eachGroup(names: readonly string[], progress: StageProgress, estimate: (group: number) => PidEstimate) {
  const groups: [string, PidEstimate][] = [];
  const skipped: [string, string][] = [];
  const collator = new Intl.Collator("en", { numeric: true });
  const order = names.map((name, g) => ({ name, g })).sort((a, b) => collator.compare(a.name, b.name));
  for (const [i, { name, g }] of order.entries()) {
    progress.update("groups", i + 1, order.length);
    try {
      groups.push([name, estimate(g)]);
    } catch (error) {
      if (!(error instanceof InputError || error instanceof RunError)) throw error;
      skipped.push([name, error.message]);
    }
  }
  return { groups: Object.fromEntries(groups), skipped: Object.fromEntries(skipped) };
}
