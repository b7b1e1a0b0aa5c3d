import type { ImageModalityConfig } from "../../config/modalities/image.js";
import type { OpenRequest, RowStore } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { type ArrayView, openDecoded, openInArray } from "../shaped/open.js";

/** Opens rows of pictures, [height, width, channels]. */
export function openImages(request: OpenRequest): Promise<RowStore> {
  const { name, config } = request;
  if (config.kind !== "image") throw new RangeError(`modality "${name}" is no image`);
  if (config.array !== undefined) return openInArray(request, config.array, "image", pictureView);
  return openDecoded(request, config, "image", { recipe: recipeOf(config), decoded: `resized (${config.fit})` });
}

function recipeOf({ shape, fit, store }: ImageModalityConfig) {
  if (shape === undefined) throw new RangeError("pictures of files have a shape");
  return { kind: "image", shape, fit, store } as const;
}

/** Pictures of an array: grey ones have no axis of channels. @throws InputError for rows of other axes */
function pictureView(shape: readonly number[], label: string): ArrayView {
  if (shape.length === 2) return { shape: [...shape, 1] };
  if (shape.length === 3) return { shape };
  throw new InputError(
    `${label}: has rows of shape (${shape.join(", ")}); pictures have two axes, height and width, or three with channels last`,
  );
}
