/** Texts that stand for a number: digits with a decimal point and an exponent, signed; blanks around them do not count. */
const decimal = /^[ \t\n\v\f\r]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\v\f\r]*$/;
/** Texts that the table reader takes for infinite numbers, which are refused by row, or for missing ones. */
const special = /^[ \t\n\v\f\r]*[+-]?(?:inf|infinity|nan)[ \t\n\v\f\r]*$/i;

/** Whether a text is read as a number; `1_000`, `0x1F`, `1,5` and `1 000` are words. */
export function isNumberText(text: string): boolean {
  return decimal.test(text) || special.test(text);
}

/**
 * Bytes that the table reader, but not pidreg, accepts inside numbers: `1_000`, `nan(1)`, and `+-5` for -5.
 */
export const foreignMarks: readonly string[] = ["_", "(", "+-"];

/** An SQL expression of a text in which no foreign mark is left that would pass for part of a number. */
export function withoutForeignMarks(sql: string): string {
  return foreignMarks.reduce((inner, mark) => `replace(${inner}, '${mark}', '?')`, sql);
}
