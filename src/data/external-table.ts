import type { z } from "zod";
import { type DataConfig, dataSchema, targetNames } from "../config/data.js";
import { type Dialect, dialectNames, keyNames, saidOf, tablesOf } from "../config/dialect.js";
import type { Beside } from "../config/modalities/beside.js";
import { frozenOf } from "../config/modalities/frozen.js";
import { besideOf, type ModalityConfig, type modalitySchema } from "../config/modalities/kinds.js";
import type { TargetKind } from "../config/target.js";
import { InputError } from "../errors.js";
import type { DatedColumn } from "./dates/date-coding.js";
import type { LoadOptions } from "./read-dataset.js";

/** How another table is loaded. */
export interface ExternalOptions extends LoadOptions {
  /** Array files, with the array that is meant, of modalities that lie in one; by name, relative to the current folder. */
  readonly arrays?: Readonly<Record<string, string>>;
  /** Frozen networks, by the modality whose rows go through them, as whole paths. */
  readonly frozen?: Readonly<Record<string, string>>;
  /** How the table is written, where that is otherwise than the section says of all its tables. */
  readonly dialect?: Dialect;
  /** What values of the target are for the model; what the section says if left out. */
  readonly kind?: TargetKind;
}

/** Per modality that is a table the columns that a model was trained on. */
export type ExternalColumns = readonly {
  readonly name: string;
  readonly columns: readonly string[];
  readonly categories?: readonly string[];
  readonly dates?: readonly DatedColumn[];
}[];

/** The modalities of a section, as they are written. */
export type ExternalModalities = Readonly<Record<string, z.input<typeof modalitySchema>>>;

/** Where the rows of another table lie. */
export interface ExternalPlace {
  /** What messages call it. */
  readonly label: string;
  /** The keys of a section that name its files. */
  readonly places: (modalities: ExternalModalities) => object;
}

/** The section of another table that is read with the columns of a trained model, and how it is loaded. @throws InputError */
export function externalTable(
  data: DataConfig,
  columns: ExternalColumns,
  { label, places }: ExternalPlace,
  options: ExternalOptions,
): { readonly data: DataConfig; readonly options: LoadOptions } {
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
      if (beside === null) return [];
      return [[name, { ...frozenTable(name, besideTable(name, beside, options), options), file: undefined }]];
    }),
  );
  const { missing, missingValues, id } = data;
  const wanted = targetNames(data);
  const { kind } = options;
  const target = wanted.length === 1 && kind !== undefined ? { column: wanted[0], kind } : data.target;
  // A folder of the training's config is not told from here.
  const streaming = data.streaming && { ...data.streaming, cache: undefined };
  const dialect = saidOf({ ...saidOf(data), ...options.dialect });
  const { decimal = ".", thousands } = dialect;
  if (thousands === decimal) {
    throw new InputError(
      `${label}: "${decimal}" cannot be the decimal mark and stand between thousands; say both as the file has them ` +
        "(options: --decimal, --thousands).",
    );
  }
  return {
    data: dataSchema.parse({ target, missing, missingValues, id, streaming, ...dialect, ...places(modalities) }),
    options: {
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
  };
}

/** A modality of the model with its frozen network where that lies now. */
function frozenTable(name: string, modality: ModalityConfig, { frozen = {} }: ExternalOptions): ModalityConfig {
  const network = frozenOf(modality);
  if (network === undefined) return modality;
  if (!Object.hasOwn(frozen, name)) throw new RangeError(`no frozen network was given for modality "${name}"`);
  return { ...modality, frozen: { ...network, file: frozen[name] } } as ModalityConfig;
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
