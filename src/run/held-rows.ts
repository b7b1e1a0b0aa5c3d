import type { RunWarning } from "../record/run-schemas.js";

/** What a model with near training rows carries out of the house. */
export const heldRows =
  "a place and an error of every training row, from which their targets can be told (model.neighbours: off leaves them out)";

/** Says of how many models near training rows are a part. @param having of the models, those that hold their rows */
export function heldRowNotes(having: number, models: number): RunWarning[] {
  if (having === 0) return [];
  const which = models === 1 ? "the model holds" : `${having} of the ${models} members hold`;
  return [{ code: "holds-training-rows", text: `${which} ${heldRows}` }];
}
