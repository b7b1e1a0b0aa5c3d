import { InputError } from "../../errors.js";
import { CopyCounter, mostDistinctRows, type StreamedCopies } from "../estimate/streamed-copies.js";
import { GroupMoments } from "./group-moments.js";
import type { Moments } from "./moments.js";
import { noGroup, type ShardMoments } from "./shard-moments.js";

/** What to do with a missing value: stop, leave the row out, or put the column's mean in its place (sources only). */
export const missingPolicies = ["error", "drop", "mean"] as const;
export type MissingPolicy = (typeof missingPolicies)[number];

/** Some consecutive rows of a table. */
export interface RowChunk {
  readonly rows: number;
  /** one array of at least `rows` values per column, NaN = missing */
  readonly columns: readonly Float64Array[];
  /** [rows] index of each row's group, -1 = the group is missing */
  readonly groups?: Int32Array;
  /** [rows] label of the group of rows that depend on one another, null = missing */
  readonly labels?: readonly (string | null)[];
}

export interface StreamingCovarianceOptions {
  readonly columns: readonly string[];
  /** The first `targets` columns are targets: a row without one is left out and counted, whatever the policy. */
  readonly targets: number;
  readonly missing: MissingPolicy;
  /** True when every chunk says which group each row belongs to. */
  readonly grouped: boolean;
  /** The column of the labels, where rows of one depend on one another; their rows are then counted. */
  readonly labelled?: string | undefined;
}

/** Rows that were read, and what became of them. */
export interface StreamAccount {
  readonly rowsRead: number;
  readonly rowsUsed: number;
  /** rows left out because a target was missing */
  readonly rowsWithoutTarget: number;
  /** rows left out because another value, or the group, was missing */
  readonly rowsDropped: number;
  /** values replaced by a column's mean, per column */
  readonly imputed: Readonly<Record<string, number>>;
}

export interface StreamedMoments {
  readonly pooled: Moments;
  /** one entry per group, in the order of the group indices */
  readonly byGroup: readonly Moments[];
  readonly account: StreamAccount;
  readonly copies: StreamedCopies;
}

const complete = 0;
const incomplete = 1;
const left = 2;
const noTarget = 3;

/**
 * One-pass means and co-moments of a table that does not fit in memory, per group and pooled, in float64.
 * Feed it with `add`, then call `finish` once.
 * @param distinct most different rows that are remembered to find copies
 */
export class StreamingCovariance {
  /** one per group, made when the group is first seen; a single one without groups */
  private readonly parts: GroupMoments[] = [];
  private readonly imputed: Float64Array;
  private rowsRead = 0;
  private rowsDropped = 0;
  private rowsWithoutTarget = 0;
  private status = new Uint8Array(0);
  /** The first usable row: subtracted everywhere, so that a large common mean costs no digits when means are merged. */
  private origin: Float64Array | undefined;
  private readonly copies: CopyCounter;

  constructor(
    private readonly options: StreamingCovarianceOptions,
    distinct = mostDistinctRows,
  ) {
    this.copies = new CopyCounter(distinct);
    this.imputed = new Float64Array(options.columns.length);
  }

  /** @throws InputError on an infinite value, and on a missing one when the policy is "error" */
  add(chunk: RowChunk): void {
    const unused = this.classify(chunk);
    const gaps = this.leaveUnlabelled(chunk) || unused;
    this.origin ??= this.firstRow(chunk);
    this.copies.add(chunk.columns, chunk.rows, (r) => this.status[r] < left && !(chunk.groups && chunk.groups[r] < 0));
    if (this.origin && !gaps && !chunk.groups) this.part(0).addRows(chunk.columns, this.origin, chunk.rows);
    else for (let r = 0; r < chunk.rows; r++) this.addRow(chunk, r);
    if (this.options.labelled !== undefined) this.countLabels(chunk);
    this.rowsRead += chunk.rows;
  }

  /** What the rows so far come to, to be merged with that of other rows. @param names of the groups, by their index */
  shard(names: readonly string[]): ShardMoments {
    const { grouped } = this.options;
    const groups = Array.from(this.parts, (_, g) => [grouped ? names[g] : noGroup, this.part(g).shard()] as const);
    return { origin: this.origin ?? null, groups: new Map(groups) };
  }

  finish(): StreamedMoments {
    const byGroup = Array.from(this.parts, (_, g) => this.shiftBack(this.part(g).finish()));
    const pooled = this.options.grouped ? this.shiftBack(this.pool()) : this.shiftBack(this.part(0).finish());
    return {
      pooled,
      byGroup: this.options.grouped ? byGroup : [],
      copies: this.copies.counted(),
      account: {
        rowsRead: this.rowsRead,
        rowsUsed: pooled.n,
        rowsWithoutTarget: this.rowsWithoutTarget,
        rowsDropped: this.rowsDropped,
        imputed: Object.fromEntries(
          this.options.columns.map((name, j) => [name, this.imputed[j]]).filter(([, n]) => Number(n) > 0),
        ),
      },
    };
  }

