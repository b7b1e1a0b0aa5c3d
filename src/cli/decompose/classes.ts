import { afterLosses } from "../../data/account.js";
import { ColumnEnds } from "../../data/missing/column-ends.js";
import { missingMarks } from "../../data/missing/missing-marks.js";
import { findSentinels, sentinelMessages } from "../../data/missing/sentinel-values.js";
import { streamTableColumns } from "../../data/table/column-stream.js";
import type { Engine } from "../../engine/engine.js";
import { InputError, RunError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { type CompleteRows, completeRows } from "../../pid/estimate/complete-rows.js";
import { copiedRows } from "../../pid/estimate/copied-rows.js";
import type { PidEstimate } from "../../pid/estimate/estimate-types.js";
import { rowGroups } from "../../pid/estimate/row-groups.js";
import { largeLosses } from "./account-text.js";
import { codeCategories } from "./code-categories.js";
import type { Decomposition } from "./decomposition.js";
import { missingValues, remedyOf } from "./missing-values.js";
import { openRows } from "./open-rows.js";
import type { DecomposeArguments } from "./options.js";
import type { StageProgress } from "./progress.js";
import { eachGroup, grouped, labelled, localRows, widthsOf } from "./rows.js";
import type { RowsTable } from "./table.js";
import type { ClassTarget } from "./target-kind.js";

/** Most rows that posteriors are learned from and scored on; of longer tables a random sample is read. */
const mostRows = 50_000;
/** Most values that are kept, 256 MiB. */
const mostValues = 2 ** 25;

/** Decomposes a target of classes. */
export async function decomposeClasses(
  args: DecomposeArguments,
  target: ClassTarget,
  progress: StageProgress,
): Promise<Decomposition> {
  const { createEngine } = await import("../../engine/index.js");
  const { table, tableRows, read } = await readClassTable(args, target, progress);
  const rowCount = read.length;
  const names = [target.layout.targets.join(", "), ...table.layout.modalities.flatMap((m) => m.columns)];
  const every = grouped(table, labelled(table, Int32Array.from(read.keys()), args), args);
  const complete = (rows: Int32Array) =>
    completeRows(table.columns, names, 1, rows, args.missing, (name) => table.gaps?.get(name));
  const all = complete(every);
  const account = {
    ...all.account,
    rowsRead: rowCount,
    rowsDropped: all.account.rowsDropped + rowCount - every.length,
  };
  const engine = await createEngine("auto", { onMessage: (message) => progress.message(message) });
  try {
    const estimate = (rows: CompleteRows, group: string) =>
      estimateClasses({ args, target, table, engine, progress }, rows, group);
    const { local, ...pooled } = await afterLosses(
      () => largeLosses(account),
      () => estimate(all, ""),
    );
    const members = (g: number) => every.filter((r) => table.groups?.[r] === g);
    const { groups, skipped } = await eachGroup(table.groupNames, progress, async (g) => {
      const { local: _, ...result } = await estimate(complete(members(g)), table.groupNames[g]);
      return result;
    });
    const copied = copiedRows(all.columns);
    const number = (row: number) => read[row] + 1;
    return {
      targets: target.layout.targets,
      targetKind: { kind: "class", reason: target.reason },
      ...{ widths: widthsOf(table.layout), pooled, groups, skipped, account },
      by: target.layout.by ?? null,
      streamed: false,
      // classes are read from posteriors, not from a Gaussian reading
      check: null,
      local:
        local === undefined
          ? null
          : localRows(
              table,
              all.rows.map((r) => read[r]),
              all.rows,
              local,
            ),
      duplicates: {
        ...copied,
        examples: copied.examples.map(([r, s]) => [number(all.rows[r]), number(all.rows[s])] as const),
      },
      warnings: [...table.warnings, ...target.warnings, ...sampled(rowCount, tableRows)],
    };
  } finally {
    await engine.dispose();
  }
}

function sampled(read: number, rows: number): string[] {
  if (read === rows) return [];
  return [
    `the table has ${rows} rows, of which ${read}, drawn at random, were read: posteriors are learned from no more; ` +
      "errors are those of the rows read",
  ];
}

/** The rows that are read: all of them, or a random sample, ascending. */
function chosenRows(rows: number, width: number, seed: number): Int32Array {
  const most = Math.min(mostRows, Math.max(1, Math.floor(mostValues / width)));
  if (rows <= most) return Int32Array.from({ length: rows }, (_, r) => r);
  return new Rng(seed).split("rows").permutation(rows).subarray(0, most).slice().sort();
}

/** The table with the class as its first column, as far as it is read. */
export async function readClassTable(args: DecomposeArguments, target: ClassTarget, progress: StageProgress) {
  const { layout, codes } = target;
  const wanted = layout.categories ?? [];
  const names = layout.modalities.flatMap((m) => m.columns).filter((name) => !wanted.includes(name));
  const read = chosenRows(codes.length, names.length + wanted.length, args.seed);
  const columns = names.map(() => new Float64Array(read.length));
  const ends = names.map((name) => ({ name, ends: new ColumnEnds() }));
  const groups = layout.by === undefined ? null : new Int32Array(read.length);
  const labels: (string | null)[] | null = layout.group === undefined ? null : [];
  const categories: (string | null)[][] = wanted.map(() => []);
  const marks = missingMarks(missingValues(args));
  const { table } = await openRows(args);
  let [first, at] = [0, 0];
  try {
    const { groupNames, rows } = await streamTableColumns(
      table,
      { columns: names, by: layout.by, labels: layout.group, categories: wanted },
      (chunk) => {
        for (const [j, own] of ends.entries()) own.ends.add(chunk.columns[j], chunk.rows);
        for (; at < read.length && read[at] < first + chunk.rows; at++) {
          const r = read[at] - first;
          columns.forEach((column, j) => void column.fill(chunk.columns[j][r], at, at + 1));
          if (groups !== null) groups[at] = (chunk.groups as Int32Array)[r];
          labels?.push(chunk.labels?.[r] ?? null);
          for (const [k, texts] of chunk.categories.entries()) categories[k].push(texts[r]);
        }
        first += chunk.rows;
      },
      (rows) => progress.update("rows read", rows),
    );
    if (rows !== codes.length) throw new InputError(`${table.label}: changed while it was read; run again`);
    const own = Float64Array.from(read, (r) => (codes[r] < 0 ? Number.NaN : codes[r]));
    const warnings = sentinelMessages(findSentinels(ends), remedyOf(args));
    const rowsRead = { groupNames, warnings, columns: [own, ...columns], groups, labels, categories };
    const coded = codeCategories({ layout: { ...layout, targets: [layout.targets.join(", ")] }, ...rowsRead }, marks);
    const kept: RowsTable = { kind: "rows", ...coded, layout: { ...coded.layout, targets: layout.targets } };
    return { table: kept, tableRows: rows, read };
  } finally {
    progress.stop();
    table.close();
  }
}

interface Setting {
  readonly args: DecomposeArguments;
  readonly target: ClassTarget;
  readonly table: RowsTable;
  readonly engine: Engine;
  readonly progress: StageProgress;
}

/** Posteriors and atoms of some rows; classes that none of them has are left out. */
async function estimateClasses(
  { args, target, table, engine, progress }: Setting,
  { columns: [codes, ...columns], rows }: CompleteRows,
  group: string,
): Promise<PidEstimate> {
  const [{ classPosteriors }, { classPid }] = await Promise.all([
    import("../../mi/posterior.js"),
    import("../../pid/discrete/class-pid.js"),
  ]);
  const present = target.classes.flatMap((_, y) => (codes.includes(y) ? [y] : []));
  if (present.length < 2) throw new InputError("all rows are of one class, so there is nothing to know about it");
  const { labels } = table;
  const groups =
    labels === null
      ? null
      : rowGroups(
          Array.from(rows, (r) => labels[r]),
          rows.length,
        );
  const stage = (name: string) => (group === "" ? name : `${name} ${group}`);
  let start = 0;
  const sources = table.layout.modalities.map((m) => {
    start += m.columns.length;
    return { name: m.name, columns: columns.slice(start - m.columns.length, start) };
  });
  const posteriors = await classPosteriors(
    {
      labels: Int32Array.from(codes, (y) => present.indexOf(y)),
      classes: present.map((y) => target.classes[y]),
      ...{ sources, groups },
    },
    { engine, seed: args.seed, onProgress: (done, of) => progress.update(stage("posteriors"), done, of) },
  );
  if ([posteriors.joint, ...posteriors.byModality].some((own) => own.some(Number.isNaN))) {
    throw new RunError("the posteriors of the classes are not numbers; a column may have values beyond all measure");
  }
  const { level, seed, bootstrap, permutations, local } = args;
  return classPid(posteriors, {
    ...{ level, seed, bootstrap, permutations },
    local: local !== undefined && group === "",
    onProgress: (name, done, of) => progress.update(stage(name), done, of),
  });
}
