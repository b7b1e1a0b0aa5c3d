import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { type FusionOptions, type FusionTerm, weighTerms } from "./fusion.js";
import { applyLinear, type HiddenOptions, hiddenStack, linearSpec } from "./mlp.js";
import { emptySpec, type ForwardContext, joinSpecs, type ModuleSpec } from "./module.js";

export interface FusionHeadOptions {
  readonly fusion: FusionOptions;
  readonly terms: readonly FusionTerm[];
  readonly latentDim: number;
  /** Number of target columns dm. */
  readonly targets: number;
  readonly predictor: HiddenOptions;
}

/** From the fusion terms to the prediction. */
export interface FusionHead extends ModuleSpec {
  /** @param values terms [batch, d] @param weights [T] @returns what the predictor reads, [batch, width] */
  readonly fuse: (context: ForwardContext, values: readonly Tensor2D[], weights: Tensor1D) => Tensor2D;
  /** @returns [batch, dm] in the space of the transformed target */
  readonly predict: (context: ForwardContext, fused: Tensor2D) => Tensor2D;
}

/** Rank of the low-rank fusion; the paper finds 4 enough (Liu et al. 2018, section 5.4). */
const lowRank = 4;

/** Fusion and predictor of the method asked for; see `FusionOptions`. */
export function fusionHead(options: FusionHeadOptions): FusionHead {
  const { method } = options.fusion;
  if (method === "late") return latePredictors(options);
  if (method === "low-rank") return lowRankFusion(options);
  if (method === "concatenate") {
    return head(options, emptySpec, options.terms.length, (_, values, weights) => join(weighTerms(values, weights)));
  }
  return head(options, emptySpec, 1, (_, values, weights) =>
    weighTerms(values, weights).reduce((a, b) => tf.add(a, b)),
  );
}

/** One predictor that reads `blocks` vectors of the latents' width. */
function head(options: FusionHeadOptions, fusion: ModuleSpec, blocks: number, fuse: FusionHead["fuse"]): FusionHead {
  const predictor = network("predictor", blocks * options.latentDim, options);
  return { ...joinSpecs([fusion, predictor]), fuse, predict: predictor.apply };
}

/** sum_r prod_m ([z_m, 1] W_m^r): a rank-4 tensor fusion, each factor a linear map with bias. */
function lowRankFusion(options: FusionHeadOptions): FusionHead {
  const { terms, latentDim } = options;
  const factor = (name: string) => `fusion.${name}`;
  const width = lowRank * latentDim;
  const maps = terms.map(({ name }) =>
    linearSpec(factor(name), latentDim, width, { group: "predictor", bias: true, gain: 1 }),
  );
  return head(options, joinSpecs(maps), 1, (context, values) => {
    const factors = values.map((value, t) => applyLinear(context, factor(terms[t].name), value, true));
    const product = factors.reduce((a, b) => tf.mul(a, b) as Tensor2D);
    return tf.split(product, lowRank, 1).reduce((a, b) => tf.add(a, b)) as Tensor2D;
  });
}

/** Decision-level fusion: latents pass side by side, each goes to a predictor of its own, and the outputs are added. */
function latePredictors(options: FusionHeadOptions): FusionHead {
  const predictors = options.terms.map(({ name }) => network(`predictor.${name}`, options.latentDim, options));
  return {
    ...joinSpecs(predictors),
    fuse: (_, values) => join(values),
    predict: (context, fused) => {
      const parts = predictors.length === 1 ? [fused] : tf.split(fused, predictors.length, 1);
      return parts.map((part, m) => predictors[m].apply(context, part as Tensor2D)).reduce((a, b) => tf.add(a, b));
    },
  };
}

function join(values: readonly Tensor2D[]): Tensor2D {
  return values.length === 1 ? values[0] : (tf.concat([...values], 1) as Tensor2D);
}

function network(name: string, width: number, { predictor, targets }: FusionHeadOptions) {
  const body = hiddenStack(name, width, predictor, "predictor");
  // Starts small, so that the first predictions are near the mean of the target.
  const output = linearSpec(`${name}.output`, body.outputWidth, targets, { group: "predictor", bias: true, gain: 0.1 });
  const apply = (context: ForwardContext, x: Tensor2D) =>
    applyLinear(context, `${name}.output`, body.apply(context, x), true);
  return { ...joinSpecs([body, output]), apply };
}
