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
export { applyPreprocessor, fitPreprocessor, type Preprocessor } from "./data/prepare/preprocessor.js";
export { makeSplit, restoreSplit, type Split } from "./data/split/split.js";
export { generateSynthetic, type SyntheticTable } from "./data/synthetic/generate.js";
export { generatorNames } from "./data/synthetic/generators.js";
export { type TrueAtoms, type Truth, trueAtoms } from "./data/synthetic/truth.js";
export { fitTargetTransform, type TargetTransform } from "./data/target/target-transform.js";
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
export type { Executor, ExecutorOptions, OnTaskEnd, TrainTask } from "./executors/executor.js";
export { dataChecksum } from "./files/checksum.js";
export * as losses from "./losses/index.js";
export { fitInverseNormal, type InverseNormalTransform } from "./math/inverse-normal.js";
export { Rng } from "./math/rng.js";
export { fitMean } from "./models/baselines/mean.js";
export { fitRidge } from "./models/baselines/ridge.js";
export { type PidReg, type PidRegArchitecture, pidReg } from "./models/pidreg.js";
export { gaussianPid, type PidLayout } from "./pid/closed-form/gaussian-pid.js";
export type { PosteriorModel } from "./pid/closed-form/posterior-model.js";
export { posteriorPid } from "./pid/closed-form/posterior-pid.js";
export { StreamingCovariance } from "./pid/covariance/streaming-covariance.js";
export type { PidColumns, PidTransform } from "./pid/estimate/data-columns.js";
export type { LocalEstimates, PidEstimate } from "./pid/estimate/estimate-types.js";
export {
  gaussianPidFromCovariance,
  gaussianPidFromData,
  type PidFromDataOptions,
  plugInEstimate,
} from "./pid/estimate/gaussian-pid-from-data.js";
export { pidFromResiduals } from "./pid/estimate/residuals.js";
export { applyLocalPid, fitLocalPid, type LocalPid, type LocalPidModel } from "./pid/pointwise/local-pid.js";
export type { PidAtoms, PidFlag, PidInformation, PidMeasure, PidResult, PidValues } from "./pid/types.js";
export { type LoadedModel, loadModel, type StoredModel, saveModel } from "./record/model-folder.js";
export type { Comparison } from "./report/compare/comparison.js";
export { type RunReport, type WrittenReport, writeReport } from "./report/write-report.js";
export { type Evaluation, evaluateTable, evaluateTestPart } from "./run/apply/evaluate-run.js";
export { type PredictRunOptions, type PredictRunResult, predictRun } from "./run/apply/predict-run.js";
export type { RunMetrics, RunPid, RunResult } from "./run/run-result.js";
export { type TrainRunOptions, trainRun } from "./run/train-run.js";
export { type AblateOptions, type AblateRequest, ablate, ablateDesign } from "./study/ablate.js";
export type { AblateResults } from "./study/ablate-results.js";
export type { Collected, StudyOutcome } from "./study/collect.js";
export { compareRuns } from "./study/compare/compare-runs.js";
export {
  type CrossvalOptions,
  type CrossvalRequest,
  type CrossvalResult,
  crossval,
  crossvalDesign,
} from "./study/crossval.js";
export { type ExecutedTraining, executeStudy } from "./study/execute.js";
export { collect as collectStudy } from "./study/kinds.js";
export { type PlannedRound, planStudy } from "./study/plan.js";
export { type SelectOptions, type SelectRequest, select, selectDesign } from "./study/select.js";
export type { SelectResults } from "./study/select-results.js";
export { type StudyStatus, studyStatus } from "./study/status.js";
export type { ExecuteOptions, StudyDesign, StudyListener, StudyOptions } from "./study/study.js";
export type { AtomsRecord, EpochRecord, TrainingObserver } from "./training/observer.js";
export { type Trained, type TrainOptions, train } from "./training/trainer.js";
