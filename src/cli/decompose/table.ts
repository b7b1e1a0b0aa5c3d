import { ColumnEnds } from "../../data/missing/column-ends.js";
import { missingMarks } from "../../data/missing/missing-marks.js";
import { findSentinels, type NamedEnds, sentinelMessages } from "../../data/missing/sentinel-values.js";
import { personColumns, RowsByName } from "../../data/split/suggest-group.js";
import { streamTableColumns } from "../../data/table/column-stream.js";
import { orNone } from "../../data/table/no-rows.js";
import { InputError } from "../../errors.js";
import type { ShardMoments } from "../../pid/covariance/shard-moments.js";
import { type StreamedMoments, StreamingCovariance } from "../../pid/covariance/streaming-covariance.js";
import type { GapWords } from "../../pid/estimate/complete-rows.js";
import { type TargetEntropy, ValueCounter } from "../../pid/estimate/target-entropy.js";
import { codeCategories } from "./code-categories.js";
import type { TableLayout } from "./layout.js";
import { missingValues, remedyOf } from "./missing-values.js";
import { openRows } from "./open-rows.js";
import type { DecomposeArguments } from "./options.js";
import type { StageProgress } from "./progress.js";

/** More values than this (256 MiB) are not kept: the table is reduced to its covariance while it is read. */
const mostValues = 2 ** 25;

/** What both kinds of table say. */
interface ReadTable {
  readonly layout: TableLayout;
  readonly groupNames: readonly string[];
  /** Sentences about numbers that may mean "missing". */
  readonly warnings: readonly string[];
}

/** A table in memory, gaps still in it. */
export interface RowsTable extends ReadTable {
  readonly kind: "rows";
  /** targets first, then each modality's columns; NaN = missing */
  readonly columns: readonly Float64Array[];
  /** [rows] index of the group, -1 = missing */
  readonly groups: Int32Array | null;
  /** [rows] value of the column of --group, null = missing; null without one */
  readonly labels: readonly (string | null)[] | null;
  /** Texts of `layout.categories`, [rows] each; not among the columns. */
  readonly categories: readonly (readonly (string | null)[])[];
  /** By column that a category was coded as: how its gaps are told. */
  readonly gaps?: ReadonlyMap<string, GapWords>;
}

/** A table of any size, reduced to co-moments. */
export interface MomentsTable extends ReadTable {
  readonly kind: "moments";
  /** H(Y) of a target with ties, of all rows or of those of a group. */
  readonly entropy: (group: number | null) => TargetEntropy | null;
  readonly streamed: StreamedMoments;
  /** The same as it is merged with that of other rows. */
  readonly shard: () => ShardMoments;
  /** Values of the target, of all rows or of those of a group. */
  readonly values: (group: number | null) => ValueCounter;
}

/**
 * Reads the columns that a decomposition needs. Small tables are kept; large ones, or any with `--stream`, are reduced
 * to co-moments in one pass, unless a choice needs the rows.
 * @throws InputError for what is wrong with the file, the columns or the choices
 */
export async function readTable(args: DecomposeArguments, progress: StageProgress): Promise<RowsTable | MomentsTable> {
  const marks = missingMarks(missingValues(args));
  const { table, layout } = await openRows(args);
  try {
    const { categories = [] } = layout;
    const names = columnNames(layout).filter((name) => !categories.includes(name));
    const reader = new TableReader(layout, names, args, personsOf(table.columns, layout, args));
    const reading = streamTableColumns(
      table,
      { columns: names, by: layout.by, labels: layout.group ?? reader.persons, categories },
      (chunk) => reader.add(chunk),
      (rows) => progress.update("rows read", rows),
    );
    // A shard may have no rows: it then adds nothing to what it is merged with.
    const { groupNames } = await (args.partial === undefined ? reading : orNone(reading, { rows: 0, groupNames: [] }));
    const read = reader.finish(groupNames);
    return read.kind === "moments" ? read : codeCategories(read, marks);
  } finally {
    progress.stop();
    table.close();
  }
}

/** A column of people that nothing else is said of. Rows that are not kept are not counted by them. */
function personsOf(columns: readonly string[], layout: TableLayout, args: DecomposeArguments): string | undefined {
  if (layout.group !== undefined || args.stream || args.partial !== undefined) return undefined;
  const used = new Set([...columnNames(layout), layout.by]);
  return personColumns(columns).find((name) => !used.has(name));
}

/** Names of all columns, targets first. */
export function columnNames(layout: TableLayout): string[] {
  return [...layout.targets, ...layout.modalities.flatMap((m) => m.columns)];
}

/** The choice that needs rows, or null. */
export function needsRows(args: DecomposeArguments): string | null {
  if (args.local !== undefined) return "--local";
  if (args.bootstrap > 0) return "--bootstrap";
  if (args.permutations > 0) return "--permutations";
  if (args.transform !== "none") return "--transform";
  if (args.group !== undefined && args.partial === undefined) return "--group";
  if (args.category !== undefined) return "--category";
  if (args.check === true) return "--check";
  if (args.estimator === "cross-fitted") return "--estimator cross-fitted";
  if (args.measure === "flow") return "--measure flow";
  return null;
}

