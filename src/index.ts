/**
 * pidreg: interpretable multimodal regression with exact Gaussian partial information decomposition.
 *
 * The face of the library. Decomposition alone is in `pidreg/pid`, information beyond it in `pidreg/mi`, the losses in
 * `pidreg/losses`, the engine in `pidreg/engine`; everything else is internal. What trains or reads a model is loaded when it is
 * first called.
 */

export type { Dialect } from "./config/dialect.js";
export type { EngineName } from "./config/engines.js";
export { type LoadedConfig, loadConfig, parseConfig } from "./config/load.js";
export { type ConfigKey, configKeys } from "./config/reference.js";
export { type Config, type ConfigInput, configSchema } from "./config/schema.js";
export { generateSynthetic, type SyntheticTable } from "./data/synthetic/generate.js";
export { generatorNames } from "./data/synthetic/generators.js";
export { type TrueAtoms, type Truth, trueAtoms } from "./data/synthetic/truth.js";
export { InputError, Interrupted, RunError } from "./errors.js";
export { conformalHalfWidth, coverage, sortedAbsoluteResiduals } from "./evaluation/conformal.js";
export { bootstrapInterval, type Interval, metricInterval, pairedDifference } from "./evaluation/intervals.js";
export { evaluatePart, type Metrics, mae, type Part, pearson, r2, rmse } from "./evaluation/metrics.js";
export type { Executor, ExecutorOptions, OnTaskEnd, TrainTask } from "./executors/executor.js";
export * from "./library/comparisons.js";
export * from "./library/finished-runs.js";
export { fit } from "./library/fit.js";
export type { FitOptions } from "./library/fit-options.js";
export type { ExplainedRows, FittedModel, RowsToPredict } from "./library/fitted-model.js";
export { permutationImportance } from "./library/importance.js";
export type { Importance, ImportanceColumns, ImportanceOptions } from "./library/importance-options.js";
export type { MemoryConfig, MemoryDataConfig } from "./library/memory-config.js";
export type { OrderValues } from "./library/memory-order.js";
export type { ArrayValues, ColumnValues, ModalityValues, Rows, TargetValues } from "./library/memory-values.js";
export {
  gaussianPid,
  gaussianPidFromCovariance,
  gaussianPidFromData,
  type PidFromDataOptions,
  type PidLayout,
  type PidResult,
  pidFromResiduals,
} from "./library/pid.js";
export * from "./library/studies.js";
export { type ConfigOptions, type ConfigSource, type TrainRunOptions, trainRun } from "./library/trainings.js";
export { Rng } from "./math/rng.js";
export type { ImportanceDocument } from "./record/importance-schemas.js";
export type { Comparison } from "./report/compare/comparison.js";
export type { ModelCard, RunReport, WrittenReport } from "./report/written-report.js";
export type { Evaluation } from "./run/apply/evaluation.js";
export type { ExportResult, MlflowExport } from "./run/apply/export-result.js";
export type { PredictRunResult } from "./run/apply/predict-run.js";
export type { RunMetrics, RunPid, RunResult } from "./run/run-result.js";
export type { AblateResults } from "./study/ablate-results.js";
export type { Collected, StudyOutcome } from "./study/collect.js";
export type { StudyComparison } from "./study/compare/study-comparison.js";
export type { CrossvalResults } from "./study/crossval-results.js";
export type { ExecutedTraining } from "./study/execute.js";
export type { ExternalComparison } from "./study/external/external-comparison.js";
export type { NestedResults } from "./study/nested-results.js";
export type { PlannedRound } from "./study/plan.js";
export type { SelectResults } from "./study/select-results.js";
export type { StudyStatus } from "./study/status.js";
export type { NestedTuneResults } from "./study/tune/nested-tune-results.js";
export type { SpaceInput } from "./study/tune/space.js";
export type { TuneResults } from "./study/tune/tune-results.js";
export type {
  AtomsRecord,
  EpochRecord,
  PhaseName,
  PlannedPhase,
  TermRecord,
  TrainingObserver,
} from "./training/observer.js";
