import { z } from "zod";
import { InputError } from "../../errors.js";
import { readUserFile } from "../../files/user-file.js";

const size = z.int().min(1);

const schema = z.object({
  cov: z.array(z.array(z.number())).min(1),
  dm: size,
  dims: z.array(size).min(2),
  n: z.int().min(2).nullish(),
  names: z.array(z.string().min(1)).optional(),
  target: z.string().min(1).optional(),
});

/** Bytes of the longest file: some 3000 variables with all their digits. */
const longestFile = 250_000_000;

/** A covariance given instead of a table, in the order [target, modality 1, .., modality M]. */
export interface CovarianceFile {
  readonly covariance: readonly (readonly number[])[];
  readonly targets: number;
  readonly target: string;
  readonly sources: readonly { readonly name: string; readonly size: number }[];
  readonly n?: number;
}

/**
 * Reads {"cov": [[..]], "dm": n, "dims": [d1, d2, ..], "n": rows, "names": [..], "target": name}; the last three may be
 * left out (names: Z1, Z2, ..; target: Y).
 * @throws InputError that names the file and the entry
 */
export async function readCovarianceFile(file: string): Promise<CovarianceFile> {
  const parsed = schema.safeParse(parseJson(file, await readUserFile(file, file, longestFile)));
  if (!parsed.success) throw new InputError(`${file}: ${firstProblem(parsed.error)}`);
  const { cov, dm, dims, n, names = dims.map((_, k) => `Z${k + 1}`), target = "Y" } = parsed.data;
  if (names.length !== dims.length || new Set(names).size < names.length) {
    throw new InputError(`${file}: "names" must be ${dims.length} different names, one per entry of "dims"`);
  }
  const expected = dims.reduce((sum, d) => sum + d, dm);
  const ragged = cov.findIndex((row) => row.length !== cov.length);
  if (ragged >= 0) {
    throw new InputError(
      `${file}: "cov" is not square: it has ${cov.length} rows, but row ${ragged} has ${cov[ragged].length} entries`,
    );
  }
  if (cov.length !== expected) {
    throw new InputError(
      `${file}: "cov" is ${cov.length} x ${cov.length}, but dm = ${dm} and dims = [${dims.join(", ")}] make ${expected} variables`,
    );
  }
  return {
    covariance: cov,
    targets: dm,
    target,
    sources: dims.map((d, k) => ({ name: names[k], size: d })),
    n: n ?? undefined,
  };
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: is not valid JSON: ${(error as Error).message}`);
  }
}

/** The first problem as one sentence; entries of the matrix are named by row and column. */
function firstProblem(error: z.ZodError): string {
  const { path, message } = error.issues[0];
  if (path[0] === "cov" && path.length === 3) {
    return `"cov" entry at row ${String(path[1])}, column ${String(path[2])} must be a finite number (${message})`;
  }
  const where = path.length === 0 ? "" : `"${path.join(".")}": `;
  const problem = message.endsWith("received undefined") ? "is missing" : message.replace(/^Invalid input: /, "");
  return `${where}${problem}. Expected {"cov": [[..]], "dm": targets, "dims": [d1, d2, ..], "n": rows (optional)}`;
}
