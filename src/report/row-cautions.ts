import type { CopiedRows } from "../pid/estimate/copied-rows.js";
import type { Amount, InfluentialRows, PidInformation } from "../pid/types.js";
import { bitsWithError } from "./pid-sentences.js";
import { formatCount, formatPercent, joinWords, plural } from "./text.js";

/** What was estimated with the rows. */
interface WithThem {
  readonly information: PidInformation<Amount>;
  readonly standardErrors: { readonly information: PidInformation<Amount> } | null;
}

/**
 * Which rows an estimate rests on, what it is without them, and what to do.
 * @param rows what the rows are: "data row", "row" (of a part)
 * @param where "" or where the rows are: " of the test part"
 * @param remedy what else can be done: "; ..", nothing if left out
 */
export function influenceCaution(
  { information, standardErrors }: WithThem,
  found: InfluentialRows<Amount>,
  { rows: noun, where, remedy = "" }: { readonly rows: string; readonly where: string; readonly remedy?: string },
): string {
  const { rows, of, share, without } = found;
  const one = rows.length === 1;
  const named = `${noun}${one ? "" : "s"} ${joinWords(rows.map(String))}${where}`;
  const what = of === null ? "the total" : `what ${of} alone tells`;
  const bits = (of: string | null) => {
    const pick = (values: PidInformation<Amount>) => (of === null ? values.total : values.byModality[of]);
    const text = (values: PidInformation<Amount>, errors: PidInformation<Amount> | null) =>
      bitsWithError(pick(values), errors === null ? null : pick(errors));
    return [text(information, standardErrors?.information ?? null), text(without.information, without.standardErrors)];
  };
  const [having, lacking] = bits(of);
  const [total, totalWithout] = bits(null);
  const rest = of === null ? "" : ` (the total: ${total} and ${totalWithout})`;
  return (
    `${named} ${one ? "stands" : "stand"} apart from all others and ${one ? "carries" : "carry"} ${formatPercent(share)} of ` +
    `the variance of ${what}${one ? "" : " each"}: ${having} bits with ${one ? "it" : "them"}, ${lacking} bits ` +
    `without${rest}. Look at ${one ? "this row, and leave it out if it is" : "these rows, and leave them out if they are"} ` +
    `wrong${remedy}`
  );
}

/** How many rows repeat earlier ones, and what that does; null where none does. */
export function copyCaution(found: CopiedRows, total: number): string | null {
  const { copies, compared, examples } = found;
  const some = examples.map(([row, earlier]) => `${row} of ${earlier}`).join(", ");
  const named = some === "" ? "" : ` (${some}${copies > examples.length ? ", .." : ""})`;
  const scope = compared < total ? `the first ${formatCount(compared)} rows used` : plural(compared, "row");
  if (copies === 0) return null;
  return (
    `${formatCount(copies)} of ${scope} ${copies === 1 ? "has" : "have"} the same values as an earlier row in every column ` +
    `used${named}. If ${copies === 1 ? "it is a copy" : "they are copies"}, leave ${copies === 1 ? "it" : "them"} out: ` +
    "standard errors take rows as independent"
  );
}
