/**
 * pidreg: interpretable multimodal regression with exact Gaussian partial information decomposition.
 * The public face of the library; everything else is internal.
 */

export { dataSchema } from "./config/data.js";
export { type LoadedConfig, loadConfig, parseConfig } from "./config/load.js";
export { type ConfigKey, configKeys } from "./config/reference.js";
export { type Config, configSchema } from "./config/schema.js";
export type { DataAccount, Dataset, Modality, Target } from "./data/dataset.js";
export { loadDataset, loadExternalTable } from "./data/load-dataset.js";
export { applyPreprocessor, fitPreprocessor, type Preprocessor } from "./data/preprocessor.js";
export { makeSplit, restoreSplit, type Split } from "./data/split.js";
export { generateSynthetic, type SyntheticTable } from "./data/synthetic/generate.js";
export { generatorNames } from "./data/synthetic/generators.js";
export { type TrueAtoms, type Truth, trueAtoms } from "./data/synthetic/truth.js";
export { fitTargetTransform, type TargetTransform } from "./data/target-transform.js";
export {
  type CompiledStep,
  createEngine,
  type Engine,
  type EngineName,
  type EngineState,
  engineNames,
  type StepDefinition,
} from "./engine/index.js";
export { InputError, Interrupted, RunError } from "./errors.js";
export { conformalHalfWidth, coverage, sortedAbsoluteResiduals } from "./evaluation/conformal.js";
export { bootstrapInterval, metricInterval, pairedDifference } from "./evaluation/intervals.js";
export { evaluatePart, type Metrics, mae, type Part, pearson, r2, rmse } from "./evaluation/metrics.js";
export { dataChecksum } from "./files/checksum.js";
export * as losses from "./losses/index.js";
export { fitInverseNormal, type InverseNormalTransform } from "./math/inverse-normal.js";
export { Rng } from "./math/rng.js";
export { fitMean } from "./models/baselines/mean.js";
export { fitRidge } from "./models/baselines/ridge.js";
export { type PidReg, type PidRegArchitecture, pidReg } from "./models/pidreg.js";
export type { PidColumns, PidTransform } from "./pid/data-columns.js";
export type { LocalEstimates, PidEstimate } from "./pid/estimate-types.js";
export { gaussianPid, type PidLayout } from "./pid/gaussian-pid.js";
export {
  gaussianPidFromCovariance,
  gaussianPidFromData,
  type PidFromDataOptions,
  plugInEstimate,
} from "./pid/gaussian-pid-from-data.js";
export { applyLocalPid, fitLocalPid, type LocalPid, type LocalPidModel } from "./pid/local-pid.js";
export type { PosteriorModel } from "./pid/posterior-model.js";
export { posteriorPid } from "./pid/posterior-pid.js";
export { pidFromResiduals } from "./pid/residuals.js";
export { StreamingCovariance } from "./pid/streaming-covariance.js";
export type { PidAtoms, PidFlag, PidInformation, PidMeasure, PidResult, PidValues } from "./pid/types.js";
export { type LoadedModel, loadModel, type StoredModel, saveModel } from "./record/model-folder.js";
export type { Comparison } from "./report/compare/comparison.js";
export { type RunReport, type WrittenReport, writeReport } from "./report/write-report.js";
export { type Evaluation, evaluateTable, evaluateTestPart } from "./run/apply/evaluate-run.js";
export { type PredictRunOptions, type PredictRunResult, predictRun } from "./run/apply/predict-run.js";
export { compareRuns } from "./run/compare/compare-runs.js";
export type { RunMetrics, RunPid, RunResult } from "./run/run-result.js";
export { type AblateOptions, ablate } from "./run/study/ablate.js";
export type { AblateResults } from "./run/study/ablate-results.js";
export { type CrossvalOptions, type CrossvalResult, crossval } from "./run/study/crossval.js";
export { type SelectOptions, select } from "./run/study/select.js";
export type { SelectResults } from "./run/study/select-results.js";
export { type TrainRunOptions, trainRun } from "./run/train-run.js";
export type { AtomsRecord, EpochRecord, TrainingObserver } from "./training/observer.js";
export { type Trained, type TrainOptions, train } from "./training/trainer.js";