  private part(group: number): GroupMoments {
    this.parts[group] ??= new GroupMoments(this.options.columns.length);
    return this.parts[group];
  }

  /** Values of the first row that is used at all; 0 where it has a gap. */
  private firstRow(chunk: RowChunk): Float64Array | undefined {
    for (let r = 0; r < chunk.rows; r++) {
      if (this.status[r] < left) return Float64Array.from(chunk.columns, (column) => column[r] || 0);
    }
    return undefined;
  }

  /** Moments around the origin to moments around zero. */
  private shiftBack(moments: Moments): Moments {
    const { origin } = this;
    return origin ? { ...moments, mean: moments.mean.map((m, j) => m + origin[j]) } : moments;
  }

  /** The pooled table is imputed with its own means, not with those of the groups. */
  private pool(): Moments {
    return this.parts.reduce((sum, part) => sum.merge(part), new GroupMoments(this.options.columns.length)).finish();
  }

  private addRow(chunk: RowChunk, row: number): void {
    const group = chunk.groups ? chunk.groups[row] : 0;
    const status = this.status[row];
    if (status === noTarget) this.rowsWithoutTarget++;
    else if (status === left || group < 0 || !this.origin) this.rowsDropped++;
    else this.useRow(chunk, row, group, status, this.origin);
  }

  private useRow(chunk: RowChunk, row: number, group: number, status: number, origin: Float64Array): void {
    if (status === incomplete) {
      for (let j = 0; j < chunk.columns.length; j++) if (Number.isNaN(chunk.columns[j][row])) this.imputed[j]++;
    }
    this.part(group).addRow(chunk.columns, origin, row, status === incomplete);
  }

  /** Marks rows with gaps; true if any row is not complete. */
  private classify(chunk: RowChunk): boolean {
    if (this.status.length < chunk.rows) this.status = new Uint8Array(chunk.rows);
    const { status } = this;
    status.fill(complete);
    let gaps = false;
    for (let j = 0; j < chunk.columns.length; j++) {
      const column = chunk.columns[j];
      for (let r = 0; r < chunk.rows; r++) {
        if (column[r] - column[r] === 0 || status[r] === noTarget) continue;
        gaps = true;
        status[r] = Math.max(status[r], this.fate(column[r], j, r));
      }
    }
    if (chunk.groups && this.options.missing === "error") this.refuseMissingGroup(chunk.groups, chunk.rows);
    return gaps;
  }

  /** Rows without a label are left out, or refused. Returns whether there are any. */
  private leaveUnlabelled({ labels, rows }: RowChunk): boolean {
    const { labelled, missing } = this.options;
    if (labelled === undefined || labels === undefined) return false;
    const gap = labels.indexOf(null);
    if (gap < 0) return false;
    if (missing !== "drop") {
      throw new InputError(
        `data row ${this.rowsRead + gap + 1}: column "${labelled}" says which rows depend on one another (--group) and ` +
          "must not be empty. Leave such rows out with --missing drop.",
      );
    }
    for (let r = 0; r < rows; r++) if (labels[r] === null) this.status[r] = left;
    return true;
  }

  /** Of the rows that are used. */
  private countLabels({ labels = [], groups, rows }: RowChunk): void {
    for (let r = 0; r < rows; r++) {
      const label = labels[r];
      const group = groups ? groups[r] : 0;
      if (this.status[r] < left && group >= 0 && label !== null) this.part(group).countLabel(label);
    }
  }

  private fate(value: number, column: number, row: number): number {
    const name = this.options.columns[column];
    const place = `column "${name}", data row ${this.rowsRead + row + 1}`;
    if (!Number.isNaN(value)) throw new InputError(`${place} is ${value}; a covariance needs finite values.`);
    if (column < this.options.targets) return noTarget;
    if (this.options.missing === "error") {
      throw new InputError(
        `${place} has no value. Choose what to do: --missing drop leaves such rows out, --missing mean puts the ` +
          "column's mean in.",
      );
    }
    return this.options.missing === "drop" ? left : incomplete;
  }

  private refuseMissingGroup(groups: Int32Array, rows: number): void {
    for (let r = 0; r < rows; r++) {
      if (groups[r] >= 0) continue;
      throw new InputError(`data row ${this.rowsRead + r + 1} has no group; --missing drop leaves such rows out.`);
    }
  }
}
