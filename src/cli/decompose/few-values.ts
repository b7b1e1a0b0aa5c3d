import { mostClassModalities } from "../../pid/discrete/class-types.js";
import { mostClasses, type TargetEntropy } from "../../pid/estimate/target-entropy.js";
import { joinWords } from "../../report/text.js";
import type { Decomposition } from "./decomposition.js";

interface ReadAsNumber {
  readonly targets: readonly string[];
  readonly modalities: number;
  /** Rows that are used. */
  readonly rows: number;
  /** Entropy of the target; of a target without ties none. */
  readonly entropy: TargetEntropy | null | undefined;
  /** How the target is read, and why. */
  readonly targetKind: Decomposition["targetKind"];
}

/**
 * What is to be said of a target of few values that an option reads as a number, where without it classes would be read: nothing where numbers
 * were asked for, and of rows so few that each may have its own.
 */
export function fewValuesCaution({ targets, modalities, rows, entropy, targetKind }: ReadAsNumber): string[] {
  const few = entropy && entropy.values > 1 && entropy.values <= mostClasses && 2 * entropy.values <= rows;
  if (!few || targetKind?.kind !== "number" || targetKind.reason === "as asked" || modalities > mostClassModalities) {
    return [];
  }
  const take = targets.length === 1 ? "takes" : "take";
  return [
    `${joinWords(targets)} ${take} ${entropy.values} different values (entropy ${entropy.bits.toFixed(2)} bits), read as numbers here: a Gaussian ` +
      "reading of so few values neither bounds nor matches their information; decompose of one table reads them as classes where no " +
      "option asks for numbers",
  ];
}
