import type { Dataset, Modality } from "./dataset.js";
import type { HeldColumn } from "./table/held-table.js";

/** Columns of some rows of a data set, and what each is, by its name. */
export interface HeldColumns {
  readonly columns: readonly HeldColumn[];
  readonly layout: {
    readonly targets: readonly string[];
    readonly modalities: readonly { readonly name: string; readonly columns: readonly string[] }[];
    readonly categories?: readonly string[];
    readonly by?: string;
    readonly group?: string;
  };
}

/**
 * Columns of some rows of a data set as one table, under names that differ: a name that another column has already is followed
 * by that of its modality.
 * @param rows numbers of rows, in the order wanted
 * @param wanted a label of the data set, and its group, to be columns too
 */
export function holdColumns(
  dataset: Pick<Dataset, "targets" | "modalities" | "labels" | "group">,
  rows: Int32Array,
  { by, group }: { readonly by: string | undefined; readonly group: string | undefined },
): HeldColumns {
  const held: HeldColumn[] = [];
  const taken = new Set<string>();
  const hold = (name: string, of: string, make: (name: string) => HeldColumn): string => {
    let own = taken.has(name) ? `${name} (${of})` : name;
    while (taken.has(own)) own += "'";
    taken.add(own);
    held.push(make(own));
    return own;
  };
  const texts = (values: readonly (string | null)[]) => (name: string) => ({
    name,
    texts: Array.from(rows, (row) => values[row]),
  });
  const targets = dataset.targets.map(({ name, values, classes }) => {
    const own = Float64Array.from(rows, (row) => values[row]);
    return hold(name, "target", classes === undefined ? numberColumn(own) : wordColumn(own, classes));
  });
  const byColumn = by === undefined ? {} : { by: hold(by, "--by", texts(dataset.labels.get(by) ?? [])) };
  const groupColumn = group === undefined ? {} : { group: hold(group, "group", texts(dataset.group ?? [])) };
  const categories: string[] = [];
  const modalities = dataset.modalities.map((modality) => ({
    name: modality.name,
    columns: modality.columns.map((column, j) => {
      const values = Float64Array.from(rows, (row) => cellOf(modality, row, j));
      const levels = modality.categories?.find((each) => each.column === column)?.levels;
      const name = hold(
        column,
        modality.name,
        levels === undefined ? numberColumn(values) : wordColumn(values, levels),
      );
      if (levels !== undefined) categories.push(name);
      return name;
    }),
  }));
  const words = categories.length === 0 ? {} : { categories };
  return { columns: held, layout: { targets, modalities, ...words, ...byColumn, ...groupColumn } };
}

function cellOf({ values, columns }: Modality, row: number, column: number): number {
  return values[row * columns.length + column];
}

function numberColumn(numbers: Float64Array): (name: string) => HeldColumn {
  const texts = Array.from(numbers, (value) => (Number.isNaN(value) ? null : String(value)));
  return (name) => ({ name, numbers, texts });
}

function wordColumn(codes: Float64Array, levels: readonly string[]): (name: string) => HeldColumn {
  const texts = Array.from(codes, (code) => (Number.isNaN(code) ? null : levels[code]));
  return (name) => ({ name, texts });
}
