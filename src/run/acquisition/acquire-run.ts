import { targetUnits } from "../../config/data.js";
import type { Dialect } from "../../config/dialect.js";
import type { EngineName } from "../../config/engines.js";
import type { DecodingProgress, PreparedRows } from "../../data/rows.js";
import { createEngine } from "../../engine/index.js";
import { InputError } from "../../errors.js";
import {
  comparePolicies,
  type ExpectedAgainstRealised,
  expectedAgainstRealised,
} from "../../evaluation/acquisition/compare.js";
import { freeSubset, lossAt, meanCurve, type SubsetLosses } from "../../evaluation/acquisition/policy.js";
import { expectedLosses, valueOutputs } from "../../evaluation/acquisition/value.js";
import type { ConstantBecause } from "../../evaluation/conditional-scale.js";
import { resamplingOf } from "../../evaluation/resampling.js";
import { pickRows } from "../../evaluation/row-values.js";
import { Rng } from "../../math/rng.js";
import { RunFolder } from "../../record/run-folder.js";
import { refuseOtherRows } from "../../record/run-rows.js";
import { recordedConfig } from "../../record/same-run.js";
import { inferenceOf } from "../../record/stored-model.js";
import type { Units } from "../../report/with-unit.js";
import { takeTrueValues } from "../../training/data.js";
import type { Inference } from "../../training/step/inference.js";
import { absentNames } from "../absence.js";
import { type GivenTables, tablesLabel } from "../apply/given-tables.js";
import { predictTable } from "../apply/predict-table.js";
import { completePositions } from "../complete-rows.js";
import { prepareRun } from "../prepare.js";
import { modalityCosts } from "./costs.js";
import type { ValuedModel } from "./expected-next.js";
import { loadValued } from "./known-value.js";
import { readSubset } from "./subsets.js";

export interface AcquireOptions {
  readonly run: string;
  /** Another table, with the target; the test rows of the run if left out. */
  readonly data?: GivenTables | undefined;
  readonly arrays?: Readonly<Record<string, string>>;
  readonly dialect?: Dialect | undefined;
  readonly engine: EngineName;
  /** What modalities cost, by name; those of the config if left out. */
  readonly costs?: ReadonlyMap<string, number>;
  readonly progress?: DecodingProgress;
}

/** A point of a curve. */
export interface AcquisitionPoint {
  /** Mean cost of a row. */
  readonly cost: number;
  /** The error that models are compared by: of numbers in the unit of the target, of classes the log loss in nats. */
  readonly error: number;
}

/** What acquiring modalities one after the other costs and brings: the adaptive policy beside a fixed and a random order. */
export interface Acquisition {
  readonly run: string;
  /** "test", or the file. */
  readonly on: string;
  /** Rows that have every modality, on which all is measured. */
  readonly rows: number;
  readonly target: string;
  readonly units?: Units;
  /** What the error is called. */
  readonly error: string;
  readonly costs: Readonly<Record<string, number>>;
  /** Whether nothing says what modalities cost, so that each counts as 1. */
  readonly costsAssumed: boolean;
  /** Modalities that cost nothing and are there from the beginning. */
  readonly atHand: readonly string[];
  /** The order of the fixed policy, the best of all on validation rows. */
  readonly order: readonly string[];
  readonly curves: Readonly<Record<"adaptive" | "fixed" | "random", readonly AcquisitionPoint[]>>;
  /** The errors at the costs of the fixed order; between two points of a curve rows are dealt out to both. */
  readonly atCosts: readonly ({ readonly cost: number } & Readonly<Record<"adaptive" | "fixed" | "random", number>>)[];
  /** The error over all budgets, from nothing bought to everything. */
  readonly overBudgets: Readonly<Record<"adaptive" | "fixed" | "random", number>>;
  /** By how much that of the fixed order is above that of the adaptive policy, with its 95 % interval. */
  readonly gained: { readonly value: number; readonly low: number; readonly high: number };
  /** What falls, as `drops` count it: the squared error, or the log loss. */
  readonly loss: string;
  /** Per modality that costs something the mean drop of the loss (squared error; of classes log loss in nats) that was expected and that came. */
  readonly drops: Readonly<Record<string, ExpectedAgainstRealised>>;
  /** Per modality null where its expected drop differs between rows of one subset, else why it does not; and of the loss at hand. */
  readonly constant: {
    readonly atHand: ConstantBecause | null;
    readonly byModality: Readonly<Record<string, ConstantBecause | null>>;
  };
  /** Validation rows that the expectations were fitted to. */
  readonly fittedRows: number;
  readonly messages: readonly string[];
}

/** Rows that are acquired for, each with every modality. */
interface AcquiredRows {
  readonly on: string;
  readonly inputs: readonly PreparedRows[];
  readonly rows: Int32Array;
  readonly rowIds: readonly string[];
  /** [rows], user's units. */
  readonly truth: Float64Array;
  readonly groups: readonly string[] | undefined;
  readonly messages: readonly string[];
}

/**
 * Measures what it costs and brings to acquire the modalities of rows one after the other: on the test rows of a run, which nothing
 * was fitted to, or on another table. Rows that lack a modality are left out.
 * @throws InputError when the run does not know what modalities bring, and as `evaluateTable`
 */
