import type { VolumeModalityConfig } from "../../config/modalities/volume.js";
import type { OpenRequest, RowStore } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import type { Recipe } from "../decoded/recipe.js";
import { type ArrayView, openDecoded, openInArray } from "../shaped/open.js";

/** Opens rows of volumes, [x, y, z, channels]. */
export function openVolumes(request: OpenRequest): Promise<RowStore> {
  const { name, config } = request;
  if (config.kind !== "volume") throw new RangeError(`modality "${name}" is no volume`);
  if (config.array !== undefined) return openInArray(request, config.array, "volume", volumeView);
  return openDecoded(request, config, "volume", { recipe: recipeOf(config), decoded: wordsOf(config) });
}

function recipeOf({ shape, spacing, orient, store }: VolumeModalityConfig): Recipe {
  const millimetres = typeof spacing === "number" ? ([spacing, spacing, spacing] as const) : spacing;
  return {
    ...{ kind: "volume", shape: shape ?? null, spacing: millimetres ?? null, canonical: orient === "canonical", store },
  };
}

function wordsOf({ shape, spacing, orient }: VolumeModalityConfig): string {
  const size = spacing === undefined ? "resized" : `resampled to ${[spacing].flat().join(" x ")} mm`;
  return `${shape === undefined ? "not resized" : size}, axes ${orient}`;
}

/** Volumes of an array: those of one channel have no axis for it. @throws InputError for rows of other axes */
function volumeView(shape: readonly number[], label: string): ArrayView {
  if (shape.length === 3) return { shape: [...shape, 1] };
  if (shape.length === 4) return { shape };
  throw new InputError(
    `${label}: has rows of shape (${shape.join(", ")}); volumes have three axes, or four with channels last`,
  );
}
