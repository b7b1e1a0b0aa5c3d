import type { Config } from "../config/schema.js";
import { afterLossesOf } from "../data/account.js";
import { type Codings, codeDataset, fitCodings } from "../data/categories/code-dataset.js";
import { fitCleaning } from "../data/clean-features.js";
import { type ConfoundAccount, confoundAccount, confoundMessages } from "../data/confounds/account.js";
import type { ConfoundRemoval } from "../data/confounds/confounds.js";
import { copiedRowMessages } from "../data/copied-rows.js";
import type { Dataset, SavedSplit } from "../data/dataset.js";
import { type HarmonisationAccount, harmonisationAccount, harmonisationMessages } from "../data/harmonise/account.js";
import type { Harmonisation } from "../data/harmonise/harmonisation.js";
import { type LoadOptions, loadDataset } from "../data/load-dataset.js";
import { accountForMissing, type MissingAccount } from "../data/missing/missing-values.js";
import { openSample } from "../data/out-of-core/open-sample.js";
import { nearConstantMessages } from "../data/prepare/near-constant.js";
import { preprocessorMessages } from "../data/prepare/preprocessor.js";
import type { DecodingProgress, PreparedRows } from "../data/rows.js";
import { makeSplit, type Split } from "../data/split/split.js";
import { absentClassFaults } from "../data/target/class-parts.js";
import { takeTargets } from "../data/target/target-transform.js";
import { Rng } from "../math/rng.js";
import { openRows } from "../modalities/open-rows.js";
import { fitPreparations, type Preparations, prepareRows, tablesAmong } from "../modalities/prepare.js";
import { rowDigests } from "../modalities/row-digests.js";
import type { RunWarning } from "../record/run-schemas.js";
import type { TargetCoding, Task } from "../tasks/task.js";
import { taskOf } from "../tasks/tasks.js";
import type { TrainingData } from "../training/data.js";
import { networkInputs, takesAbsentModalities } from "./absence.js";
import { type CheckedParts, checkParts } from "./checked-parts.js";
import { choosePreparation } from "./choose-preparation.js";
import { extraColumns } from "./extra-columns.js";
import { checkIntervalRange } from "./interval-range.js";
import { checkModelSize } from "./model-size.js";
import { offersOrder, orderedFeatures } from "./order-cautions.js";
import { type OutOfCoreRows, sampleMessages } from "./out-of-core/account.js";
import { storeRows } from "./out-of-core/store-rows.js";
import { refuseFaults, sizeFaults, varyFaults } from "./part-sizes.js";
import { screenedOut } from "./screened-columns.js";
import { checkComplete, trainingData } from "./training-data.js";
import { coded } from "./warnings.js";

/** A table made ready for training, with everything that was fitted on its training part. */
export interface PreparedRun extends Pick<CheckedParts, "parts" | "unfit"> {
  /** Harmonised, and free of confounds, where that is asked for. */
  readonly dataset: Dataset;
  readonly split: Split;
  /** Digests of the rows' features as they stand in the table, in the order of `split.rowIds`. */
  readonly rowDigests: SavedSplit;
  /** What takes site differences out of features, with its account; null without `data.harmonise`. */
  readonly harmonisation: { readonly fitted: Harmonisation; readonly account: HarmonisationAccount } | null;
  /** What takes confounds out of features, with its account; null without `data.confounds`. */
  readonly confounds: { readonly fitted: ConfoundRemoval; readonly account: ConfoundAccount } | null;
  readonly preprocessor: Preparations;
  /** How columns of tables are prepared, and why; null where the config says how, or there are none. */
  readonly preparation: string | null;
  readonly task: Task;
  /** How the targets are encoded for the network and read back. */
  readonly coding: TargetCoding;
  /** Prepared features of all rows, with the rows that lack a modality. */
  readonly inputs: readonly PreparedRows[];
  /** Missing feature values, and what was done about them. */
  readonly missing: MissingAccount;
  readonly training: TrainingData;
  /** Rows of a table out of core, of which the data set is a sample. */
  readonly outOfCore?: OutOfCoreRows | undefined;
  /** Sentences for the user about rows and columns that were left out, and the cautions. */
  readonly messages: readonly string[];
  /** Those among them about what is used, or lost, and deserves a second look: the warnings of the run begin with them. */
  readonly cautions: readonly RunWarning[];
  /** Those among the cautions that are told even where no progress is wanted. */
  readonly warnings: readonly string[];
}

/**
 * Loads the table of a config, splits it, and fits preparation and target coding on the training part.
 * @param task     what is learned; what config and table ask for if left out
 * @param progress told how many files of a modality are decoded, and rows of a table out of core read; what it throws ends the reading
 * @throws InputError for anything about file, columns or sizes that the user has to mend
 */
export async function prepareRun(
  config: Config,
  baseFolder: string,
  rng: Rng,
  task?: Task,
  progress?: DecodingProgress,
): Promise<PreparedRun> {
  const options = {
    extras: extraColumns(config, false),
    absentModalities: takesAbsentModalities(config),
    ...{ open: openRows, progress },
  };
  const { outOfCore } = config.data;
  if (outOfCore !== undefined)
    return prepareSample(config, baseFolder, rng, { ...options, size: outOfCore.sample, task });
  const loaded = await loadDataset(config.data, baseFolder, options);
  return afterLossesOf(
    () => loaded.account.losses,
    () => prepareDataset(config, loaded, rng, task),
  );
}