export async function acquireRun(options: AcquireOptions): Promise<Acquisition> {
  const { run, engine, costs: given } = options;
  const model = await loadValued(run);
  const { stored, value } = model;
  const { costs, assumed } = modalityCosts(stored.config, value.modalities, given);
  if (costs.every((cost) => cost === 0)) {
    throw new InputError(`${run}: every modality costs 0, so that there is nothing to acquire; give costs with --cost`);
  }
  const chosen =
    options.data === undefined ? await testRows(run, model, options) : await tableRows(options, options.data);
  if (chosen.rows.length < 2)
    throw new InputError(`${chosen.on}: ${chosen.rows.length} rows have every modality; expected at least 2`);
  const losses = await subsetLosses(model, chosen, engine);
  const { headline } = stored.task.metrics;
  const compared = comparePolicies(losses, {
    ...{ costs, base: value.base, error: headline.ofMeanCost },
    resampling: resamplingOf(chosen.rows.length, chosen.groups),
    rng: new Rng(stored.config.seed).split("acquire"),
  });
  const named = <T>(of: (m: number) => T) => Object.fromEntries(value.modalities.map((name, m) => [name, of(m)]));
  const points = (which: keyof typeof compared.curves) =>
    meanCurve(compared.curves[which]).map(({ cost, loss }) => ({ cost, error: headline.ofMeanCost(loss) }));
  const at = (which: keyof typeof compared.curves, cost: number) =>
    headline.ofMeanCost(lossAt(meanCurve(compared.curves[which]), cost));
  const free = freeSubset(costs);
  return {
    ...{ run, on: chosen.on, rows: chosen.rows.length, target: stored.coding.names[0] },
    ...targetUnits(stored.config.data),
    error: headline.name,
    costs: named((m) => costs[m]),
    costsAssumed: assumed,
    atHand: value.modalities.filter((_, m) => (free >> m) & 1),
    order: compared.order.map((m) => value.modalities[m]),
    curves: { adaptive: points("adaptive"), fixed: points("fixed"), random: points("random") },
    atCosts: meanCurve(compared.curves.fixed).map(({ cost }) => ({
      cost,
      ...{ adaptive: at("adaptive", cost), fixed: at("fixed", cost), random: at("random", cost) },
    })),
    ...{ overBudgets: compared.overBudgets, gained: compared.gained },
    loss: stored.coding.classes === undefined ? "squared error" : headline.name,
    drops: Object.fromEntries(
      compared.order.map((m) => [value.modalities[m], expectedAgainstRealised(losses, m, free)]),
    ),
    constant: { atHand: value.constant[0], byModality: named((m) => value.constant[m + 1]) },
    fittedRows: value.rows,
    messages: chosen.messages,
  };
}

/** The test rows of the run, from its own table. */
async function testRows(run: string, { stored }: ValuedModel, { progress }: AcquireOptions): Promise<AcquiredRows> {
  const folder = new RunFolder(run);
  const config = await recordedConfig(folder);
  const prepared = await prepareRun(config, folder.path, new Rng(config.seed), stored.task, progress);
  await refuseOtherRows(folder, prepared.split.rowIds);
  const { test } = prepared.split;
  const rows = Int32Array.from(completePositions(absentNames(prepared.inputs, test)), (i) => test[i]);
  return {
    ...{ on: "test", inputs: prepared.training.modalities, rows, rowIds: prepared.dataset.rowIds },
    truth: takeTrueValues(prepared.training, rows),
    groups: groupsOf(prepared.dataset.group, rows),
    messages: leftOut(test.length, rows.length),
  };
}

/** The rows of another table. */
async function tableRows(options: AcquireOptions, data: GivenTables): Promise<AcquiredRows> {
  const table = await predictTable({ ...options, data, targets: "required", draws: 0, leavesOutLacking: true });
  if (table.truth === null)
    throw new InputError(`${tablesLabel(data)}: holds no column ${table.targets.join(", ")} to compare with`);
  const rows = Int32Array.from(completePositions(table.missing));
  return {
    ...{ on: tablesLabel(data), inputs: table.changeable.inputs, rows, rowIds: table.dataset.rowIds },
    truth: pickRows(table.truth, table.dataset.rows, rows),
    groups: groupsOf(table.dataset.group, rows),
    messages: [...table.messages, ...leftOut(table.dataset.rows, rows.length)],
  };
}

function groupsOf(group: readonly string[] | undefined, rows: Int32Array): readonly string[] | undefined {
  return group === undefined ? undefined : Array.from(rows, (row) => group[row]);
}

function leftOut(all: number, complete: number): string[] {
  return all === complete ? [] : [`${all - complete} of ${all} rows lack a modality and are left out`];
}

/** Losses and expectations of every subset of the modalities. */
async function subsetLosses(
  { stored, value }: ValuedModel,
  chosen: AcquiredRows,
  name: EngineName,
): Promise<SubsetLosses> {
  const engine = await createEngine(name, { threads: stored.config.threads });
  try {
    const inference = inferenceOf(stored, engine);
    try {
      return await readAll({ stored, value }, chosen, inference);
    } finally {
      await inference.dispose();
    }
  } finally {
    await engine.dispose();
  }
}

async function readAll(
  { stored, value }: ValuedModel,
  chosen: AcquiredRows,
  inference: Inference,
): Promise<SubsetLosses> {
  const { rows, truth, inputs, rowIds } = chosen;
  const { rowCosts } = stored.task.metrics.headline;
  const nothing = Float64Array.from(
    { length: rows.length * value.nothing.length },
    (_, i) => value.nothing[i % value.nothing.length],
  );
  const named = { where: chosen.on, rowIds, targets: stored.coding.names };
  const request = { inference, weights: stored.fusionWeights, decode: stored.coding.decode, inputs, rows, named };
  const losses = [rowCosts(truth, nothing)];
  const outputs: (Float64Array | null)[] = [null];
  for (let subset = 1; subset < 2 ** value.modalities.length; subset++) {
    const reading = await readSubset(request, subset);
    losses.push(rowCosts(truth, reading.prediction));
    outputs.push(value.head === null ? null : valueOutputs(value, await reading.read(value.head.inputs)));
  }
  return { rows: rows.length, losses, expected: (have, row) => expectedLosses(value, have, outputs[have], row) };
}
