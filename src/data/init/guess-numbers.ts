import type { Dialect } from "../../config/dialect.js";

const commaDecimal = /^[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?$/i;
const commaThree = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const pointDecimal = /^[+-]?(?:\d+\.\d+|\.\d+)(?:e[+-]?\d+)?$/i;
const pointThree = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;
/** Groups of three digits that nothing else explains. */
const pointGroups = /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+,\d*$|^[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}$/;
const commaGroups = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+\.\d*$|^[+-]?[1-9]\d{0,2}(?:,\d{3}){2,}$/;

/**
 * Decimal and thousands marks of a text table, where some cell can be read in no other way and none contradicts it.
 * @param rows cells without blanks at their ends
 * @param found gets a sentence for each mark
 */
export function guessNumbers(
  rows: readonly (readonly string[])[],
  given: Dialect,
  found: string[],
): { readonly dialect: Dialect; readonly open: string[] } {
  if (given.decimal !== undefined || given.thousands !== undefined) return { dialect: given, open: [] };
  const cells = rows.flat();
  const like = (...forms: readonly RegExp[]) => cells.filter((text) => forms.some((form) => form.test(text)));
  const byPoint = like(pointGroups);
  const byComma = like(commaGroups);
  const commas = like(commaDecimal).filter((text) => !commaThree.test(text));
  const unsure = like(commaThree);
  const points = like(pointDecimal).filter((text) => byPoint.length === 0 || !pointThree.test(text));
  const isComma = commas.length > 0 || byPoint.some((text) => text.includes(","));
  if (isComma && points.length === 0 && byComma.length === 0) {
    found.push(
      `decimal: ",": "${commas[0] ?? byPoint[0]}" can be read in no other way, and no cell has a decimal point`,
    );
    if (byPoint.length > 0) found.push(`thousands: ".": "${byPoint[0]}" has points between groups of three digits`);
    return {
      dialect: { ...given, decimal: ",", ...(byPoint.length > 0 ? { thousands: "." as const } : {}) },
      open: [],
    };
  }
  if (byComma.length > 0 && !isComma) {
    found.push(`thousands: ",": "${byComma[0]}" has commas between groups of three digits`);
    return { dialect: { ...given, thousands: "," }, open: [] };
  }
  if (isComma) {
    const other = points[0] ?? byComma[0];
    return {
      dialect: given,
      open: [
        `cells are written with a comma ("${commas[0] ?? byPoint[0]}") and with a point ("${other}"): correct one of them`,
      ],
    };
  }
  if (unsure.length === 0) return { dialect: given, open: [] };
  const text = `"${unsure[0]}" may have a decimal comma or a comma between thousands: say it with decimal: "," or thousands: ","`;
  return { dialect: given, open: [text] };
}
