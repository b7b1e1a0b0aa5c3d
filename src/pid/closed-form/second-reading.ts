import type { PidMeasure, PidValues, SecondReading } from "../types.js";

/** The definition of unique information that a decomposition was not asked for. */
export function otherMeasure(measure: PidMeasure): PidMeasure {
  return measure === "broja" ? "idep" : "broja";
}

/** The reading of `measure` from a whole decomposition by it. @param errors null where none are known */
export function secondReadingOf(
  measure: PidMeasure,
  { atoms, union }: PidValues,
  errors: PidValues | null,
): SecondReading {
  return {
    measure,
    atoms,
    union,
    standardErrors: errors === null ? null : { atoms: errors.atoms, union: errors.union },
  };
}
