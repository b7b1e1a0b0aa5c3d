import { InputError } from "../../errors.js";
import { mean } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import { flatLayout, namedValues, valuesInOrder } from "../closed-form/flat-values.js";
import { byName } from "../closed-form/settle.js";
import { bootstrap } from "../estimate/bootstrap.js";
import type { PidEstimate } from "../estimate/estimate-types.js";
import { localEstimates } from "../estimate/local-estimates.js";
import { intervalsFor, withinErrors } from "../estimate/no-information.js";
import { centred, errorOf } from "../estimate/pointwise-error.js";
import { fewGroups, type RowGroups } from "../estimate/row-groups.js";
import type { Contrast, PidFlag } from "../types.js";
import { type HeldOut, heldOutOf, influencesOf, labelEntropy, scoresOf } from "./class-evidence.js";
import { coarse, endErrorsOf, intervalsOf } from "./class-intervals.js";
import { classReading, notesOf } from "./class-reading.js";
import { permutationOf, reportedBootstrap } from "./class-resampling.js";
import {
  type ClassReadings,
  type ClassRows,
  cellLocal,
  designEffect,
  heldOutInformation,
  readClasses,
} from "./class-rows.js";
import { type ClassPidOptions, type ClassPosteriors, mostClassModalities } from "./class-types.js";
import { agreedValues } from "./class-values.js";
import { cellsFor, posteriorCells, rowsPerCell } from "./posterior-cells.js";
import { unionExcess } from "./union-excess.js";

/** Bootstrap replicates behind the standard errors, and how exactly each is solved. */
const errorReplicates = 60;
const rough = { tolerance: 1e-3, sweeps: 300 };
/** How exactly a quick decomposition is solved: the more modalities, the slower the sweeps come near. */
const quickly = (modalities: number) => ({ ...rough, sweeps: rough.sweeps * (modalities - 1) });

/**
 * Partial information decomposition of a target of classes, bits: the information of all and of each from held-out
 * posteriors, divided as the union information of Bertschinger et al. (2014) divides that of their cells. Nothing is assumed
 * of distributions; every information is a lower bound of that of the modalities, but for sampling error, and none is more
 * than H(Y).
 * The class shares of a cell are those of its rows and their mean posterior together (`posteriorRows`): where modalities tell the same,
 * few rows per cell make parts unique by chance.
 * Standard errors: the larger of that of the rows' parts and that of 60 bootstrap samples of rows, or of groups, with the
 * cells as they are.
 * @throws InputError for fewer than two or more than four modalities
 */
export function classPid(posteriors: ClassPosteriors, options: ClassPidOptions = {}): PidEstimate {
  const { names, groups } = posteriors;
  if (names.length < 2 || names.length > mostClassModalities) {
    throw new InputError(
      `a target of classes is decomposed for 2 to ${mostClassModalities} modalities, got ${names.length}`,
    );
  }
  const { level = 0.95 } = options;
  const rng = new Rng(options.seed ?? 1);
  const rows = classRows(posteriors, options, rng.split("cells"));
  const every = Int32Array.from(posteriors.labels.keys());
  const readings = readClasses(rows, every, options.quick ? quickly(names.length) : {});
  const agreed = agreedValues(readings);
  const influences = influencesOf(rows, readings, agreed);
  const problem = {
    ...{ names, rows: every.length, groups, values: agreed.values, influences },
    replicate: (chosen: Int32Array) => agreedValues(readClasses(rows, chosen, rough, readings)).values,
  };
  const at = flatLayout(names.length);
  const replicates = options.quick ? 0 : (options.errorReplicates ?? errorReplicates);
  const spread =
    replicates === 0
      ? new Float64Array(influences.length)
      : Float64Array.from([
          ...valuesInOrder(bootstrap(problem, replicates, level, rng.split("errors")).standardErrors),
          ...names.map(() => 0),
        ]);
  const errors = Float64Array.from(influences, (influence, i) =>
    i < at.gain ? Math.max(errorOf(influence, groups), spread[i]) : errorOf(influence, groups),
  );
  const heldOut = heldOutOf(posteriors, readings.entropy);
  const excess = options.quick
    ? undefined
    : unionExcess(rows, readings, { groups, options: rough, rng: rng.split("halves") });
  const flags = flagsOf({ posteriors, readings, rows, heldOut, excess });
  const values = namedValues(names, agreed.values);
  const cap = readings.entropy;
  const standardErrors = namedValues(names, errors);
  const found = { values, standardErrors, readings, agreed, heldOut, excess };
  const endErrors = endErrorsOf(names, agreed.values, influences, groups);
  return {
    unit: "bits",
    measure: "broja",
    modalities: names,
    ...values,
    standardErrors,
    intervals: intervalsFor(
      flags,
      intervalsOf({ names, values, standardErrors, range: agreed.unionRange, endErrors }, level, cap),
    ),
    contrasts: contrastsOf(names, agreed.values, influences, groups),
    n: every.length,
    rank: ranksOf(posteriors, rows),
    condBits: 0,
    residual: readings.union.gap,
    flags,
    estimator: "posterior-cells",
    gain: gainsOf(names, agreed.values, errors),
    standardErrorSource: "rows",
    bootstrap: reportedBootstrap(problem, options, flags, cap, rng),
    permutation: permutationOf(posteriors, options, rng),
    classes: classReading(posteriors, rows, found),
    notes: notesOf(posteriors, found),
    ...(options.local ? { local: localEstimates(names, agreed.values, influences) } : {}),
  };
}