/** The same of a table whose training rows stay on disk: what is held is a sample of it. */
async function prepareSample(
  config: Config,
  baseFolder: string,
  rng: Rng,
  { size, task, ...options }: LoadOptions & { readonly size: number; readonly task: Task | undefined },
): Promise<PreparedRun> {
  // Members of an ensemble, which are trainings of other seeds on the same rows, draw the same sample.
  const { seed } = config.data.split;
  const own = (seed === undefined ? rng : new Rng(seed)).split("out-of-core");
  const table = await openSample(config.data, baseFolder, options, { size, rng: own });
  try {
    const prepared = await afterLossesOf(
      () => table.sample.account.losses,
      () => prepareDataset(config, table.sample, rng, task),
    );
    const { rows: stored, facts } = await storeRows({
      config,
      baseFolder,
      table,
      prepared,
      rng: own,
      progress: options.progress,
    });
    const messages = [...prepared.messages, ...sampleMessages(prepared, stored.rows, facts)];
    const { lacking: _lacking, ...counted } = facts;
    const outOfCore = { ...counted, trainingRows: stored.rows };
    return { ...prepared, messages, outOfCore, training: { ...prepared.training, stored } };
  } finally {
    table.close();
  }
}

/**
 * Splits a data set, and fits preparation and target coding on its training part.
 * @param task what is learned; what config and table ask for if left out
 * @throws InputError for anything about columns or sizes that the user has to mend
 */
export async function prepareDataset(
  config: Config,
  table: Dataset,
  rng: Rng,
  task: Task = taskOf(config.data, table.targets),
): Promise<PreparedRun> {
  task.accepts?.(config);
  const split = makeSplit(table, config.data.split, rng);
  refuseFaults([
    ...sizeFaults(config, split, table.targets.length),
    ...varyFaults(table, split),
    ...absentClassFaults(table.targets, split),
  ]);
  if (task.intervals !== undefined) checkIntervalRange(config, table, split);
  const codings = fitCodings(table, split.train);
  const { dataset: loaded, messages: unseen } = codeDataset(table, codings);
  const { parts, unfit, warnings: unfitWarnings } = checkParts(loaded, split, config.data);
  const { dataset, harmonisation, confounds } = cleaned(config, loaded, split, codings.covariates);
  const leftOut = screenedOut(dataset, split.train, config.data);
  const coding = task.encode.fit(takeTargets(dataset.targets, split.train), config.data);
  const { inputs: settings, message: chosen } = choosePreparation({
    ...{ dataset, trainRows: split.train, inputs: config.data.inputs, coding, leftOut },
  });
  const preprocessor = await fitPreparations(dataset, split.train, { ...config.data, inputs: settings }, leftOut);
  const tables = tablesAmong(preprocessor);
  checkModelSize(tables);
  const inputs = await prepareRows(preprocessor, dataset, { absentModalities: takesAbsentModalities(config) });
  const modalities = networkInputs(inputs, config);
  const training = trainingData({ task, coding, dataset, split, inputs, modalities });
  checkComplete(training, split);
  const { losses, sentinels } = loaded.account;
  const warnings = [...losses, ...sentinels, ...unfitWarnings];
  const doubts = [
    ...orderedFeatures(loaded),
    ...coded(offersOrder, loaded.offeredOrder === undefined ? [] : [loaded.offeredOrder]),
    ...coded("group-not-given", loaded.offeredGroup === undefined ? [] : [loaded.offeredGroup]),
    ...coded("target-past-dealt", loaded.mixedPast === undefined ? [] : [loaded.mixedPast]),
    ...coded("parts", unfitWarnings),
    ...coded("near-constant", nearConstantMessages(loaded, split.train, tables)),
    ...coded("copied-rows", await copiedRowMessages(loaded, split)),
  ];
  return {
    dataset,
    split,
    rowDigests: await digestsOf(loaded, split, preprocessor),
    ...{ parts, unfit, warnings },
    ...{ harmonisation, confounds },
    preprocessor,
    preparation: chosen,
    task,
    coding,
    inputs,
    missing: accountForMissing(config.data, dataset, preprocessor, modalities),
    training,
    messages: [
      ...dataset.account.messages,
      ...(harmonisation === null ? [] : harmonisationMessages(harmonisation.account)),
      ...(confounds === null ? [] : confoundMessages(confounds.account)),
      ...unseen,
      ...preprocessorMessages(tables),
      ...doubts.map(({ text }) => text),
    ],
    cautions: [...coded("lost-rows", losses), ...coded("missing-marks", sentinels), ...doubts],
  };
}

async function digestsOf(
  loaded: Dataset,
  { train, validation, test }: Split,
  preprocessor: Preparations,
): Promise<SavedSplit> {
  const digests = await rowDigests(loaded, preprocessor);
  const of = (rows: Int32Array) => Array.from(rows, (row) => digests[row]);
  return { train: of(train), validation: of(validation), test: of(test) };
}

/** Site differences and confounds fitted on the training part and taken out of all rows. */
function cleaned(
  { data }: Config,
  loaded: Dataset,
  { train, validation, test }: Split,
  categories: Codings["covariates"],
): Pick<PreparedRun, "dataset" | "harmonisation" | "confounds"> {
  const { dataset, harmonisation, confounds } = fitCleaning(loaded, train, data, categories);
  return {
    dataset,
    harmonisation: harmonisation && {
      fitted: harmonisation,
      account: harmonisationAccount(harmonisation, loaded, { training: train, validation, test }),
    },
    confounds: confounds && { fitted: confounds, account: confoundAccount(confounds, loaded, train.length) },
  };
}

/** The same with another way back from the outputs of the network. */
export function withCoding(prepared: PreparedRun, coding: TargetCoding): PreparedRun {
  const { decode, gaussianView } = coding;
  return { ...prepared, coding, training: { ...prepared.training, toRaw: decode, toGaussian: gaussianView.ofOutputs } };
}
