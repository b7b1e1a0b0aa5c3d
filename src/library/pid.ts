/**
 * `pidreg/pid`: Gaussian partial information decomposition of covariances, tables and residuals, and that of classes from
 * posterior probabilities; float64, without training.
 */

export { type GaussianPidOptions, gaussianPid, type PidLayout } from "../pid/closed-form/gaussian-pid.js";
export type { PosteriorModel } from "../pid/closed-form/posterior-model.js";
export { type PosteriorPidOptions, posteriorPid } from "../pid/closed-form/posterior-pid.js";
export type { CovarianceInput } from "../pid/covariance/covariance.js";
export {
  type MissingPolicy,
  type RowChunk,
  type StreamAccount,
  type StreamedMoments,
  StreamingCovariance,
  type StreamingCovarianceOptions,
} from "../pid/covariance/streaming-covariance.js";
export { classPid } from "../pid/discrete/class-pid.js";
export { type ClassTables, classTables } from "../pid/discrete/class-tables.js";
export type { ClassPidOptions, ClassPosteriors, ClassReading } from "../pid/discrete/class-types.js";
export { type DiscreteUnion, discreteUnion, type UnionOptions } from "../pid/discrete/union-discrete.js";
export type { PidColumns, PidTransform } from "../pid/estimate/data-columns.js";
export type { LocalEstimates, PidEstimate } from "../pid/estimate/estimate-types.js";
export { gaussianPidFromData, type PidFromDataOptions } from "../pid/estimate/gaussian-pid-from-data.js";
export {
  gaussianPidFromCovariance,
  type PidEstimateOptions,
  plugInEstimate,
} from "../pid/estimate/pid-from-covariance.js";
export { pidFromResiduals } from "../pid/estimate/residual-pid.js";
export type { ResidualRows } from "../pid/estimate/residuals.js";
export {
  applyLocalPid,
  fitLocalPid,
  type LocalPid,
  type LocalPidModel,
  type LocalRows,
} from "../pid/pointwise/local-pid.js";
export type {
  ByModality,
  Contrast,
  InfluentialRows,
  MultiDetails,
  PairPid,
  PidAtoms,
  PidDirection,
  PidFlag,
  PidInformation,
  PidIntervals,
  PidMeasure,
  PidRank,
  PidResult,
  PidValues,
  SecondReading,
} from "../pid/types.js";
