import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import { gaussianExponents, gaussianGram } from "../../losses/gram.js";
import tf from "../../tensorflow.js";

/**
 * Gram matrices of inputs and latents, computed once per step and shared by all terms that need them. Kernels of one
 * latent share its squared distances too, and with them a matrix product forward and one backward.
 */
export class SharedGrams {
  private readonly grams = new Map<string, Tensor2D>();
  private readonly parts = new Map<Tensor2D, ReadonlyMap<number, Tensor2D>>();
  private readonly latents = new Map<Tensor2D, { readonly exponents: Tensor2D; readonly bandwidth: Scalar }>();

  constructor(private readonly hyper: Readonly<Record<string, Scalar>>) {}

  /** [batch, batch] Gaussian kernel of `points` with the bandwidth of that name. */
  of(bandwidthName: string, points: Tensor2D): Tensor2D {
    return this.remember(bandwidthName, () => gaussianGram(points, this.hyper[bandwidthName]));
  }

  /** The same for a latent, which several terms look at through kernels of different width. */
  ofLatent(bandwidthName: string, latent: Tensor2D): Tensor2D {
    return this.remember(bandwidthName, () => tf.exp(this.exponentsOf(latent, this.hyper[bandwidthName])) as Tensor2D);
  }

  /** The first rows of points of the batch, the same tensor for all that ask for as many; all where there are no more. */
  firstRows(points: Tensor2D, rows: number): Tensor2D {
    if (rows >= points.shape[0]) return points;
    const known = this.parts.get(points)?.get(rows);
    if (known !== undefined) return known;
    const part = tf.slice(points, [0, 0], [rows, points.shape[1]]) as Tensor2D;
    this.parts.set(points, new Map([...(this.parts.get(points) ?? []), [rows, part]]));
    return part;
  }

  private remember(name: string, make: () => Tensor2D): Tensor2D {
    const gram = this.grams.get(name) ?? make();
    this.grams.set(name, gram);
    return gram;
  }

  /** Exponents of the kernel: those of the latent's first kernel, rescaled where the width is another. */
  private exponentsOf(latent: Tensor2D, bandwidth: Scalar): Tensor2D {
    const first = this.latents.get(latent);
    if (first !== undefined) return tf.mul(first.exponents, tf.square(tf.div(first.bandwidth, bandwidth)));
    const exponents = gaussianExponents(latent, bandwidth);
    this.latents.set(latent, { exponents, bandwidth });
    return exponents;
  }
}
