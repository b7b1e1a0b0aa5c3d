import { type KindName, kindName } from "../config/modalities/kinds.js";
import type { OpenRows } from "../data/rows.js";
import { openArray } from "./array/open.js";
import { throughFrozen } from "./frozen/encode.js";
import { openImages } from "./image/open.js";
import { openSequences } from "./sequence/open.js";
import { openVolumes } from "./volume/open.js";

/**
 * How the rows of every kind of modality are opened; null where they are columns of the table, which loading reads. Apart
 * from the kinds, because this alone of them needs files.
 */
const opens: Readonly<Record<KindName, OpenRows | null>> = {
  table: null,
  array: openArray,
  image: openImages,
  sequence: openSequences,
  volume: openVolumes,
};

/** Opens the rows of a modality beside the table. */
export const openRows: OpenRows = async (request) => {
  const open = opens[kindName(request.config)];
  if (open === null) throw new RangeError(`modality "${request.name}" is part of the table`);
  return throughFrozen(request, await open(request));
};
