import { averageRanks, correlation } from "../../math/descriptive.js";
import type { Dataset, Modality } from "../dataset.js";
import type { Draft, DraftModality, LeftOut, Reasoned } from "./draft.js";

/** From this correlation on, of values or of ranks, a column is the target, */
const equal = 0.9999;
/** and from this on suspicious. */
const suspicious = 0.98;
/** Share of rows with gaps up to which they are left out. */
const fewGaps = 0.05;
const fewRows = 200;

/**
 * The draft after a look at the joined rows: columns that are constant, repeat another or equal the target are excluded, those
 * that nearly equal it are named, and rows with gaps get a policy.
 * @param dataset rows of the draft, loaded with `missing: mean`
 */
export function refine(draft: Draft, dataset: Dataset): Draft {
  const seen: Seen[] = [];
  const suspected: string[] = [];
  const emptied: LeftOut[][] = draft.tables.map(() => []);
  const modalities = draft.modalities.flatMap((modality) => {
    const loaded = dataset.modalities.find(({ name }) => name === modality.name);
    if (loaded === undefined) return [];
    const looked = lookAt(loaded, dataset, seen);
    suspected.push(...looked.suspected);
    const out = new Set(looked.exclude.map(({ column }) => column));
    const kept: DraftModality = {
      ...modality,
      columns: modality.columns.filter((column) => !out.has(column)),
      categories: modality.categories.filter(({ column }) => !out.has(column)),
      exclude: [...modality.exclude, ...looked.exclude],
      remarks: [...modality.remarks, ...looked.remarks],
    };
    if (kept.columns.length + kept.categories.length > 0) return [kept];
    emptied[modality.table].push(...kept.exclude);
    return [];
  });
  const missing = policy(dataset);
  const { offeredOrder, offeredGroup } = dataset;
  // What is the target under another name is no time.
  const excluded = [...modalities.flatMap(({ exclude }) => exclude), ...emptied.flat()];
  const suspects = [...excluded.map(({ column }) => column), ...suspected];
  const isTime = offeredOrder !== undefined && !suspects.some((column) => offeredOrder.includes(`"${column}"`));
  const offered = [...(isTime ? [offeredOrder] : []), ...(offeredGroup === undefined ? [] : [offeredGroup])];
  const remarks = [...draft.remarks, ...rowRemarks(dataset, modalities), ...offered];
  const { missing: _, ...rest } = draft;
  const tables = draft.tables.map((table, i) => ({ ...table, unused: [...table.unused, ...emptied[i]] }));
  return { ...rest, tables, modalities, remarks, ...(missing === undefined ? {} : { missing }) };
}

interface Looked {
  readonly exclude: readonly LeftOut[];
  readonly remarks: readonly string[];
  /** Columns that nearly equal the target. */
  readonly suspected: readonly string[];
}

interface Seen {
  readonly name: string;
  readonly values: Float64Array;
}

function lookAt({ columns, values }: Modality, { rows, targets }: Dataset, seen: Seen[]): Looked {
  const exclude: LeftOut[] = [];
  const remarks: string[] = [];
  const suspected: string[] = [];
  columns.forEach((column, j) => {
    const own = Float64Array.from({ length: rows }, (_, row) => values[row * columns.length + j]);
    const known = own.filter((value) => !Number.isNaN(value));
    if (known.every((value) => value === known[0])) {
      exclude.push({ column, why: known.length === 0 ? "has no value" : "has one value in all rows" });
      return;
    }
    const copy = seen.find((other) => isSame(other.values, own));
    if (copy !== undefined) {
      exclude.push({ column, why: `repeats "${copy.name}" in every row` });
      return;
    }
    seen.push({ name: column, values: own });
    const [{ name: target, classes, values: labels }] = targets;
    if (classes !== undefined) {
      const told = namesClass(own, labels);
      if (told === "each") exclude.push({ column, why: `suspicious: names the classes of "${target}" in other words` });
      if (told === "some") {
        suspected.push(column);
        remarks.push(
          `"${column}" is suspicious: each of its values is of one class of "${target}" alone; if it is known from the target only, exclude it`,
        );
      }
      return;
    }
    const near = targets
      .map(({ name, values: y }) => ({ name, r: likeness(own, y) }))
      .reduce((most, other) => (other.r > most.r ? other : most));
    const said = `"${column}" is suspicious: it goes with the target "${near.name}" (correlation ${near.r.toFixed(4)})`;
    if (near.r >= equal)
      exclude.push({ column, why: `suspicious: equals the target "${near.name}" but for its scale` });
    else if (near.r >= suspicious) {
      suspected.push(column);
      remarks.push(`${said}; if it is known from the target only, exclude it`);
    }
  });
  return { exclude, remarks, suspected };
}

