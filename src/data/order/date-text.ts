/** A point in time that a text names, as far as the text alone says it. */
export type WrittenDate = DatedText & {
  readonly zoned: boolean;
  /** What the text stands for as a whole: a month, a day, or, with a clock, one moment. */
  readonly unit: DateUnit;
};

/** How much time a text of a date stands for. */
export type DateUnit = "month" | "day" | "moment";

type DatedText =
  /** Year first: 2024-12-31. Milliseconds since 1970, UTC. */
  | { readonly form: "year-first"; readonly time: number }
  /** Year last, 31.12.2024 or 12/31/2024: which of the first two numbers is the day, the text does not say. */
  | {
      readonly form: "year-last";
      readonly first: number;
      readonly second: number;
      /** Time if the first number is the day, and if the second is; NaN where there is no such day. */
      readonly dayFirst: number;
      readonly monthFirst: number;
    };

const clock =
  "(?:T|[ ,]+)(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?)?" +
  "(?: ?(?<half>[ap]m))?(?: ?(?<zone>Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?))?";
const yearFirst = new RegExp(
  `^(?<year>\\d{4})(?<mark>[-/.])(?<month>\\d{1,2})\\k<mark>(?<day>\\d{1,2})(?:${clock})?$`,
  "i",
);
const yearLast = new RegExp(`^(?<a>\\d{1,2})(?<mark>[-/.])(?<b>\\d{1,2})\\k<mark>(?<year>\\d{4})(?:${clock})?$`, "i");
const monthOnly = /^(?<year>\d{4})-(?<month>\d{2})$/;
/** ISO 8601 without marks. */
const basic = /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})T(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})(?<zone>Z)?$/;

type Fields = Readonly<Record<string, string | undefined>>;

/**
 * Reads a date or a time stamp; without a zone it is taken as UTC. Undefined for what is no date: other forms, years of two
 * digits, days that no calendar has.
 */
export function readDate(text: string): WrittenDate | undefined {
  const first = (yearFirst.exec(text) ?? monthOnly.exec(text) ?? basic.exec(text))?.groups;
  if (first !== undefined) {
    const time = timeOf(first, first.month, first.day ?? "1");
    const whole = { zoned: first.zone !== undefined, unit: unitOf(first) };
    return Number.isNaN(time) ? undefined : { form: "year-first", time, ...whole };
  }
  const last = yearLast.exec(text)?.groups;
  if (last === undefined) return undefined;
  const dayFirst = timeOf(last, last.b, last.a);
  const monthFirst = timeOf(last, last.a, last.b);
  if (Number.isNaN(dayFirst) && Number.isNaN(monthFirst)) return undefined;
  const numbers = { first: Number(last.a), second: Number(last.b) };
  const whole = { zoned: last.zone !== undefined, unit: unitOf({ day: last.a, hour: last.hour }) };
  return { form: "year-last", ...numbers, dayFirst, monthFirst, ...whole };
}

function unitOf({ day, hour }: Fields): DateUnit {
  if (day === undefined) return "month";
  return hour === undefined ? "day" : "moment";
}

/** Where what begins at a time ends, the end itself not included; milliseconds since 1970, UTC. */
export function endOf(unit: DateUnit, start: number): number {
  if (unit === "moment") return start;
  const date = new Date(start);
  return unit === "day" ? start + 86_400_000 : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** Eight digits as year, month and day; NaN where they are none. */
export function eightDigitDate(text: string): number {
  if (!/^(19|20)\d{6}$/.test(text)) return Number.NaN;
  return timeOf({ year: text.slice(0, 4) }, text.slice(4, 6), text.slice(6));
}

function timeOf(fields: Fields, month: string | undefined, day: string | undefined): number {
  const year = Number(fields.year);
  const [m, d] = [Number(month), Number(day)];
  const date = new Date(Date.UTC(year, m - 1, d));
  // Years below 100 would be taken for those of the 20th century.
  if (year < 1000 || date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return Number.NaN;
  return date.getTime() + clockOf(fields) - zoneOf(fields.zone);
}

/** Milliseconds since midnight; NaN where no clock shows it. */
function clockOf({ hour, minute, second = "0", fraction = "", half }: Fields): number {
  if (hour === undefined) return 0;
  const [h, min, s] = [hourOf(Number(hour), half), Number(minute), Number(second)];
  if (!(h <= 23) || min > 59 || s > 59) return Number.NaN;
  const thousandths = fraction === "" ? 0 : Number(`0.${fraction}`) * 1000;
  return ((h * 60 + min) * 60 + s) * 1000 + thousandths;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
}

/** Milliseconds by which a zone is ahead of UTC. */
function zoneOf(zone: string | undefined): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "") ?? [];
  if (sign === undefined) return 0;
  const ahead = Number(hours) * 60 + Number(minutes);
  if (Number(hours) > 15 || Number(minutes) > 59) return Number.NaN;
  return (sign === "-" ? -ahead : ahead) * 60_000;
}
