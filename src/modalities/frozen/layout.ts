import type { FrozenConfig } from "../../config/modalities/frozen.js";
import { valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";

/** An axis as a network declares it: its length, or a name where that is open. */
export type Axis = number | string;

/** How a row, channels last, lies in the input of a network. */
export interface RowLayout {
  /** Of one row in the input, without the axis of rows. */
  readonly shape: readonly number[];
  readonly channelsFirst: boolean;
}

const isOpen = (axis: Axis) => typeof axis !== "number" || axis < 0;

/** `[rows, 3, 64, 64]`; open axes by their names. */
export function axesText(axes: readonly Axis[]): string {
  return `[${axes.map((axis) => (isOpen(axis) ? String(axis) || "?" : axis)).join(", ")}]`;
}

/**
 * The layout that fits the declared shape of an input: channels last as rows have them, channels first, or, of one channel,
 * without an axis for it.
 * @param row shape of a row, channels last
 * @throws InputError where none fits, or several do and `order` does not say which
 */
export function layoutOf(
  declared: readonly Axis[],
  row: readonly number[],
  order: FrozenConfig["order"],
  label: string,
): RowLayout {
  const [space, channels] = [row.slice(0, -1), row[row.length - 1]];
  const all: RowLayout[] = [
    ...(order === "first" ? [] : [{ shape: row, channelsFirst: false }]),
    ...(order === "last" || row.length < 2 ? [] : [{ shape: [channels, ...space], channelsFirst: true }]),
    ...(channels === 1 && row.length > 1 ? [{ shape: space, channelsFirst: false }] : []),
  ];
  const fitting = all.filter(
    ({ shape }) =>
      shape.length === declared.length - 1 &&
      shape.every((size, i) => isOpen(declared[i + 1]) || declared[i + 1] === size),
  );
  const [first] = fitting;
  if (first === undefined) {
    const wanted = all.map(({ shape }) => axesText(["rows", ...shape])).join(" or ");
    throw new InputError(
      `${label}: takes ${axesText(declared)}, and rows of shape (${row.join(", ")}) would be ${wanted}; bring rows to the size ` +
        "that it takes (`shape`, `seconds`, `length`), or name another `input` or `order`",
    );
  }
  const other = fitting.find(({ channelsFirst }) => channelsFirst !== first.channelsFirst);
  if (other !== undefined) {
    throw new InputError(
      `${label}: takes ${axesText(declared)}, which fits rows of shape (${row.join(", ")}) with channels first and last; say which ` +
        "with `order`",
    );
  }
  return first;
}

/** What is done to the numbers of a row before, by channel. @throws InputError for a list of another length */
export function scalesOf({ mean, std }: Pick<FrozenConfig, "mean" | "std">, channels: number, label: string) {
  const list = (key: string, value: number | readonly number[]) => {
    const numbers = Array.isArray(value) ? value : Array<number>(channels).fill(value as number);
    if (numbers.length === channels) return numbers;
    throw new InputError(`${label}: \`${key}\` has ${numbers.length} numbers, and rows have ${channels} channels`);
  };
  return { mean: list("mean", mean), std: list("std", std) };
}

/**
 * Writes a row as a network takes it: (value - mean) / std by channel; a missing value becomes the mean.
 * @param row [...space, channels]
 */
export function layRow(
  row: Float64Array,
  { channelsFirst }: RowLayout,
  { mean, std }: ReturnType<typeof scalesOf>,
  out: Float32Array | Float64Array,
): void {
  const channels = mean.length;
  const places = row.length / channels;
  for (let i = 0; i < row.length; i++) {
    const c = i % channels;
    const value = Number.isNaN(row[i]) ? 0 : (row[i] - mean[c]) / std[c];
    out[channelsFirst ? c * places + (i - c) / channels : i] = value;
  }
}

/** Rows that a network takes together. */
export interface Together {
  readonly rows: number;
  /** Whether it takes exactly so many. */
  readonly fixed: boolean;
}

/** Most rows and numbers that are handed over together where the network leaves that open. */
const most = { rows: 64, values: 1 << 22 };

/** @throws InputError for a network that takes several rows and does not give one for each */
export function togetherOf(
  input: readonly Axis[],
  output: readonly Axis[],
  row: readonly number[],
  label: string,
): Together {
  const [rows, given] = [input[0], output[0]];
  if (!isOpen(rows)) {
    if (rows === 1 || rows === given) return { rows: rows as number, fixed: true };
    throw new InputError(
      `${label}: takes ${rows} rows at once and gives ${axesText(output)}, whose first axis does not count them; export it with an ` +
        "open first axis, or one of 1",
    );
  }
  if (given === undefined || !isOpen(given)) return { rows: 1, fixed: true };
  return { rows: Math.max(1, Math.min(most.rows, Math.floor(most.values / valuesOf(row)))), fixed: false };
}
