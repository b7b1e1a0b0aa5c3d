import { arrayPlace, withArrayFile } from "../../config/modalities/array-place.js";
import { besideModalities, besideOf, kindName } from "../../config/modalities/kinds.js";
import type { RowSource } from "../../config/modalities/row-source.js";
import type { Config } from "../../config/schema.js";
import { emptyStore } from "../../data/changed-rows.js";
import { type OpenRequest, type OpenRows, type RowStore, textsOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { countFound } from "../../modalities/decoded/locate.js";
import { kindOfFitted } from "../../modalities/kinds.js";
import { openRows } from "../../modalities/open-rows.js";
import type { StoredModel } from "../../record/stored-model.js";
import { joinWords, plural } from "../../report/text.js";
import { mayLackModalities } from "../../run/absence.js";
import { windowsOf } from "./file-fields.js";
import type { GivenFiles } from "./given-files.js";

/** What an array file is called. */
const arrayName = /\.(?:npy|npz|idx\d?(?:-ubyte)?)(?:\.gz)?$/i;

/**
 * The array files that were given, by modality: the one of the name that the training's had, else the only array that is left for the only
 * modality that is. The name of the training's file where none was given.
 */
export function givenArrays({ data }: Pick<Config, "data">, files: GivenFiles): Readonly<Record<string, string>> {
  const wanted = besideModalities(data.modalities).flatMap(([name, , { place }]) =>
    place === undefined ? [] : [[name, place] as const],
  );
  const paths = files.given.map(({ path }) => path);
  const named = new Map(
    wanted.map(([name, place]) => [name, paths.find((path) => endsIn(path, arrayPlace(place).file))]),
  );
  const left = paths.filter((path) => arrayName.test(path) && ![...named.values()].includes(path));
  const without = wanted.filter(([name]) => named.get(name) === undefined);
  if (left.length === 1 && without.length === 1) named.set(without[0][0], left[0]);
  return Object.fromEntries(wanted.map(([name, place]) => [name, placeIn(place, named.get(name))]));
}

function endsIn(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

/** The place of an array in another file; which array of an archive is meant stays, where the file is one. */
function placeIn(place: string, file: string | undefined): string {
  if (file === undefined) return place;
  return /\.npz$/i.test(file) ? withArrayFile(place, () => file) : file;
}

/**
 * Opens rows that lie in files which were given to the page. Where none was given, all rows lack the modality, if the model
 * reads such rows.
 */
export function openGiven(stored: StoredModel, files: GivenFiles): OpenRows {
  return async (request) => {
    const { config } = request;
    const beside = besideOf(config);
    if (beside?.rowFiles === true) return openRowFiles(stored, files, request);
    if (beside?.place === undefined) return openRows(request);
    const { file } = arrayPlace("array" in config ? (config.array ?? "") : "");
    if (files.find(file) !== undefined) return openRows(request);
    const ofRows = `one array for all rows: ${file}`;
    return lacking(
      stored,
      request,
      `is read from ${ofRows}, or the only array file that is given; give it with the table`,
    );
  };
}

async function openRowFiles(stored: StoredModel, files: GivenFiles, request: OpenRequest): Promise<RowStore> {
  const { name, table } = request;
  const source = request.config as RowSource;
  if (windowsOf(stored).includes(name))
    return lacking(stored, request, "is made of the rows before each row of a long table; give that table");
  if (files.given.length === 0)
    return lacking(
      stored,
      request,
      "is read from files that the rows name; give them, or their folder, with the table",
    );
  const folders = [...new Set([table.folder, ...files.commonFolders()])];
  let best = { folder: table.folder, found: 0 };
  for (const folder of folders) {
    const found = await countFound({ ...request, table: { ...table, folder } }, source).catch((error: Error) => {
      // A folder that a path would leave is not the one; what else is wrong is told by opening.
      if (folder === table.folder) throw error;
      return 0;
    });
    if (found > best.found) best = { folder, found };
  }
  if (best.found > 0) return openRows({ ...request, table: { ...table, folder: best.folder } });
  const texts = textsOf(request, "path") ?? textsOf(request, "pattern");
  const first = (texts?.values ?? []).flatMap((values) => values.find((value) => (value ?? "").trim() !== "") ?? []);
  const wanted = source.pattern ?? joinWords(first, 3);
  if (first.length === 0)
    return lacking(stored, request, `has no file in any of the ${table.rows} rows of ${table.label}`);
  const some = joinWords(
    files.given.map(({ path }) => path),
    3,
  );
  throw new InputError(
    `modality "${name}": no row of ${table.label} has its file among the ${plural(files.given.length, "file")} that were given; rows ` +
      `name ${wanted}, and given are ${some}. Give the files that rows name, or the folder that holds them`,
  );
}

/** @throws InputError unless the model reads rows that lack modalities */
function lacking({ config, preprocessor }: StoredModel, request: OpenRequest, why: string): RowStore {
  const { name, table } = request;
  const kind = kindName(request.config);
  if (!mayLackModalities(config)) throw new InputError(`modality "${name}" (${kind}) ${why}`);
  const fitted = preprocessor.modalities.find((modality) => modality.name === name);
  if (fitted === undefined) throw new RangeError(`no modality "${name}"`);
  const { shape } = kindOfFitted(fitted).input(fitted);
  return { ...emptyStore({ name, kind, rows: table.rows, shape }), lacks: () => why };
}
