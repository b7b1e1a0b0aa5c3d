import type { z } from "zod";
import { type DataConfig, dataSchema, targetNames } from "../config/data.js";
import { type Dialect, dialectNames, keyNames, saidOf, type TableFile, tablesOf } from "../config/dialect.js";
import type { Beside } from "../config/modalities/beside.js";
import { besideOf, type ModalityConfig, type modalitySchema } from "../config/modalities/kinds.js";
import type { TargetKind } from "../config/target.js";
import { InputError } from "../errors.js";
import type { Dataset } from "./dataset.js";
import type { DatedColumn } from "./dates/date-coding.js";
import { givenFile, placeNames, placeTables, refuseOneOfSeveral } from "./join/given-files.js";
import { refuseStrangeNames } from "./join/given-names.js";
import { type LoadOptions, loadDataset } from "./load-dataset.js";

/** How another table is loaded. */
export interface ExternalOptions extends LoadOptions {
  /** Array files, with the array that is meant, of modalities that lie in one; by name, relative to the current folder. */
  readonly arrays?: Readonly<Record<string, string>>;
  /** How the table is written, where that is otherwise than the section says of all its tables. */
  readonly dialect?: Dialect;
  /** What values of the target are for the model; what the section says if left out. */
  readonly kind?: TargetKind;
}

/**
 * Loads another table with the columns of a trained model, found by name; or several tables, joined as those of the section are.
 * @param given a file, or several, `NAME=FILE` where it has to be said for which modality a file is
 * @param columns per modality that is a table the columns the model was trained on (from the stored preprocessor)
 */
export async function loadExternalTable(
  data: DataConfig,
  columns: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly categories?: readonly string[];
    readonly dates?: readonly DatedColumn[];
  }[],
  given: string | readonly string[],
  options: ExternalOptions = {},
): Promise<Dataset> {
  const files = [given].flat();
  const names = [...new Set([...Object.keys(data.modalities), ...columns.map(({ name }) => name)])];
  const modalities = Object.fromEntries(
    names.flatMap((name): [string, z.input<typeof modalitySchema>][] => {
      const known = columns.find((modality) => modality.name === name);
      if (known !== undefined) {
        const { categories = [], dates = [] } = known;
        const words = categories.length === 0 ? {} : { categories: [...categories] };
        const times = Object.fromEntries(dates.map(({ column, parts }) => [column, [...parts]]));
        return [[name, { columns: [...known.columns], ...words, ...(dates.length === 0 ? {} : { dates: times }) }]];
      }
      const modality = data.modalities[name];
      const beside = besideOf(modality);
      return beside === null ? [] : [[name, { ...besideTable(name, beside, options), file: undefined }]];
    }),
  );
  const { missing, missingValues, id } = data;
  const places = await newTables(data, columns, files, options.dialect);
  const wanted = targetNames(data);
  const { kind } = options;
  const target = wanted.length === 1 && kind !== undefined ? { column: wanted[0], kind } : data.target;
  // A folder of the training's config is not told from here.
  const streaming = data.streaming && { ...data.streaming, cache: undefined };
  const dialect = saidOf({ ...saidOf(data), ...options.dialect });
  const { decimal = ".", thousands } = dialect;
  if (thousands === decimal) {
    throw new InputError(
      `${files.join(", ")}: "${decimal}" cannot be the decimal mark and stand between thousands; say both as the file has them ` +
        "(options: --decimal, --thousands).",
    );
  }
  return loadDataset(
    dataSchema.parse({ target, missing, missingValues, id, streaming, ...dialect, ...places(modalities) }),
    ".",
    {
      keys: id === undefined ? keysOf(data) : [],
      targets: options.targets ?? "optional",
      id: "optional",
      external: true,
      absentModalities: options.absentModalities,
      extras: options.extras,
      ranges: options.ranges,
      confounds: options.confounds ?? [],
      dayPlaces: new Map(
        columns.flatMap(({ dates = [] }) =>
          dates.flatMap(({ column, dayPlace }) => (dayPlace === undefined ? [] : [[column, dayPlace] as const])),
        ),
      ),
      open: options.open,
      progress: options.progress,
    },
  );
}

type Columns = Parameters<typeof loadExternalTable>[1];
type Modalities = Readonly<Record<string, z.input<typeof modalitySchema>>>;

/** Puts new tables in the place of those of a section: what of the section names tables, of its modalities without any. */
async function newTables(
  data: DataConfig,
  columns: Columns,
  files: readonly string[],
  written: Dialect | undefined,
): Promise<(modalities: Modalities) => object> {
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

/** What the rows of the model's tables were named by: as the section calls it, then as its files do. */
function keysOf(data: DataConfig): (readonly string[])[] {
  return [keyNames(data.join), ...tablesOf(data).map(({ key }) => key)].filter((key) => key !== undefined);
}

/** A modality of the model with its rows where those of the new table lie. */
function besideTable(
  name: string,
  { place, at }: Beside<ModalityConfig>,
  { arrays = {} }: ExternalOptions,
): ModalityConfig {
  if (place === undefined) return at();
  if (!Object.hasOwn(arrays, name)) throw new RangeError(`no array file was given for modality "${name}"`);
  // What is said of the training's own file does not hold for the new table.
  const said = new Set<string>(["key", ...dialectNames]);
  return Object.fromEntries(Object.entries(at(arrays[name])).filter(([key]) => !said.has(key))) as ModalityConfig;
}