function classRows(posteriors: ClassPosteriors, options: ClassPidOptions, rng: Rng): ClassRows {
  const { labels, classes, byModality, names, groups } = posteriors;
  const count = options.cells ?? cellsFor(labels.length, classes.length, names.length);
  const scores = (of: Float64Array) => scoresOf(of, labels, classes.length);
  const cut = (k: number, most: number) => posteriorCells(byModality[k], classes.length, most, rng.split(String(k)));
  const few: ClassRows = {
    ...{ labels, classes: classes.length, designEffects: names.map(() => 1) },
    cells: names.map((_, k) => cut(k, count)),
    posteriors: byModality,
    own: byModality.map(scores),
    joint: scores(posteriors.joint),
  };
  const finer = options.cells === undefined && names.length === 2;
  const cells = few.cells.map((own, k) => (finer && isCoarse(posteriors, few, k) ? cut(k, 2 * count) : own));
  const rows = { ...few, cells };
  return { ...rows, designEffects: cells.map((_, k) => designEffect(cellLocal(rows, k), groups)) };
}

/** Whether the cells of a modality lose more than 0.02 bits of what its posteriors show, and rows suffice for twice as many. */
function isCoarse({ labels, classes }: ClassPosteriors, rows: ClassRows, k: number): boolean {
  if (labels.length < 2 * rowsPerCell * rows.cells[k].count) return false;
  const shown = heldOutInformation(labelEntropy(labels, classes.length), mean(rows.own[k]));
  const free = (rows.cells[k].count - 1) * (classes.length - 1);
  return shown - (mean(cellLocal(rows, k)) - free / (2 * labels.length * Math.LN2)) > coarse;
}

/** Information of a table that has none, bits. */
const rounding = 1e-12;

/** The union of the cells being too large by this, bits, is told. */
const excessTold = 0.05;
/** Rows for each class of a cell below which that is told too: halves of so few rows show no excess. */
const fewPerClass = 5;

interface Evidence {
  readonly posteriors: ClassPosteriors;
  readonly readings: ClassReadings;
  readonly rows: ClassRows;
  readonly heldOut: HeldOut;
  /** By how much the union of the cells may be too large, bits; undefined where nobody looked. */
  readonly excess: number | undefined;
}

/** Nothing is found where neither the posteriors nor their cells tell anything from 0. */
function flagsOf({ posteriors, readings, rows, heldOut, excess }: Evidence): PidFlag[] {
  const { names, groups } = posteriors;
  const flags: PidFlag[] = [];
  if (groups !== null && groups.effective < fewGroups) flags.push("few-groups");
  const perClass = posteriors.labels.length / (rows.classes * Math.max(...rows.cells.map(({ count }) => count)));
  if ((excess !== undefined && excess > excessTold) || perClass < fewPerClass) flags.push("few-rows-per-cell");
  const each = (of: HeldOut["information"]) => ({ total: of.total, single: names.map((name) => of.byModality[name]) });
  const cells = names.map((_, k) => readings.single[k] - readings.bias[k] - rounding);
  const cellErrors = names.map((_, k) => errorOf(centred(cellLocal(rows, k)), groups));
  const nothing =
    withinErrors(each(heldOut.information), each(heldOut.standardErrors)) &&
    withinErrors({ total: 0, single: cells }, { total: 0, single: cellErrors });
  return nothing ? [...flags, "no-information"] : flags;
}

function contrastsOf(
  names: readonly string[],
  values: Float64Array,
  influences: readonly Float64Array[],
  groups: RowGroups | null,
): Contrast[] {
  const at = flatLayout(names.length);
  return names.flatMap((a, i) =>
    names.slice(i + 1).map((b, offset): Contrast => {
      const j = i + 1 + offset;
      const difference = influences[at.single + i].map((v, r) => v - influences[at.single + j][r]);
      return {
        modalities: [a, b],
        value: values[at.single + i] - values[at.single + j],
        standardError: errorOf(difference, groups),
      };
    }),
  );
}

function ranksOf({ names, classes }: ClassPosteriors, { cells }: ClassRows): PidEstimate["rank"] {
  const free = classes.length - 1;
  return {
    target: free,
    total: free,
    byModality: byName(
      names,
      cells.map(({ count }) => Math.min(free, count - 1)),
    ),
  };
}

/** What each adds to the others: known for two modalities only. */
function gainsOf(names: readonly string[], values: Float64Array, errors: Float64Array): PidEstimate["gain"] {
  if (names.length > 2) return { byModality: {}, standardErrors: null };
  const at = flatLayout(names.length);
  const of = (flat: Float64Array) => byName(names, flat.subarray(at.gain, at.gain + names.length));
  return { byModality: of(values), standardErrors: of(errors) };
}
