import { z } from "zod";
import { columnNameSchema as columnName } from "../column-name.js";
import { fileKeys } from "../dialect.js";
import { arrayPlace, indexColumn, withArrayFile } from "./array-place.js";
import type { Beside, NeededColumns } from "./beside.js";
import { cost } from "./common.js";
import { frozenKey } from "./frozen.js";

/** Keys that say where the rows of a modality lie: a file for each row, or one array for all. */
export const sourceKeys = {
  path: z
    .union([columnName, z.array(columnName).min(1).max(64)])
    .optional()
    .describe(
      "Column that holds the path of each row's file, relative to `root`; a list of columns puts several files of a row side by side " +
        "as channels. An empty cell, or a file that is not there, makes the row lack the modality, where `missing` or `modalityDropout` " +
        "allow that.",
    ),
  share: z
    .literal(true)
    .optional()
    .describe(
      "With several columns under `path`: true: the files of a row are not put side by side as channels, but go through one encoder, whose " +
        "outputs are averaged. A row lacks the modality where all are missing; where some are, `missing: mean` averages the others.",
    ),
  pattern: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Path of each row\'s file with columns of the table in braces, "sub-{id}/anat/*_T1w.nii.gz"; {id} is also the column of ' +
        "`data.id`, else of `join`. * stands for any part of a name, and has to fit one file alone. In place of `path`.",
    ),
  root: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder that paths are relative to, and out of which nothing is read; relative to the config file. The folder of the table if " +
        "left out, and always for another table.",
    ),
  array: z
    .string()
    .min(1)
    .optional()
    .describe(
      'One file for all rows, in place of `path`: .npy, an array of an .npz ("x.npz#X"), or idx, as in kind: array.',
    ),
  index: columnName.optional().describe("With `array`: as in kind: array."),
  file: z
    .string()
    .min(1)
    .optional()
    .describe("Table that the rows belong to, when it is not `data.file`; rows are matched on `join`."),
  ...frozenKey,
  ...fileKeys,
  cost,
} as const;

/** Keys that say what rows become. */
export const preparationKeys = {
  normalise: z
    .enum(["channel", "sample", "none"])
    .default("channel")
    .describe(
      "channel: mean 0 and variance 1 over the training rows, by channel (the last axis); sample: every row by its own mean and " +
        "variance; none: as the files have them.",
    ),
  summary: z
    .int()
    .min(16)
    .max(4096)
    .default(256)
    .describe(
      "Most means over blocks of a row that losses on inputs, and ridge regression, see in place of all its values.",
    ),
} as const;

/** Random changes that rows of every shape may have. */
export const anyChange = {
  noise: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe("Standard deviation of noise, in those of the normalised values. 0 if left out."),
} as const;

/** What `augment` of a modality is, whatever changes it has. */
export const changesTitle = "Random changes of training rows, by seed, epoch and row; none if left out.";

/** What a row source may be, of which a modality names one. */
export interface RowSource {
  readonly path?: string | readonly string[] | undefined;
  readonly share?: true | undefined;
  readonly pattern?: string | undefined;
  readonly root?: string | undefined;
  readonly array?: string | undefined;
  readonly index?: string | undefined;
}

/** Names in braces of a pattern, each once. */
export function patternColumns(pattern: string): string[] {
  return [...new Set(Array.from(pattern.matchAll(/\{([^{}]+)\}/g), ([, name]) => name))];
}

/** Why the keys of a source do not go together: key and message. @param others keys that are a source too */
export function sourceProblems(
  source: RowSource & { readonly normalise?: string | undefined; readonly frozen?: object | undefined },
  others: Readonly<Record<string, unknown>> = {},
): [key: string, message: string][] {
  const all = { path: source.path, pattern: source.pattern, array: source.array, ...others };
  const named = Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const list = Object.keys(all).join(", ");
  if (named.length === 0) return [["path", `missing; expected one of ${list}, which say where the rows lie`]];
  if (named.length > 1) return [[named[1], `goes without ${named[0]}; a modality has one of ${list}`]];
  const problems: [string, string][] = [];
  if (source.index !== undefined && source.array === undefined) problems.push(["index", "goes with `array`"]);
  if (source.share && [source.path ?? []].flat().length < 2)
    problems.push(["share", "goes with a list of at least two columns under `path`"]);
  const columns = [source.path ?? []].flat();
  if (new Set(columns).size < columns.length) problems.push(["path", "names the same column twice"]);
  if (source.share && source.normalise === "none")
    problems.push(["normalise", "must be channel or sample with `share`, which tell a missing file from others"]);
  if (source.share && source.frozen !== undefined)
    problems.push(["share", "goes without a frozen network, which reads one row; name one modality for each file"]);
  const files = source.path !== undefined || source.pattern !== undefined;
  if (source.root !== undefined && !files) problems.push(["root", "goes with `path` or `pattern`"]);
  const { pattern } = source;
  if (pattern !== undefined && patternColumns(pattern).length === 0)
    problems.push(["pattern", 'names no column in braces, as "sub-{id}.nii.gz" does; all rows would have one file']);
  return problems;
}

/** Where the rows of a source lie. @param more columns that are read beside those of the source */
export function besideOfSource<C extends RowSource>(config: C, more: readonly NeededColumns[] = []): Beside<C> {
  const { array, path, pattern, root, index } = config;
  const inArray = array === undefined ? undefined : arrayPlace(array).file;
  return {
    files: inArray === undefined ? [] : [inArray],
    renamed: (rename) => ({
      ...config,
      ...(array === undefined ? {} : { array: withArrayFile(array, rename) }),
      ...(root === undefined ? {} : { root: rename(root) }),
    }),
    needs: [...indexColumn(index), ...pathColumns(path, pattern), ...more],
    rowFiles: path !== undefined || pattern !== undefined,
    place: array,
    // The files of another table lie beside that table.
    at: (place) => ({ ...config, ...(place === undefined ? {} : { array: place }), root: undefined }),
  };
}

function pathColumns(path: RowSource["path"], pattern: string | undefined): NeededColumns[] {
  if (path !== undefined) return [{ key: "path", columns: [path].flat(), type: "text", role: "place" }];
  if (pattern === undefined) return [];
  return [{ key: "pattern", columns: patternColumns(pattern), type: "text", role: "shared" }];
}
