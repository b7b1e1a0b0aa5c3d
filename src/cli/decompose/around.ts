import { streamTableColumns } from "../../data/table/column-stream.js";
import { orNone } from "../../data/table/no-rows.js";
import { InputError, RunError } from "../../errors.js";
import type { Moments } from "../../pid/covariance/moments.js";
import { finishShard, labelsOf } from "../../pid/covariance/shard-moments.js";
import { ResidualFeatures } from "../../pid/estimate/residual-features.js";
import { plural } from "../../report/text.js";
import { digestOfMoments, storedProducts, writeErrors } from "./errors-file.js";
import type { TableLayout } from "./layout.js";
import { missingValues } from "./missing-values.js";
import { openRows } from "./open-rows.js";
import type { DecomposeArguments } from "./options.js";
import { checksumsOf } from "./partial.js";
import { momentsIn, type PartialFile, readPartial, refuseOtherReading } from "./partial-file.js";
import type { StageProgress } from "./progress.js";
import { withFile } from "./run.js";
import { columnNames } from "./table.js";

/** Products of residuals that are gathered of all rows, or of a group. */
interface Part {
  readonly name: string | null;
  readonly moments: Moments;
  readonly features: ResidualFeatures;
}

/**
 * Reads the rows of a shard again, around the moments of all shards, and writes what errors from the rows need.
 * @returns a sentence on what was written
 */
export async function makeErrors(args: DecomposeArguments, progress: StageProgress): Promise<string> {
  const { data = "", partial: out = "", around = "" } = args;
  const merged = await readPartial(around);
  try {
    const { table, layout } = await openRows(args);
    try {
      refuseOtherReading(readingOf(layout, args), merged, data, around);
      const parts = partsOf(merged, layout, around);
      const names = columnNames(layout);
      const targets = layout.targets.length;
      let seen: readonly string[] = [];
      const reading = streamTableColumns(
        table,
        { columns: names, by: layout.by, labels: layout.group },
        (chunk) => {
          for (const part of parts) {
            const rowsOf = usedRows(chunk, targets, merged.missing, (g) => part.name === null || seen[g] === part.name);
            part.features.add(filled(chunk.columns, rowsOf, part.moments.mean), labelsIn(chunk, rowsOf));
          }
        },
        (done) => progress.update("rows read", done),
        (found) => {
          seen = found;
        },
      );
      const { rows } = await orNone(reading, { rows: 0, groupNames: [] });
      const { checksum } = await checksumsOf(data);
      if (!merged.shards.some(({ sha256 }) => sha256 === checksum)) {
        throw new InputError(`${data}: is no shard of ${around}, or was changed since its moments were written`);
      }
      const products = parts.map(({ name, features }) =>
        storedProducts(name, features.total(), features.groupTotals()),
      );
      await writeErrors(out, digestOfMoments(merged), [{ table: data, sha256: checksum, rows }], products);
      return `products of residuals of ${plural(rows, "row")} of ${data} in ${out}`;
    } finally {
      table.close();
    }
  } catch (error) {
    throw withFile(error, data);
  } finally {
    progress.stop();
  }
}

/** How the rows are read, in the words of a shard. */
function readingOf(layout: TableLayout, args: DecomposeArguments) {
  return {
    targets: [...layout.targets],
    modalities: layout.modalities.map(({ name, columns }) => ({ name, columns: [...columns] })),
    by: layout.by ?? null,
    group: layout.group ?? null,
    missing: args.missing,
    missingValues: missingValues(args),
  };
}

/** All rows, and the groups that can be decomposed. */
function partsOf(merged: PartialFile, { targets, modalities }: TableLayout, file: string): Part[] {
  const sources = modalities.map(({ name, columns }) => ({ name, size: columns.length }));
  const layout = { targets: targets.length, sources };
  const columns = targets.length + sources.reduce((sum, { size }) => sum + size, 0);
  const shard = momentsIn(merged, file);
  const { pooled, byGroup } = finishShard(shard, columns);
  const labels = labelsOf(shard);
  const all: Part[] = [{ name: null, moments: pooled, features: new ResidualFeatures(pooled, layout, labels.pooled) }];
  if (merged.by === null) return all;
  for (const [name, moments] of byGroup) {
    try {
      const own = labels.byGroup.get(name) ?? null;
      all.push({ name, moments, features: new ResidualFeatures(moments, layout, own) });
    } catch (error) {
      // Such a group is listed as one without an estimate.
      if (!(error instanceof InputError || error instanceof RunError)) throw error;
    }
  }
  return all;
}

interface Chunk {
  readonly rows: number;
  readonly columns: readonly Float64Array[];
  readonly groups?: Int32Array;
  readonly labels?: readonly (string | null)[];
}

/** Rows that a streamed covariance uses: with every target, and every value unless means are put in. */
function usedRows(
  { rows, columns, groups, labels }: Chunk,
  targets: number,
  missing: PartialFile["missing"],
  isOf: (group: number) => boolean,
): Int32Array {
  const needed = missing === "mean" ? columns.slice(0, targets) : columns;
  const used = (r: number) =>
    labels?.[r] !== null &&
    (groups === undefined || (groups[r] >= 0 && isOf(groups[r]))) &&
    needed.every((column) => !Number.isNaN(column[r]));
  return Int32Array.from({ length: rows }, (_, r) => r).filter(used);
}

/** Labels of the rows that are used. */
function labelsIn({ labels }: Chunk, rows: Int32Array): string[] {
  return labels === undefined ? [] : Array.from(rows, (r) => labels[r] ?? "");
}

function filled(columns: readonly Float64Array[], rows: Int32Array, means: Float64Array): Float64Array[] {
  return columns.map((column, j) => Float64Array.from(rows, (r) => (Number.isNaN(column[r]) ? means[j] : column[r])));
}
