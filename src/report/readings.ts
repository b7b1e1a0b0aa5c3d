import type { PidMeasure } from "../pid/types.js";

/** What each definition of unique information says, one plain sentence each. */
export const readingWords: Readonly<Record<PidMeasure, string>> = {
  broja:
    "broja takes as shared all that the two could have in common, and as unique what one predicts better than the other; " +
    "the rest appears only together.",
  idep:
    "idep takes as unique what each adds to the other if the two are independent given the target, and as synergy only " +
    "what they tell beyond that.",
};

/**
 * Synergy where it is shown: not only modalities that interact have it.
 * @param two whether there are two modalities
 */
export function synergyWords(two: boolean): string {
  const only = two ? "two modalities that only add up (y = a + b)" : "modalities that only add up (y = a + b + c)";
  return `That need not mean that they interact: ${only} have synergy too, since to know one leaves the part of the ${two ? "other" : "others"} unknown.`;
}