/** Most values of a column that may name classes. */
const fewValues = 50;

/** Whether every value of a column goes with one class alone, and every class with one value (each) or several (some). */
function namesClass(own: Float64Array, labels: Float64Array): "each" | "some" | undefined {
  const classOf = new Map<number, number>();
  for (let row = 0; row < own.length; row++) {
    if (Number.isNaN(own[row]) || Number.isNaN(labels[row])) continue;
    const known = classOf.get(own[row]);
    if (known !== undefined && known !== labels[row]) return undefined;
    classOf.set(own[row], labels[row]);
    if (classOf.size > fewValues) return undefined;
  }
  const classes = new Set(classOf.values()).size;
  if (classes < 2) return undefined;
  return classOf.size === classes ? "each" : "some";
}

function isSame(one: Float64Array, other: Float64Array): boolean {
  return one.every((value, row) => value === other[row] || (Number.isNaN(value) && Number.isNaN(other[row])));
}

/** The larger absolute correlation of values and of ranks, on rows that have both. */
function likeness(x: Float64Array, y: Float64Array): number {
  const rows = Array.from(x.keys()).filter((row) => !Number.isNaN(x[row]) && !Number.isNaN(y[row]));
  const own = rows.map((row) => x[row]);
  const target = rows.map((row) => y[row]);
  if (rows.length < 10 || new Set(own).size < 3 || new Set(target).size < 3) return 0;
  const both = [correlation(own, target), correlation(averageRanks(own), averageRanks(target))];
  return Math.max(...both.map((r) => (Number.isFinite(r) ? Math.abs(r) : 0)));
}

function policy({ missing, account }: Dataset): Reasoned<"drop" | "mean"> | undefined {
  const { rows, rowsWithGaps } = missing;
  const unmatched = account.dropped.filter(({ reason }) => /not found in|is empty/.test(reason));
  const lost = unmatched.map(({ reason, count, of }) => `${count} of ${of} rows of ${reason}`).join("; ");
  const gaps = `${rowsWithGaps} of ${rows} rows miss a value`;
  if (rowsWithGaps > fewGaps * rows)
    return { value: "mean", why: `${gaps}: they are filled${lost === "" ? "" : `, and left out: ${lost}`}` };
  if (rowsWithGaps > 0) return { value: "drop", why: `${gaps} and are left out${lost === "" ? "" : `, and ${lost}`}` };
  return lost === "" ? undefined : { value: "drop", why: `left out: ${lost}` };
}

function rowRemarks({ rows, group, missing }: Dataset, modalities: readonly DraftModality[]): string[] {
  const groups = group === undefined ? undefined : new Set(group).size;
  const absent = Object.entries(missing.modalities).filter(([, { absentRows }]) => absentRows > 0.01 * missing.rows);
  return [
    ...(rows < fewRows
      ? [
          `${rows} rows are few: errors of a test part of ${Math.round(0.2 * rows)} rows are rough; pidreg crossval tests on all rows in turn`,
        ]
      : []),
    ...(groups !== undefined && groups < 10
      ? [`${groups} groups are few to divide into training, validation and test: look at the rows of each part`]
      : []),
    ...absent.map(
      ([name, { absentRows }]) =>
        `${absentRows} of ${missing.rows} rows lack modality "${name}" whole: see training.modalityDropout`,
    ),
    ...(modalities.length === 1 ? ["one modality alone leaves nothing to decompose: divide its columns"] : []),
  ];
}
