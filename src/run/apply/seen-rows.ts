import type { SavedSplit } from "../../data/dataset.js";
import { type PartName, partNames } from "../../data/split/split.js";
import type { RunRows } from "../../record/run-rows.js";

/** Rows of a table that a run knows already. */
export interface SeenRows {
  /** Rows of the table. */
  readonly rows: number;
  /** How many of them were in each part of the run. */
  readonly parts: Readonly<Record<PartName, number>>;
  /** values: their features are equal; checksum: the table is a file of the run; id: only the ids are equal. */
  readonly by: "values" | "checksum" | "id";
  /** Name in the config of the file that the table is a copy of; null for another file. */
  readonly sameFile: string | null;
  /** Rows that bear the id of a row of the run but have other features; by id, they are not known. */
  readonly otherValues: number;
  /** Rows that bear the id of a row of the run and lack a modality in the table, so that they cannot be compared; 0 if left out. */
  readonly incomplete?: number;
}

/** The table that is compared with the rows of a run. */
export interface ComparedTable {
  readonly rowIds: readonly string[];
  /** Makes digests of the features. */
  readonly digests: () => readonly string[];
  /** SHA-256 of each file. */
  readonly checksums: readonly string[];
  /** Of each row whether it lacks a modality; none does if left out. */
  readonly lacking?: readonly boolean[];
  /** Whether the config names a column of ids; rows are numbered otherwise. */
  readonly hasIds: boolean;
}

/** Share of the run's rows that may have the features of another one for features to identify a row. */
const mostRepeated = 0.01;

/**
 * Which rows of a table were in the run. Rows are the same if their features are, together with ids that name rows, or, where
 * rows of the run hardly ever share features, by themselves; a row that lacks a modality agrees in too little for that. A run without digests is compared by file, then by ids that name
 * rows. Ids that only count rows name none, since every table has a row 1.
 * @returns null where nothing can be said
 */
export function seenRows(run: RunRows, table: ComparedTable): SeenRows | null {
  const { ids } = run;
  if (ids === null) return null;
  const sameFile =
    Object.entries(run.checksums).find(([, checksum]) => table.checksums.includes(checksum))?.[0] ?? null;
  const partOfId = partsOf(ids);
  const named = table.hasIds && !countRows(ids);
  if (run.digests !== null) {
    const parts = byValues(ids, run.digests, table, named || sameFile !== null);
    const unequal = table.rowIds.flatMap((id, i) => (named && parts[i] === undefined && partOfId.has(id) ? [i] : []));
    const incomplete = unequal.filter((i) => table.lacking?.[i] === true).length;
    return {
      ...{ ...counted(table, parts), by: "values", sameFile, otherValues: unequal.length - incomplete },
      ...(incomplete === 0 ? {} : { incomplete }),
    };
  }
  if (sameFile === null && !named) return null;
  const parts = table.rowIds.map((id) => partOfId.get(id));
  return { ...counted(table, parts), by: sameFile === null ? "id" : "checksum", sameFile, otherValues: 0 };
}

/** Which of several tables given is a file of the run; undefined where none is. */
export function fileOfRun(
  seen: SeenRows | null,
  { checksums }: Pick<RunRows, "checksums">,
  given: { readonly files: readonly string[]; readonly checksums: readonly string[] },
): string | undefined {
  const name = seen?.sameFile ?? null;
  return name === null ? undefined : given.files[given.checksums.indexOf(checksums[name])];
}

/** Whether ids are whole numbers up to about the number of rows. */
function countRows(ids: SavedSplit): boolean {
  const all = partNames.flatMap((part) => ids[part]);
  return all.every((id) => /^\d{1,15}$/.test(id) && Number(id) <= 2 * all.length + 100);
}

