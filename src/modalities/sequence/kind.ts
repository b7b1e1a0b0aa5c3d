import { augmentSequence } from "../shaped/augment.js";
import { drawSequence } from "../shaped/draw.js";
import { shapedKind } from "../shaped/kind.js";

/** Numbers in time: rows [steps, channels]. */
export const sequenceKind = shapedKind({
  kind: "sequence",
  draw: drawSequence,
  augment: augmentSequence,
  padded: true,
});
