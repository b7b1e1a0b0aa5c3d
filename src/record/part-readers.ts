import type { LocalPid } from "../pid/pointwise/local-pid.js";
import type { PartAtoms } from "../training/atoms/part-atoms.js";
import { outputWidth, type TrainingData, targetEntropy } from "../training/data.js";
import { AtomReader, ownLocalAtoms } from "./atom-reader.js";
import { ClassAtomReader } from "./class-reader.js";

/** What reads atoms of further rows, fitted on the held-out rows of a run. */
export type FittedReader = AtomReader | ClassAtomReader;

/** The reader of a run. @param held atoms of its validation rows */
export function fitAtomReader(training: TrainingData, held: PartAtoms): FittedReader {
  const names = training.modalities.map(({ name }) => name);
  if ("classes" in held) return ClassAtomReader.fit(names, held.classes);
  return AtomReader.fit(names, held.gaussian, outputWidth(training), targetEntropy(training));
}

/** Sample-level atoms of the rows of a part by their own decomposition. */
export function partLocalAtoms(training: TrainingData, held: PartAtoms): LocalPid {
  if ("classes" in held) {
    if (held.classes.local === null) throw new RangeError("sample-level atoms were not asked for");
    return held.classes.local;
  }
  const names = training.modalities.map(({ name }) => name);
  return ownLocalAtoms(names, held.gaussian, outputWidth(training), targetEntropy(training));
}
