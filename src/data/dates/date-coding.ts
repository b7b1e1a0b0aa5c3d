import { type DatePart, dateParts } from "../../config/modalities/table.js";
import type { DayPlace } from "../order/row-order.js";

/** A column of dates in one table; milliseconds since 1970 (UTC) stand where numbers of the column would. */
export interface DatedColumn {
  readonly column: string;
  /** What is made of it. */
  readonly parts: readonly DatePart[];
  /** How its dates were read where the year stands last. */
  readonly dayPlace?: DayPlace;
}

/** What was seen of the dates of a column. */
export interface DateReading {
  readonly dayPlace?: DayPlace;
  /** How they were read where their texts do not say it by themselves. */
  readonly message?: string;
}

/** How a column of dates becomes columns of numbers; fitted on training rows, plain JSON, stored with the model. */
export interface DateCoding extends DatedColumn {
  /** The first day of the training rows, from which days are counted; milliseconds since 1970 (UTC), a midnight. */
  readonly reference: number;
}

const day = 86_400_000;

/** The first Monday after the beginning of 1970, in milliseconds. */
const monday = 4 * day;

/** Columns that a part makes. */
function names(column: string, part: DatePart): readonly string[] {
  return part === "trend" ? [`${column} (days)`] : [`${column} (${part}, sin)`, `${column} (${part}, cos)`];
}

/** Columns that a coding makes: `visit (days)`, then sine and cosine of every cycle. */
export function datedColumns({ column, parts }: Pick<DatedColumn, "column" | "parts">): readonly string[] {
  return parts.flatMap((part) => names(column, part));
}

/** Those among the columns that lie on a circle. */
export function cyclicColumns({ column, parts }: Pick<DatedColumn, "column" | "parts">): readonly string[] {
  return parts.filter((part) => part !== "trend").flatMap((part) => names(column, part));
}

/** Fits the coding of a column. @param times [training rows] milliseconds since 1970, NaN = missing */
export function fitDates({ column, parts, dayPlace }: DatedColumn, times: Float64Array): DateCoding {
  const first = times.reduce((least, time) => (time < least ? time : least), Number.POSITIVE_INFINITY);
  return {
    ...{ column, parts: dateParts.filter((part) => parts.includes(part)) },
    ...(dayPlace === undefined ? {} : { dayPlace }),
    reference: Number.isFinite(first) ? Math.floor(first / day) * day : 0,
  };
}

/**
 * Times as the columns of a coding, one array [rows] each; NaN stays NaN.
 *   trend: days since the reference;  year, week, day: sin and cos of 2 pi (share of the cycle that is over),
 * years from 1 January to 1 January, weeks from Monday, days from midnight.
 */
export function applyDates({ parts, reference }: DateCoding, times: Float64Array): Float64Array[] {
  return parts.flatMap((part) => {
    if (part === "trend") return [times.map((time) => (time - reference) / day)];
    const angles = times.map((time) => 2 * Math.PI * shareOf[part](time));
    return [angles.map(Math.sin), angles.map(Math.cos)];
  });
}

/** Share of a cycle that is over at a time, in [0, 1). */
const shareOf: Readonly<Record<Exclude<DatePart, "trend">, (time: number) => number>> = {
  year: (time) => {
    if (Number.isNaN(time)) return time;
    const year = new Date(time).getUTCFullYear();
    const start = Date.UTC(year, 0, 1);
    return (time - start) / (Date.UTC(year + 1, 0, 1) - start);
  },
  week: (time) => cycle(time - monday, 7 * day),
  day: (time) => cycle(time, day),
};

function cycle(time: number, length: number): number {
  return (((time % length) + length) % length) / length;
}
