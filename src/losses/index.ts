export { functionalFisher, jensenShannonDivergences, lackOfInformation, squaredDistances } from "./balance.js";
export { type BottleneckState, bottleneckCapacity, bottleneckCapacityPerDimension } from "./capacity.js";
export {
  type ConditionalGrams,
  csConditionalMutualInformation,
  csMutualInformation,
} from "./conditional-independence.js";
export { csGaussianity, csGaussianityFromGram, csGaussianitySampled } from "./cs-gaussianity.js";
export { crossExponents, crossGram, gaussianExponents, gaussianGram } from "./gram.js";
export { blomScores, shapiroFrancia, type Whitening } from "./joint-gaussianity.js";
export { type CsPredictionInput, csPrediction, huber, mse } from "./prediction.js";
export { sigreg } from "./sigreg.js";
