/** Most modalities of a decomposition or a training: work and results grow with the number of their pairs. */
export const mostModalities = 128;

/** Most modalities whose latents are multiplied two by two: 64 have 2016 products, each with a latent of its own. */
export const mostWithProducts = 64;

/** Why this many modalities are too many, or undefined if they are not. */
export function tooManyModalities(count: number): string | undefined {
  if (count <= mostModalities) return undefined;
  return `${count} modalities, at most ${mostModalities} are taken; put columns that belong together into one modality`;
}

/** Why this many modalities are too many for products of their latents, or undefined if they are not. */
export function tooManyProducts(count: number): string | undefined {
  if (count <= mostWithProducts) return undefined;
  const products = (count * (count - 1)) / 2;
  return (
    `${count} modalities have ${products} products of two latents; hadamard takes up to ${mostWithProducts} modalities. ` +
    "Set model.fusion.interaction: none, or put columns that belong together into one modality"
  );
}
