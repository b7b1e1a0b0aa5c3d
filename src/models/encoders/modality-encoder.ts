import type { ModalityArchitecture } from "../architecture.js";
import { convolutionalEncoder } from "./convolutional.js";
import { type Encoder, encoder } from "./encoder.js";

/** The encoder that an architecture describes. @throws RangeError where its convolutions do not fit the shape of a row */
export function modalityEncoder(name: string, modality: ModalityArchitecture, latentDim: number): Encoder {
  const { convolution, form, dropout } = modality;
  if (convolution === undefined) return encoder(name, { ...modality, latentDim });
  const shape = form?.shape ?? [modality.inputWidth];
  return convolutionalEncoder(name, { ...convolution, shape, latentDim, dropout: dropout[0] ?? 0 });
}
