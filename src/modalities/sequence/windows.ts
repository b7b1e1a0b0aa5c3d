import type { SequenceModalityConfig } from "../../config/modalities/sequence.js";
import { readOrder } from "../../data/order/row-order.js";
import { type OpenRequest, type RowStore, textsOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { mostValues } from "../../files/array-layout.js";

/**
 * Windows of a long table: the row of a row of the table holds the values of the `window` rows before it, in their order and
 * of its own series, the oldest first. A row with fewer before it, or with one whose target is not known where that is among the columns, lacks the
 * modality.
 * @throws InputError naming the row that has no place in the order, or shares it with another one
 */
export async function openWindows(request: OpenRequest, config: SequenceModalityConfig): Promise<RowStore> {
  const { name, table } = request;
  const given = request.columns.get("columns");
  const { window, orderBy, within } = config;
  if (given?.type !== "number" || window === undefined) throw new RangeError(`modality "${name}" has no windows`);
  const channels = given.values.length;
  if (window * channels > mostValues) {
    throw new InputError(
      `data.modalities.${name}.window: ${window} rows of ${channels} columns are ${window * channels} values; at most ${mostValues} are read`,
    );
  }
  const { order, before } = series(request);
  const longest = before.counts.reduce((most, count) => Math.max(most, count), 0) + 1;
  const withinText = within === undefined ? "" : ` within its "${within}"`;
  if (longest <= window && !request.external) {
    throw new InputError(
      `data.modalities.${name}.window: a window has the ${window} rows before a row, and the longest series of ${table.label}` +
        `${within === undefined ? "" : ` (column "${within}")`} has ${longest}: no row has a whole one. Choose at most ${Math.max(1, longest - 1)}`,
    );
  }
  const missing = missingUntil(order, given.values);
  // What a target was is known, or the window is none: a mean in its place would pass for a reading.
  const ofTargets = given.names.filter((column) => request.targets.includes(column));
  const unknown = missingUntil(
    order,
    given.values.filter((_, c) => ofTargets.includes(given.names[c])),
  );
  const start = (row: number) => before.places[row] - window;
  const enough = (row: number) => before.counts[row] >= window;
  const whole = (row: number) => enough(row) && unknown[before.places[row]] === unknown[start(row)];
  const size = window * channels;
  return {
    ...{ name, kind: "sequence", rows: table.rows, shape: [window, channels] },
    gaps: Uint32Array.from({ length: table.rows }, (_, row) =>
      whole(row) ? missing[before.places[row]] - missing[start(row)] : size,
    ),
    lacks: (row) => {
      if (whole(row)) return undefined;
      if (enough(row)) return `${joined(ofTargets)} is not known in every one of the ${window} rows before it`;
      const all = longest <= window ? `; the longest series has ${longest} rows` : "";
      return `${before.counts[row]} rows come before it in "${orderBy}"${withinText}, and a window has ${window}${all}`;
    },
    tooFew: {
      reason:
        `too few rows before them for a window of ${window} rows (modality "${name}")` +
        (longest <= window ? `; the longest series has ${longest} rows` : ""),
      is: (row) => !enough(row),
    },
    origin: {
      file: `${given.names.length} columns of ${table.label}`,
      ...{ dtype: "float64", rows: table.rows },
      decoded: `windows of ${window} rows before each in the order of "${orderBy}"${within === undefined ? "" : `, within "${within}"`}`,
    },
    // The table is in memory anyway.
    held: 0,
    read: async (numbers, out) => {
      for (let i = 0; i < numbers.length; i++) {
        if (!whole(numbers[i])) {
          out.fill(Number.NaN, i * size, (i + 1) * size);
          continue;
        }
        for (let t = 0, from = start(numbers[i]); t < window; t++) {
          const row = order[from + t];
          for (let c = 0; c < channels; c++) out[i * size + t * channels + c] = given.values[c][row];
        }
      }
    },
  };
}

function joined(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(" or ");
}

/** Rows of a table by series and time. */
interface Series {
  /** Rows, those of a series side by side and in their order. */
  readonly order: Int32Array;
  readonly before: {
    /** [rows] the place of each among them. */
    readonly places: Int32Array;
    /** [rows] rows of its series that come before each. */
    readonly counts: Int32Array;
  };
}

function series(request: OpenRequest): Series {
  const { name, table, marks } = request;
  const [by, groups] = [textsOf(request, "orderBy"), textsOf(request, "within")];
  if (by === undefined) throw new RangeError(`modality "${name}" has no order`);
  const [column] = by.names;
  const key = `data.modalities.${name}.orderBy`;
  const { values } = readOrder({ label: table.label, column, texts: by.values[0], marks, key });
  const none = values.findIndex(Number.isNaN);
  if (none >= 0) {
    throw new InputError(
      `${key}: ${table.label}: row ${none + 1} (header not counted) has no value in column "${column}"; fill it in`,
    );
  }
  const group = (row: number) => groups?.values[0][row] ?? "";
  const codes = new Map<string, number>();
  const code = Int32Array.from({ length: table.rows }, (_, row) => {
    const text = group(row);
    const known = codes.get(text) ?? codes.size;
    codes.set(text, known);
    return known;
  });
  const order = Int32Array.from({ length: table.rows }, (_, row) => row);
  order.sort((a, b) => code[a] - code[b] || values[a] - values[b] || a - b);
  const places = new Int32Array(table.rows);
  const counts = new Int32Array(table.rows);
  order.forEach((row, place) => {
    const last = place === 0 ? -1 : order[place - 1];
    const same = last >= 0 && code[last] === code[row];
    if (same && values[last] === values[row]) refuseTie(request, key, column, [last, row], groups?.names[0]);
    places[row] = place;
    counts[row] = same ? counts[last] + 1 : 0;
  });
  return { order, before: { places, counts } };
}

function refuseTie(
  { table, name }: OpenRequest,
  key: string,
  column: string,
  rows: readonly number[],
  within: string | undefined,
): never {
  const [first, second] = rows.map((row) => row + 1).sort((a, b) => a - b);
  throw new InputError(
    `${key}: ${table.label}: rows ${first} and ${second} (header not counted) have the same value in column "${column}"` +
      `${within === undefined ? `; name the column that tells their series apart, data.modalities.${name}.within` : ` and "${within}"`}: ` +
      "which comes first is not known.",
  );
}

/** [rows + 1] missing values of the rows before each place. */
function missingUntil(order: Int32Array, columns: readonly Float64Array[]): Float64Array {
  const until = new Float64Array(order.length + 1);
  order.forEach((row, place) => {
    const missing = columns.reduce((count, values) => count + Number(Number.isNaN(values[row])), 0);
    until[place + 1] = until[place] + missing;
  });
  return until;
}
