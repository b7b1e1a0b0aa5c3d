import { z } from "zod";
import { InputError } from "../../errors.js";
import { checkDigest, digestedJson } from "../../files/digested-json.js";
import { count } from "../../files/document.js";
import { parsedJson } from "../../files/json.js";
import { writeOutput } from "../../files/output-file.js";
import { readUserBytes } from "../../files/user-file.js";
import type { GroupShard, ShardMoments } from "../../pid/covariance/shard-moments.js";
import { missingPolicies } from "../../pid/covariance/streaming-covariance.js";

const numbers = z.array(z.number());

/** A table whose rows are in a file, with the SHA-256 of its own, and those of its files where it is several. */
export const shardSchema = z.strictObject({
  table: z.string(),
  sha256: z.string(),
  rows: count,
  files: z.array(z.string()).optional(),
});

const counts = z.strictObject({
  rows: count,
  /** Each with its number of rows; null where they are too many to be counted. */
  values: z.array(z.tuple([z.union([z.number(), z.string()]), count])).nullable(),
});

/** docs/decompose.md describes the file. */
const schema = z.strictObject({
  format: z.literal("pidreg-partial-1"),
  /** Tables whose rows are in it. */
  shards: z.array(shardSchema).min(1),
  targets: z.array(z.string()).min(1),
  modalities: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()) })),
  by: z.string().nullable(),
  /** The column that says which rows depend on one another. */
  group: z.string().nullable().default(null),
  missing: z.enum(missingPolicies),
  missingValues: z.array(z.string()),
  rowsRead: count,
  rowsWithoutTarget: count,
  rowsDropped: count,
  /** Values to be replaced by a column's mean, by column. */
  imputed: z.record(z.string(), count),
  /** Rows that repeat another of their shard, and rows that were compared. */
  copies: z.strictObject({ copies: count, compared: count }),
  warnings: z.array(z.string()),
  origin: numbers.nullable(),
  groups: z.array(
    z.strictObject({
      name: z.string(),
      n: count,
      mean: numbers,
      /** Lower triangle, row by row: Σ (x_j - mean_j)(x_k - mean_k), k <= j. */
      comoment: numbers,
      gappyRows: count,
      /** Of pairs of columns, row by row, of rows with gaps; null where there are none. */
      gappy: z.strictObject({ count: numbers, mean: numbers, comoment: numbers }).nullable(),
      /** Rows by their value in the column `group`. */
      labels: z.array(z.tuple([z.string(), count])).optional(),
    }),
  ),
  /** Values of the target, of all rows and by group. */
  values: z.strictObject({ all: counts, byGroup: z.record(z.string(), counts) }),
});

export type PartialFile = z.infer<typeof schema>;

/** What every shard of one table must say alike. */
const alikeKeys = ["targets", "modalities", "by", "group", "missing", "missingValues"] as const;

/** @throws InputError naming what two shards say otherwise */
export function refuseOtherReading(
  partial: Pick<PartialFile, (typeof alikeKeys)[number]>,
  first: Pick<PartialFile, (typeof alikeKeys)[number]>,
  file: string,
  firstFile: string,
): void {
  const key = alikeKeys.find((each) => JSON.stringify(partial[each]) !== JSON.stringify(first[each]));
  if (key === undefined) return;
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const what = { targets: "targets are", modalities: "modalities are", missingValues: "missing values are" };
  throw new InputError(
    `${file}: is no shard of the table of ${firstFile}: its ${key in what ? what[key as keyof typeof what] : `${key} is`} ` +
      `${text(partial[key])}, there ${text(first[key])}`,
  );
}

/** Writes the moments of a shard, or of merged ones, with a digest. */
export async function writePartial(file: string, partial: PartialFile): Promise<void> {
  await writeOutput(file, digestedJson(partial, file));
}

/** @throws InputError for what is no such file, or damaged */
export async function readPartial(file: string): Promise<PartialFile> {
  const bytes = await readUserBytes(file);
  if (checkDigest(bytes) !== "fits") {
    throw new InputError(`${file}: is no file of decompose --partial, or was damaged or edited; make it again`);
  }
  const { digest: _digest, ...content } = parsedJson(bytes.toString("utf8")) as Record<string, unknown>;
  const { success, data, error } = schema.safeParse(content);
  if (success) return data;
  const [{ path, message }] = error.issues;
  throw new InputError(`${file}: is no file of decompose --partial of this version: ${path.join(".")}: ${message}`);
}

/** The groups of a shard as the file holds them. */
export function storedGroups({ groups }: ShardMoments): PartialFile["groups"] {
  return Array.from(groups, ([name, { full, gappy, gappyRows, labels }]) => ({
    ...{ name, n: full.n, mean: [...full.mean], comoment: triangle(full.comoment), gappyRows },
    gappy: gappy === null ? null : { count: [...gappy.count], mean: [...gappy.mean], comoment: [...gappy.comoment] },
    ...(labels === null ? {} : { labels: [...labels] }),
  }));
}

/** The moments of a file. @throws InputError where their number does not fit the columns */
export function momentsIn(
  { origin, groups, targets, modalities }: Pick<PartialFile, "origin" | "groups" | "targets" | "modalities">,
  file: string,
): ShardMoments {
  const columns = targets.length + modalities.reduce((sum, each) => sum + each.columns.length, 0);
  const fits = groups.every(
    ({ mean, comoment, gappy }) =>
      mean.length === columns &&
      comoment.length === (columns * (columns + 1)) / 2 &&
      (gappy === null || [gappy.count, gappy.mean, gappy.comoment].every(({ length }) => length === columns ** 2)),
  );
  if (!fits || (origin !== null && origin.length !== columns)) {
    throw new InputError(`${file}: its moments are not of its ${columns} columns; make it again`);
  }
  const loaded = groups.map(({ name, n, mean, comoment, gappy, gappyRows, labels }): [string, GroupShard] => [
    name,
    {
      full: { n, mean: Float64Array.from(mean), comoment: square(comoment, columns) },
      gappy:
        gappy === null
          ? null
          : {
              count: Float64Array.from(gappy.count),
              mean: Float64Array.from(gappy.mean),
              comoment: Float64Array.from(gappy.comoment),
            },
      gappyRows,
      labels: labels === undefined ? null : new Map(labels),
    },
  ]);
  return { origin: origin === null ? null : Float64Array.from(origin), groups: new Map(loaded) };
}

/** The lower triangle of a symmetric matrix, row by row. */
export function triangle(full: Float64Array): number[] {
  const columns = Math.sqrt(full.length);
  return Array.from({ length: columns }, (_, j) => [...full.subarray(j * columns, j * columns + j + 1)]).flat();
}

/** A symmetric matrix by its lower triangle, flat [columns, columns]. */
export function square(lower: readonly number[], columns: number): Float64Array {
  const full = new Float64Array(columns * columns);
  for (let j = 0, at = 0; j < columns; j++) {
    for (let k = 0; k <= j; k++, at++) {
      full[j * columns + k] = lower[at];
      full[k * columns + j] = lower[at];
    }
  }
  return full;
}
