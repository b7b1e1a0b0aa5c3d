import { augmentImage } from "../shaped/augment.js";
import { drawImage } from "../shaped/draw.js";
import { shapedKind } from "../shaped/kind.js";

/** Pictures: rows [height, width, channels]. */
export const imageKind = shapedKind({ kind: "image", draw: drawImage, augment: augmentImage, padded: false });
