import type { ModalityArchitecture } from "../architecture.js";
import { convolutionalEncoder } from "./convolutional.js";
import { type Encoder, encoder } from "./encoder.js";
import { sharedEncoder } from "./shared.js";
import { transformerEncoder } from "./transformer.js";

/** The encoder that an architecture describes. @throws RangeError where its layers do not fit the shape of a row */
export function modalityEncoder(name: string, modality: ModalityArchitecture, latentDim: number): Encoder {
  const { form: whole, inputWidth } = modality;
  if (whole?.share === undefined) return oneEncoder(name, modality, latentDim);
  const { share, shape, pool, ...rest } = whole;
  const form = { ...rest, shape: shape.slice(1), pool: pool?.slice(1) };
  return sharedEncoder(oneEncoder(name, { ...modality, inputWidth: inputWidth / share, form }, latentDim), share);
}

function oneEncoder(name: string, modality: ModalityArchitecture, latentDim: number): Encoder {
  const { convolution, transformer, form, dropout } = modality;
  const common = { shape: form?.shape ?? [modality.inputWidth], latentDim, dropout: dropout[0] ?? 0 };
  if (convolution !== undefined) return convolutionalEncoder(name, { ...convolution, ...common });
  if (transformer !== undefined) return transformerEncoder(name, { ...transformer, ...common });
  return encoder(name, { ...modality, latentDim });
}
