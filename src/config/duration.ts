/** Milliseconds of the units of a duration; a month and a year have no fixed length and are none of them. */
const units: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const words: Readonly<Record<string, string>> = {
  sec: "s",
  second: "s",
  seconds: "s",
  minute: "min",
  minutes: "min",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
  week: "w",
  weeks: "w",
};

/** Milliseconds of a length of time such as `90s`, `30min`, `24h`, `7d`, `2 weeks`; undefined for any other text. */
export function durationMs(text: string): number | undefined {
  const [, amount, written] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const unit = Object.hasOwn(words, written) ? words[written] : written;
  return Object.hasOwn(units, unit) ? Number(amount) * units[unit] : undefined;
}
