import { z } from "zod";
import { InputError } from "../../errors.js";
import { sha256 } from "../../files/checksum.js";
import { checkDigest, digestedJson } from "../../files/digested-json.js";
import { count } from "../../files/document.js";
import { parsedJson } from "../../files/json.js";
import { writeOutput } from "../../files/output-file.js";
import { readUserBytes } from "../../files/user-file.js";
import { type Moments, mergeMoments } from "../../pid/covariance/moments.js";
import { type GroupTotals, mergeGroupTotals } from "../../pid/estimate/gathered-groups.js";
import { GroupRows } from "../../pid/estimate/group-rows.js";
import { type PartialFile, shardSchema, square, triangle } from "./partial-file.js";

/** docs/decompose.md describes the file. */
const rowsSchema = z.strictObject({
  label: z.string(),
  rows: count,
  /** By column, less the means of all rows. */
  sum: z.array(z.number()),
  /** Rows, each by column less the means; null where there are more than columns. */
  deviations: z.array(z.array(z.number())).nullable(),
  /** Of pairs of columns, their sums; null where the rows are there. */
  products: z.array(z.number()).nullable(),
});

/** docs/decompose.md describes the file. */
const schema = z.strictObject({
  format: z.literal("pidreg-errors-1"),
  /** What the residuals are of: the moments of all shards. */
  around: z.string(),
  shards: z.array(shardSchema).min(1),
  /** Products of residuals, of all rows (the name null) and by group; without what cannot be decomposed. */
  products: z.array(
    z.strictObject({
      name: z.string().nullable(),
      n: count,
      mean: z.array(z.number()),
      comoment: z.array(z.number()),
      /** Of groups of rows that depend on one another. */
      dependent: z
        .strictObject({
          /** Label, rows, and sums of their products of residuals. */
          sums: z.array(z.tuple([z.string(), count, z.array(z.number())])),
          gains: z.array(z.number()),
          single: z.array(z.number()),
          open: z.array(rowsSchema),
          kept: z.array(rowsSchema),
        })
        .nullable(),
    }),
  ),
});

export type ErrorsFile = z.infer<typeof schema>;

/** What is known of the rows, by the name of their group; of all rows null. */
export type Products = ReadonlyMap<string | null, RowSums>;

export interface RowSums {
  /** Moments of the products of residuals. */
  readonly features: Moments;
  /** Of groups of rows that depend on one another; null where rows are independent. */
  readonly groups: GroupTotals | null;
}

/** What tells moments from others. */
export function digestOfMoments({ origin, groups }: PartialFile): string {
  return sha256(JSON.stringify([origin, groups]));
}

export async function writeErrors(
  file: string,
  around: string,
  shards: ErrorsFile["shards"],
  products: ErrorsFile["products"],
): Promise<void> {
  await writeOutput(file, digestedJson({ format: "pidreg-errors-1", around, shards, products }, file));
}

/** Sums over rows as the file holds them. */
export function storedProducts(
  name: string | null,
  { n, mean, comoment }: Moments,
  groups: GroupTotals | null,
): ErrorsFile["products"][number] {
  const rows = (of: GroupTotals["open"]) => Array.from(of, ([label, group]) => ({ label, ...group.stored() }));
  return {
    ...{ name, n, mean: [...mean], comoment: triangle(comoment) },
    dependent:
      groups === null
        ? null
        : {
            sums: Array.from(groups.sums, ([label, sum]) => [label, sum.rows, [...sum.features]]),
            gains: [...groups.gains],
            single: [...groups.single],
            open: rows(groups.open),
            kept: rows(groups.kept),
          },
  };
}

function sumsIn({ n, mean, comoment, dependent }: ErrorsFile["products"][number]): RowSums {
  const features = { n, mean: Float64Array.from(mean), comoment: square(comoment, mean.length) };
  if (dependent === null) return { features, groups: null };
  const { sums, gains, single, open, kept } = dependent;
  const rows = (of: typeof open) =>
    new Map(of.map(({ label, ...stored }) => [label, GroupRows.from(stored, stored.sum.length)]));
  const groups = {
    sums: new Map(sums.map(([label, count, own]) => [label, { rows: count, features: Float64Array.from(own) }])),
    ...{ gains: Float64Array.from(gains), single: Float64Array.from(single), open: rows(open), kept: rows(kept) },
  };
  return { features, groups };
}

function merged(a: RowSums, b: RowSums): RowSums {
  const groups = a.groups === null || b.groups === null ? (a.groups ?? b.groups) : mergeGroupTotals(a.groups, b.groups);
  return { features: mergeMoments(a.features, b.features), groups };
}

/**
 * Products of residuals of all shards of merged moments.
 * @throws InputError for what is no such file, errors around other moments, and shards that are missing or given twice
 */
export async function mergedProducts(files: readonly string[], moments: PartialFile): Promise<Products> {
  const around = digestOfMoments(moments);
  // Shards without rows are equal, and need no second pass.
  const withRows = moments.shards.filter(({ rows }) => rows > 0);
  const missing = new Map(withRows.map(({ sha256: digest, table }) => [digest, table]));
  const products = new Map<string | null, RowSums>();
  for (const file of files) {
    const { around: own, shards, products: more } = await readErrors(file);
    if (own !== around) {
      throw new InputError(
        `${file}: was made around other moments than those of --merge; give --merge the file that --around named`,
      );
    }
    for (const { sha256: digest, table, rows } of shards) {
      if (rows > 0 && !missing.delete(digest))
        throw new InputError(`${file}: holds the rows of ${table}, which must not count twice`);
    }
    for (const stored of more) {
      const there = products.get(stored.name);
      const sums = sumsIn(stored);
      products.set(stored.name, there === undefined ? sums : merged(there, sums));
    }
  }
  const [left] = missing.values();
  if (left === undefined) return products;
  const rest = missing.size === 1 ? "" : ` and of ${missing.size - 1} more shards`;
  throw new InputError(`--errors: those of ${left}${rest} are missing; make them with --partial FILE --around`);
}

async function readErrors(file: string): Promise<ErrorsFile> {
  const bytes = await readUserBytes(file);
  if (checkDigest(bytes) !== "fits") {
    throw new InputError(`${file}: is no file of decompose --around, or was damaged or edited; make it again`);
  }
  const { digest: _digest, ...content } = parsedJson(bytes.toString("utf8")) as Record<string, unknown>;
  const { success, data } = schema.safeParse(content);
  if (success) return data;
  throw new InputError(`${file}: is no file of decompose --around of this version`);
}
