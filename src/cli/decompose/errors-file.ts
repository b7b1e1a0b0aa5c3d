import { z } from "zod";
import { InputError } from "../../errors.js";
import { sha256 } from "../../files/checksum.js";
import { checkDigest, digestedJson } from "../../files/digested-json.js";
import { count } from "../../files/document.js";
import { parsedJson } from "../../files/json.js";
import { writeOutput } from "../../files/output-file.js";
import { readUserBytes } from "../../files/user-file.js";
import { type Moments, mergeMoments } from "../../pid/covariance/moments.js";
import { type PartialFile, shardSchema, square, triangle } from "./partial-file.js";

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
    }),
  ),
});

export type ErrorsFile = z.infer<typeof schema>;

/** Products of residuals by the name of their group; of all rows null. */
export type Products = ReadonlyMap<string | null, Moments>;

/** What tells moments from others. */
export function digestOfMoments({ origin, groups }: PartialFile): string {
  return sha256(JSON.stringify([origin, groups]));
}

export async function writeErrors(
  file: string,
  around: string,
  shards: ErrorsFile["shards"],
  products: Products,
): Promise<void> {
  const stored = Array.from(products, ([name, { n, mean, comoment }]) => ({
    ...{ name, n, mean: [...mean], comoment: triangle(comoment) },
  }));
  await writeOutput(file, digestedJson({ format: "pidreg-errors-1", around, shards, products: stored }, file));
}

/**
 * Products of residuals of all shards of merged moments.
 * @throws InputError for what is no such file, errors around other moments, and shards that are missing or given twice
 */
export async function mergedProducts(files: readonly string[], merged: PartialFile): Promise<Products> {
  const around = digestOfMoments(merged);
  const missing = new Map(merged.shards.map(({ sha256: digest, table }) => [digest, table]));
  const products = new Map<string | null, Moments>();
  for (const file of files) {
    const { around: own, shards, products: more } = await readErrors(file);
    if (own !== around) {
      throw new InputError(
        `${file}: was made around other moments than those of --merge; give --merge the file that --around named`,
      );
    }
    for (const { sha256: digest, table } of shards) {
      if (!missing.delete(digest))
        throw new InputError(`${file}: holds the rows of ${table}, which must not count twice`);
    }
    for (const { name, n, mean, comoment } of more) {
      const moments = { n, mean: Float64Array.from(mean), comoment: square(comoment, mean.length) };
      const there = products.get(name);
      products.set(name, there === undefined ? moments : mergeMoments(there, moments));
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