function byValues(
  ids: SavedSplit,
  digests: SavedSplit,
  { rowIds, digests: own, lacking }: ComparedTable,
  idsHold: boolean,
): (PartName | undefined)[] {
  const partOf = partsOf(digests);
  const rows = partNames.reduce((sum, part) => sum + digests[part].length, 0);
  const alone = 1 - partOf.size / rows <= mostRepeated;
  const ofId = new Map(
    partNames.flatMap((part) => ids[part].map((id, i) => [id, { part, digest: digests[part][i] }] as const)),
  );
  const found = own();
  return rowIds.map((id, i) => {
    const known = ofId.get(id);
    if (idsHold && known?.digest === found[i]) return known.part;
    return alone && lacking?.[i] !== true ? partOf.get(found[i]) : undefined;
  });
}

/** Part of each id or digest; of a digest in several parts the first, training before the others. */
function partsOf(saved: SavedSplit): Map<string, PartName> {
  const found = new Map<string, PartName>();
  for (const part of partNames) for (const name of saved[part]) if (!found.has(name)) found.set(name, part);
  return found;
}

function counted(
  { rowIds }: ComparedTable,
  parts: readonly (PartName | undefined)[],
): Pick<SeenRows, "rows" | "parts"> {
  const count = (part: PartName) => parts.filter((found) => found === part).length;
  return {
    rows: rowIds.length,
    parts: { train: count("train"), validation: count("validation"), test: count("test") },
  };
}

/**
 * What the user is told of rows that the run knows; nothing where there are none.
 * @param file    the table that is a file of the run
 * @param windows whether rows hold values of rows before them
 */
export function seenMessages(seen: SeenRows | null, file: string, windows = false): string[] {
  if (seen === null) return [];
  const { rows, parts, sameFile, by, otherValues, incomplete = 0 } = seen;
  const known = parts.train + parts.validation + parts.test;
  return [
    ...(sameFile === null ? [] : [`${file} is a file of the run itself: it has the SHA-256 of ${sameFile}`]),
    ...(known === 0 ? [] : [knownMessage(parts, rows, by)]),
    ...(otherValues === 0
      ? []
      : [
          `${otherValues} of ${rows} rows bear the id of a row of the run and hold other values${windows ? ", or other rows come before them here" : ""}: ` +
            "if they are the same subjects, measured again, they are not new ones",
        ]),
    ...(incomplete === 0
      ? []
      : [
          `${incomplete} of ${rows} rows bear the id of a row of the run and lack a modality here ` +
            `(${windows ? "too few rows come before them in this table, or a file is missing" : "its values or its file are missing"}): ` +
            "whether they are the same rows cannot be told",
        ]),
  ];
}

/** @param unlisted rows that trained from disk and that the run does not list; undefined where there are none */
export function unlistedMessages(unlisted: number | undefined): string[] {
  if (unlisted === undefined) return [];
  return [
    `WARNING: ${unlisted} more rows trained from disk (data.outOfCore), which the run does not list: which rows of this table are among ` +
      "them cannot be told, and errors on such rows say nothing of new ones",
  ];
}

function knownMessage(parts: SeenRows["parts"], rows: number, by: SeenRows["by"]): string {
  const phrases: Record<PartName, string> = {
    train: "in the training part",
    validation: "in the validation part",
    test: "in the test part",
  };
  const listed = partNames.flatMap((part) =>
    parts[part] === 0 ? [] : [`${parts[part]} (${shareText(parts[part], rows)}) ${phrases[part]}`],
  );
  const how = by === "id" ? "by their ids " : "";
  const text = `of ${rows} rows, ${how}${listed.join(", ")} of the run`;
  if (parts.train + parts.validation === 0) return `${text}: they are not new rows`;
  return (
    `WARNING: ${text}: the model was trained or chosen on such rows, and errors on them say nothing of new ones; ` +
    "pidreg evaluate RUN gives those of the test part"
  );
}

function shareText(count: number, rows: number): string {
  const percent = (100 * count) / rows;
  return percent > 0 && percent < 0.1 ? "below 0.1 %" : `${Number(percent.toPrecision(3))} %`;
}
