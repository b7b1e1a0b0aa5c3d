import { augmentVolume } from "../shaped/augment.js";
import { drawVolume } from "../shaped/draw.js";
import { shapedKind } from "../shaped/kind.js";

/** Volumes: rows [x, y, z, channels]. */
export const volumeKind = shapedKind({ kind: "volume", draw: drawVolume, augment: augmentVolume, padded: false });
