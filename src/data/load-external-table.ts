import type { DataConfig } from "../config/data.js";
import { type Dialect, saidOf, type TableFile } from "../config/dialect.js";
import { besideOf } from "../config/modalities/kinds.js";
import type { Dataset } from "./dataset.js";
import {
  type ExternalColumns,
  type ExternalModalities,
  type ExternalOptions,
  externalTable,
} from "./external-table.js";
import { givenFile, placeNames, placeTables, refuseOneOfSeveral } from "./join/given-files.js";
import { refuseStrangeNames } from "./join/given-names.js";
import { loadDataset } from "./load-dataset.js";

/**
 * Loads another table with the columns of a trained model, found by name; or several tables, joined as those of the section are.
 * @param given a file, or several, `NAME=FILE` where it has to be said for which modality a file is
 * @param columns per modality that is a table the columns the model was trained on (from the stored preprocessor)
 */
export async function loadExternalTable(
  data: DataConfig,
  columns: ExternalColumns,
  given: string | readonly string[],
  options: ExternalOptions = {},
): Promise<Dataset> {
  const files = [given].flat();
  const places = await newTables(data, columns, files, options.dialect);
  const table = externalTable(data, columns, { label: files.join(", "), places }, options);
  return loadDataset(table.data, ".", table.options);
}

/** Puts new tables in the place of those of a section: what of the section names tables, of its modalities without any. */
async function newTables(
  data: DataConfig,
  columns: ExternalColumns,
  files: readonly string[],
  written: Dialect | undefined,
): Promise<(modalities: ExternalModalities) => object> {
  const needed = new Map(
    Object.entries(data.modalities).map(([name, modality]): [string, readonly string[]] => {
      const known = columns.find((each) => each.name === name);
      const beside = besideOf(modality)?.needs.flatMap((need) => need.columns) ?? [];
      return [
        name,
        known === undefined
          ? beside
          : [...known.columns, ...(known.categories ?? []), ...(known.dates ?? []).map(({ column }) => column)],
      ];
    }),
  );
  refuseStrangeNames(data, files);
  const [first] = files;
  if (files.length === 1 && givenFile(first, placeNames(data)).name === undefined) {
    await refuseOneOfSeveral(data, first, needed, saidOf({ ...saidOf(data), ...written }));
    return (modalities) => ({ file: first, modalities });
  }
  const { tables, others } = await placeTables(data, files, needed, written);
  const main = tables.find(({ of }) => of === data.file);
  const words = ({ file, dialect, key }: TableFile) => ({
    ...{ file, ...dialect },
    ...(key === undefined ? {} : { key: key.length === 1 ? key[0] : [...key] }),
  });
  const joined = [...tables, ...others].filter(({ file }) => file !== main?.file);
  const fileOf = (name: string) => {
    const of = data.modalities[name].file ?? data.file;
    return of === data.file && main !== undefined ? undefined : tables.find((table) => table.of === of)?.file;
  };
  return (modalities) => ({
    ...(main === undefined ? {} : { file: main.file, ...main.dialect }),
    ...(joined.length === 0 ? {} : { tables: joined.map(words) }),
    ...{ join: data.join, normaliseKeys: data.normaliseKeys },
    modalities: Object.fromEntries(
      Object.entries(modalities).map(([name, modality]) => {
        const file = fileOf(name);
        return [name, file === undefined ? modality : { ...(modality as object), file }];
      }),
    ),
  });
}