type Chunk = {
  rows: number;
  columns: readonly Float64Array[];
  groups?: Int32Array;
  labels?: readonly (string | null)[];
  categories: readonly (readonly (string | null)[])[];
};

/** Keeps chunks until they are too many, then feeds them to a streaming covariance. */
class TableReader {
  private chunks: Chunk[] = [];
  private rows = 0;
  private streaming: StreamingCovariance | null = null;
  private readonly rowsOfPersons = new RowsByName();
  private readonly values = new ValueCounter();
  private readonly valuesOf: ValueCounter[] = [];
  private readonly mayStream: boolean;
  private readonly ends: readonly NamedEnds[];

  constructor(
    private readonly layout: TableLayout,
    private readonly names: readonly string[],
    private readonly args: DecomposeArguments,
    /** A column of people that is not given as --group. */
    readonly persons: string | undefined,
  ) {
    this.ends = names.map((name) => ({ name, ends: new ColumnEnds() }));
    const reason = needsRows(args);
    const keepsNone = args.partial === undefined ? "--stream" : "--partial";
    const streams = args.stream || args.partial !== undefined;
    if (streams && reason !== null) {
      throw new InputError(`${keepsNone} keeps no rows, but ${reason} needs them; leave one of the two out`);
    }
    this.mayStream = reason === null;
    if (streams) this.beginStreaming();
  }

  add(chunk: Chunk): void {
    this.rows += chunk.rows;
    this.count(chunk);
    if (this.persons !== undefined) this.rowsOfPersons.add(chunk.labels ?? []);
    for (const [j, { ends }] of this.ends.entries()) ends.add(chunk.columns[j], chunk.rows);
    if (this.streaming) {
      this.streaming.add(chunk);
      return;
    }
    this.chunks.push(chunk);
    if (this.mayStream && this.rows * this.names.length > mostValues) this.beginStreaming();
  }

  finish(groupNames: readonly string[]): RowsTable | MomentsTable {
    const { layout } = this;
    const warnings = [...sentinelMessages(findSentinels(this.ends), remedyOf(this.args)), ...this.personWarnings()];
    const read = { layout, groupNames, warnings };
    if (this.streaming) {
      const { streaming } = this;
      const values = (group: number | null) =>
        group === null ? this.values : (this.valuesOf[group] ?? new ValueCounter());
      const entropy = (group: number | null) => values(group).entropy();
      const shard = () => streaming.shard(groupNames);
      return { kind: "moments", ...read, streamed: streaming.finish(), entropy, shard, values };
    }
    const columns = this.names.map((_, j) => {
      const column = new Float64Array(this.rows);
      let at = 0;
      for (const chunk of this.chunks) {
        column.set(chunk.columns[j].subarray(0, chunk.rows), at);
        at += chunk.rows;
      }
      return column;
    });
    const groups = layout.by === undefined ? null : this.joinGroups();
    const labels = layout.group === undefined ? null : this.chunks.flatMap((chunk) => chunk.labels ?? []);
    const categories = (layout.categories ?? []).map((_, k) => this.chunks.flatMap((chunk) => chunk.categories[k]));
    this.chunks = [];
    return { kind: "rows", ...read, columns, groups, labels, categories };
  }

  private personWarnings(): string[] {
    const { persons } = this;
    if (persons === undefined) return [];
    const text = this.rowsOfPersons.sentence(
      persons,
      "errors of atoms are then too small, and held-out rows tell too much, since others of the same name were learned from: " +
        `what is found beyond the Gaussian reading, or about classes, may be none; give --group ${persons}`,
    );
    return text === undefined ? [] : [text];
  }

  /** Counts values of the target, in case the rows will not be kept. */
  private count({ columns, rows, groups }: Chunk): void {
    if (!this.mayStream) return;
    const targets = columns.slice(0, this.layout.targets.length).map((column) => column.subarray(0, rows));
    this.values.add(targets, rows);
    const present = groups === undefined ? [] : [...new Set(groups.subarray(0, rows))].filter((g) => g >= 0);
    for (const g of present) {
      this.valuesOf[g] ??= new ValueCounter();
      this.valuesOf[g].add(targets.map((column) => column.filter((_, r) => groups?.[r] === g)));
    }
  }

  private joinGroups(): Int32Array {
    const groups = new Int32Array(this.rows);
    let at = 0;
    for (const chunk of this.chunks) {
      groups.set((chunk.groups as Int32Array).subarray(0, chunk.rows), at);
      at += chunk.rows;
    }
    return groups;
  }

  private beginStreaming(): void {
    this.streaming = new StreamingCovariance({
      columns: this.names,
      targets: this.layout.targets.length,
      missing: this.args.missing,
      grouped: this.layout.by !== undefined,
      labelled: this.layout.group,
    });
    for (const chunk of this.chunks) this.streaming.add(chunk);
    this.chunks = [];
  }
}
