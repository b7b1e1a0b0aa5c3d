import { RunError } from "../../errors.js";

/** Contents of the files that a table is made from, by name. */
export type Parts = ReadonlyMap<string, string>;

/** How the files of a dataset become the one table that its config reads. */
export interface Merge {
  /** What is done, for the provenance note. */
  readonly description: string;
  /** Lines of the table, header first, without line ends. @throws RunError when a file is not what it should be */
  readonly lines: (parts: Parts) => Generator<string>;
}

const superconductors = { descriptors: "train.csv", amounts: "unique_m.csv" } as const;

/**
 * The two tables of UCI 464 side by side, as configs/superconductivity.yaml reads them: id, material, composition_group
 * (the same for materials of equal proportions: rows of one composition must not straddle a split), tc_source,
 * 81 descriptors, 86 element amounts, critical_temp.
 */
export const mergeSuperconductivity: Merge = {
  description:
    "train.csv (81 descriptors) and unique_m.csv (86 element amounts, material) row by row; composition_group numbers " +
    "the materials of equal proportions",
  *lines(parts) {
    const descriptors = csv(parts, superconductors.descriptors, 82);
    const amounts = csv(parts, superconductors.amounts, 88);
    const { critical_temp: target, material } = positions(superconductors.amounts, amounts.header, [
      "critical_temp",
      "material",
    ]);
    expectSame("rows", superconductors.descriptors, descriptors.rows.length, amounts.rows.length);
    const own = ["id", "material", "composition_group", "tc_source"];
    yield [...own, ...descriptors.header.slice(0, 81), ...amounts.header.slice(0, 86), "critical_temp"].join(",");
    const groups = new Map<string, number>();
    for (const [i, row] of amounts.rows.entries()) {
      const features = descriptors.rows[i];
      expectSame(
        `critical_temp in row ${i + 1}`,
        superconductors.descriptors,
        Number(features[81]),
        Number(row[target]),
      );
      const key = proportions(row.slice(0, 86).map(Number));
      const group = groups.get(key) ?? groups.size;
      groups.set(key, group);
      yield [i, row[material], group, "uci", ...features.slice(0, 81), ...row.slice(0, 86), row[target]].join(",");
    }
  },
};

const turbineColumns = ["AT", "AP", "AH", "AFDP", "GTEP", "TIT", "TAT", "TEY", "CDP", "CO", "NOX"];
const turbineYears = [2011, 2012, 2013, 2014, 2015];
export const turbineFiles = turbineYears.map((year) => `gt_${year}.csv`);

/** The five years of UCI 551 below each other, with a column for the year, as configs/gas-turbine.yaml reads them. */
export const mergeGasTurbine: Merge = {
  description: "gt_2011.csv to gt_2015.csv below each other, with their year as first column",
  *lines(parts) {
    yield ["year", ...turbineColumns].join(",");
    for (const [k, year] of turbineYears.entries()) {
      const { header, rows } = csv(parts, turbineFiles[k], turbineColumns.length);
      const at = positions(turbineFiles[k], header, turbineColumns);
      for (const row of rows) yield [year, ...turbineColumns.map((name) => row[at[name]])].join(",");
    }
  },
};

/** Element amounts as shares of their sum, to six digits. */
function proportions(amounts: readonly number[]): string {
  const total = amounts.reduce((a, b) => a + b, 0);
  return amounts.map((amount) => (amount / total).toFixed(6)).join();
}

interface Csv {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table without quoted commas. @throws RunError when it is missing or a line has another number of cells */
function csv(parts: Parts, name: string, width: number): Csv {
  const text = parts.get(name);
  if (text === undefined) throw new RunError(`${name}: is not in the archive; the origin changed its content`);
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const rows = lines.map((line, i) => {
    const cells = line.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1"));
    if (cells.length === width) return cells;
    throw new RunError(`${name}: line ${i + 1} has ${cells.length} cells, expected ${width}`);
  });
  if (rows.length < 2) throw new RunError(`${name}: holds no rows`);
  return { header: rows[0], rows: rows.slice(1) };
}

function positions<N extends string>(file: string, header: readonly string[], names: readonly N[]): Record<N, number> {
  return Object.fromEntries(
    names.map((name) => {
      const at = header.indexOf(name);
      if (at < 0) throw new RunError(`${file}: has no column "${name}"; the origin changed its content`);
      return [name, at];
    }),
  ) as Record<N, number>;
}

function expectSame(what: string, file: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new RunError(
    `${file}: ${what}: ${found}, but ${expected} in ${superconductors.amounts}; they do not belong together`,
  );
}
