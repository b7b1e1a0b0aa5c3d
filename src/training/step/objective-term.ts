import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Whitening } from "../../losses/joint-gaussianity.js";
import type { PresentRows } from "../../losses/present-rows.js";
import type { Encoded } from "../../models/pidreg.js";
import type { SharedGrams } from "./shared-grams.js";

/** What the terms of the objective read during one step. */
export interface ObjectiveInputs {
  readonly encoded: Encoded;
  readonly fused: Tensor2D;
  /** [batch, dm], encoded target and what the network gives for it. */
  readonly prediction: Tensor2D;
  readonly target: Tensor2D;
  /** Gaussian view of the target [batch, dm]. */
  readonly gaussianTarget: Tensor2D;
  /** What kernels on the inputs are taken on, per modality, [batch, width]. */
  readonly kernelFeatures: readonly Tensor2D[];
  readonly noise: Readonly<Record<string, Tensor>>;
  readonly hyper: Readonly<Record<string, Scalar>>;
  /** Rows that have each modality in the table, and all of them; left out where every row has every one. */
  readonly owned?: { readonly byModality: readonly PresentRows[]; readonly complete: PresentRows };
  /** The network anew on other latents or features, with the noise of this step: what a prediction would be. */
  readonly anew: ForwardAnew;
  /** Constants of the joint Gaussianity term: mean [D] and whitening [D, D], Blom scores [rows * D]. */
  readonly joint: { readonly whitening: Whitening; readonly scores: Tensor1D } | null;
}

/** Parts of the forward pass of a step, run again; the moments of its batch normalisations stay those of the first pass. */
export interface ForwardAnew {
  /** Features of a modality as the network got them, [batch, width]. */
  readonly features: readonly Tensor2D[];
  /** Latent [batch, d] of one modality from other features [batch, width]. */
  readonly latent: (modality: number, features: Tensor2D) => Tensor2D;
  /** Outputs [batch, dm] from other latents [batch, d], one per modality. */
  readonly prediction: (latents: readonly Tensor2D[]) => Tensor2D;
}

/** One summand of the objective before weighting. */
export interface ObjectiveTerm {
  /** `prediction`, `auxiliary`, `gaussianity.thickness`, .. */
  readonly name: string;
  /** Its weight in the config; 0 for terms that are only logged. */
  readonly weight: number;
  readonly value: (inputs: ObjectiveInputs, shared: SharedGrams) => Tensor;
}
