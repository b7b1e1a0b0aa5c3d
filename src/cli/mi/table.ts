import { InputError } from "../../errors.js";
import type { InformationPair } from "../../mi/estimators/information-types.js";
import type { StreamAccount } from "../../pid/covariance/streaming-covariance.js";
import { completeRows } from "../../pid/estimate/complete-rows.js";
import type { PidColumns } from "../../pid/estimate/data-columns.js";
import { readClassTable } from "../decompose/classes.js";
import type { DecomposeArguments } from "../decompose/options.js";
import type { StageProgress } from "../decompose/progress.js";
import { labelled } from "../decompose/rows.js";
import { columnNames, type RowsTable, readTable } from "../decompose/table.js";
import { readTarget } from "../decompose/target-kind.js";

/** Complete rows of modalities, and of the target where there is one. */
export interface MiTable {
  /** The target; null where modalities are read with one another. */
  readonly target: PidColumns | null;
  /** How the target was read, and why. */
  readonly targetKind: { readonly kind: "class" | "number"; readonly reason: string } | null;
  /** Names of the classes where the target is one, its column their numbers; null of numbers. */
  readonly classes: readonly string[] | null;
  readonly modalities: readonly PidColumns[];
  readonly groups: InformationPair["groups"];
  readonly account: StreamAccount;
  readonly warnings: readonly string[];
}

/**
 * Reads the table that mutual informations are of, in the way of a decomposition.
 * @throws InputError for what is wrong with the file, the columns or the choices
 */
export async function readMiTable(args: DecomposeArguments, progress: StageProgress): Promise<MiTable> {
  if (args.between !== undefined) return completeTable(args, await readRows(args, progress), null, null);
  const kind = await readTarget(args, progress);
  if (kind.kind === "number") return completeTable(args, await readRows(args, progress), kind, null);
  const { table } = await readClassTable(args, kind, progress);
  return completeTable(args, { ...table, warnings: [...table.warnings, ...kind.warnings] }, kind, kind.classes);
}

async function readRows(args: DecomposeArguments, progress: StageProgress): Promise<RowsTable> {
  // a check needs rows, and so does everything here
  const table = await readTable({ ...args, check: true }, progress);
  if (table.kind === "rows") return table;
  throw new InputError("the rows of the table were not kept, and mutual information is of rows");
}

function completeTable(
  args: DecomposeArguments,
  table: RowsTable,
  kind: MiTable["targetKind"],
  names: readonly string[] | null,
): MiTable {
  const { layout, labels } = table;
  const targets = kind === null ? 0 : names === null ? layout.targets.length : 1;
  const rowCount = table.columns[0].length;
  const every = labelled(
    table,
    Int32Array.from({ length: rowCount }, (_, r) => r),
    args,
  );
  const label = layout.targets.join(", ");
  const own = layout.modalities.flatMap(({ columns }) => columns);
  const columnsOf = names === null ? columnNames(layout) : [label, ...own];
  const { columns, rows, account } = completeRows(table.columns, columnsOf, targets, every, args.missing, (name) =>
    table.gaps?.get(name),
  );
  let start = targets;
  const modalities = layout.modalities.map((m) => {
    start += m.columns.length;
    return { name: m.name, columns: columns.slice(start - m.columns.length, start) };
  });
  const target = targets === 0 ? null : { name: label, columns: columns.slice(0, targets) };
  return {
    ...(target === null || names === null ? { target, classes: null } : present(target, names)),
    targetKind: kind === null ? null : { kind: kind.kind, reason: kind.reason },
    modalities,
    groups: labels === null ? undefined : Array.from(rows, (r) => labels[r]),
    account: { ...account, rowsRead: rowCount, rowsDropped: account.rowsDropped + rowCount - every.length },
    warnings: table.warnings,
  };
}

/** The target with the classes that some row has, numbered anew. */
function present(
  { name, columns: [codes] }: { name: string; columns: readonly Float64Array[] },
  names: readonly string[],
) {
  const found = names.flatMap((_, y) => (codes.includes(y) ? [y] : []));
  if (found.length < 2) throw new InputError("all rows are of one class, so there is nothing to know about it");
  const place = new Map(found.map((y, i) => [y, i]));
  return {
    target: { name, columns: [codes.map((y) => place.get(y) as number)] },
    classes: found.map((y) => names[y]),
  };
}
