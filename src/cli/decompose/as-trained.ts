import type { DataConfig } from "../../config/data.js";
import { codeDataset, fitCodings } from "../../data/categories/code-dataset.js";
import { codedColumns } from "../../data/categories/coding.js";
import { fitCleaning } from "../../data/clean-features.js";
import { confoundAccount, confoundMessages } from "../../data/confounds/account.js";
import type { Dataset, Modality } from "../../data/dataset.js";
import { datedColumns } from "../../data/dates/date-coding.js";
import { harmonisationAccount, harmonisationMessages } from "../../data/harmonise/account.js";

/** Columns of a modality by their names. */
type Columns = ReadonlyMap<string, Float64Array>;

/**
 * The features as a training of the config has them before it maps columns to inputs: dates as numbers, sites harmonised,
 * confounds taken out, columns that say what is missing; all of it fitted on the training rows. Categories stay words, to be
 * coded with one column less, unless confounds are taken out of their columns of 0 and 1.
 * @returns the data set, and sentences about what was done
 */
export function asTrained(
  dataset: Dataset,
  trainRows: Int32Array,
  data: DataConfig,
): { readonly dataset: Dataset; readonly messages: readonly string[] } {
  const { harmonise, confounds, missingIndicator } = data;
  const dated = dataset.modalities.some(({ dates = [] }) => dates.length > 0);
  if (harmonise === undefined && confounds === undefined && !missingIndicator && !dated)
    return { dataset, messages: [] };
  const codings = fitCodings(dataset, trainRows);
  const { dataset: coded } = codeDataset(dataset, codings);
  const cleaned = fitCleaning(coded, trainRows, data, codings.covariates);
  const freed = cleaned.confounds?.modalities.map(({ name }) => name) ?? [];
  const wholly = new Map(
    cleaned.confounds?.modalities.map(({ name, columns }) => [name, columns.filter(({ share }) => share === 1)]),
  );
  const modalities = dataset.modalities.map((raw, m) => {
    const nothing = new Set(wholly.get(raw.name)?.map(({ name }) => name));
    const trained = cleaned.dataset.modalities[m];
    const columns = freed.includes(raw.name) ? withoutContrast(trained) : withCategories(raw, trained);
    const kept = new Map(
      [...columns].filter(
        ([name, values]) => !nothing.has(name) && (!isDate(trained, name) || varies(values, trainRows)),
      ),
    );
    const flags = missingIndicator ? indicators(raw, trainRows) : new Map<string, Float64Array>();
    const categories = freed.includes(raw.name) ? undefined : raw.categories;
    return modalityOf(raw.name, new Map([...kept, ...flags]), dataset.rows, categories);
  });
  const all = { training: trainRows };
  return {
    dataset: { ...cleaned.dataset, modalities },
    messages: [
      ...(cleaned.harmonisation === null
        ? []
        : harmonisationMessages(harmonisationAccount(cleaned.harmonisation, coded, all))),
      ...(cleaned.confounds === null
        ? []
        : confoundMessages(confoundAccount(cleaned.confounds, coded, trainRows.length))),
    ],
  };
}

function columnsOf({ columns, values }: Modality): Columns {
  const width = columns.length;
  return new Map(
    columns.map((name, j) => [
      name,
      Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + j]),
    ]),
  );
}

/** Columns as they were trained on, those of categories as the codes that they were. */
function withCategories(raw: Modality, trained: Modality): Columns {
  const made = new Set((trained.coded ?? []).flatMap((coding) => codedColumns(coding)));
  const codes = columnsOf(raw);
  const words = (raw.categories ?? []).map(({ column }) => [column, codes.get(column) as Float64Array] as const);
  return new Map([...[...columnsOf(trained)].filter(([name]) => !made.has(name)), ...words]);
}

/** All columns but that of the first of several values of a category, which the others tell. */
function withoutContrast(trained: Modality): Columns {
  const told = new Set(
    (trained.coded ?? []).flatMap((coding) => {
      const kept = codedColumns(coding, true);
      return codedColumns(coding).filter((column) => !kept.includes(column));
    }),
  );
  return new Map([...columnsOf(trained)].filter(([name]) => !told.has(name)));
}

/** Whether a column is a part of a date, which training drops where it does not vary. */
function isDate({ dated = [] }: Modality, name: string): boolean {
  return dated.some((coding) => datedColumns(coding).includes(name));
}

function varies(values: Float64Array, rows: Int32Array): boolean {
  const known = Array.from(rows, (row) => values[row]).filter((value) => !Number.isNaN(value));
  return known.some((value) => value !== known[0]);
}

/** Columns of 0 and 1 that say where a column has no value, one for each pattern of gaps in the training rows. */
function indicators(raw: Modality, trainRows: Int32Array): Columns {
  const found = new Map<string, Float64Array>();
  const patterns = new Set<string>();
  for (const [name, values] of columnsOf(raw)) {
    if (!trainRows.some((row) => Number.isNaN(values[row]))) continue;
    const flags = values.map((value) => Number(Number.isNaN(value)));
    const pattern = flags.join("");
    if (!patterns.has(pattern)) found.set(`missing(${name})`, flags);
    patterns.add(pattern);
  }
  return found;
}

function modalityOf(name: string, columns: Columns, rows: number, categories: Modality["categories"]): Modality {
  const parts = [...columns.values()];
  const values = new Float64Array(rows * parts.length);
  parts.forEach((part, j) => {
    for (let i = 0; i < rows; i++) values[i * parts.length + j] = part[i];
  });
  return { name, columns: [...columns.keys()], values, ...(categories === undefined ? {} : { categories }) };
}
