import { normalQuantile } from "../../math/special.js";
import { combineValues } from "../closed-form/combine-values.js";
import type {
  ByModality,
  InfluentialRows,
  MultiDetails,
  PairPid,
  PidInformation,
  PidIntervals,
  PidResult,
  PidValues,
  SecondReading,
} from "../types.js";
import type { LocalEstimates, PidBootstrap, PidEstimate } from "./estimate-types.js";
import { intervalsFor } from "./no-information.js";
import { errorLevel } from "./row-groups.js";
import type { TargetEntropy } from "./target-entropy.js";

/** Values above H(Y) by less than this are rounding. */
const rounding = 1e-9;

/**
 * A Gaussian decomposition of a target with ties in which nothing is more than H(Y): flag `above-entropy` where a number was.
 * Every information and the union are cut at H(Y), and the parts are what the cut amounts leave:
 *   u_k = union' - (union without k)',   s = total' - union',   v' = min(v, H(Y))
 * Each of these is at most H(Y) whatever the target, so that cutting it brings a number that is too large nearer to the
 * truth and leaves the others as they were read; and the order single <= union <= total stays, so that no part is below 0.
 * How much of a cut amount is true its reading does not say: its interval reaches down to 0, as do those of parts that moved.
 */
export function cappedAtEntropy<R extends PidResult>(result: R, entropy: TargetEntropy | null): R {
  if (entropy === null) return result;
  const { bits } = entropy;
  const values = { information: result.information, atoms: result.atoms, union: result.union };
  const cut = cutValues(values, bits);
  const above = moves(values, cut);
  const out: PidResult = {
    ...result,
    ...cut,
    targetEntropy: entropy,
    intervals: intervalsWithin(result, values, cut, bits),
    ...(result.anyOrder === undefined ? {} : { anyOrder: cutEnds(result.anyOrder, values, cut, bits) }),
    contrasts: above ? contrastsOf(result, cut) : result.contrasts,
    flags: above && !result.flags.includes("above-entropy") ? [...result.flags, "above-entropy"] : result.flags,
    ...(result.secondReading === undefined ? {} : { secondReading: cutReading(result.secondReading, result, bits) }),
    ...(result.influentialRows ? { influentialRows: cutInfluence(result.influentialRows, bits) } : {}),
    ...(result.multi === undefined ? {} : { multi: cutDetails(result.multi, values, cut, bits) }),
  };
  return { ...out, ...estimateParts(result, values, cut, bits) } as R;
}

/** Parts that an estimate has beside the result. */
function estimateParts(result: PidResult & Partial<PidEstimate>, values: PidValues, cut: PidValues, bits: number) {
  const { gain, bootstrap, local } = result;
  return {
    ...(gain === undefined ? {} : { gain: { ...gain, byModality: gains(gain.byModality, values, cut, bits) } }),
    ...(bootstrap ? { bootstrap: cutBootstrap(bootstrap, values, cut, bits) } : {}),
    ...(local === undefined ? {} : { local: shifted(local, values, cut) }),
  };
}

/** The informations and the union at most H(Y), and the parts that they leave. */
export function cutValues(values: PidValues, bits: number): PidValues {
  const { information, atoms, union } = values;
  const total = Math.min(information.total, bits);
  const known = Math.min(union, bits);
  return {
    information: { total, byModality: mapped(information.byModality, (v) => Math.min(v, bits)) },
    atoms: { ...(union > bits ? cutParts(atoms, bits) : atoms), synergy: synergyOf(values, total, known) },
    union: known,
  };
}

/** Where nothing was cut, synergy is as it was read, to the last bit. */
function synergyOf({ information, atoms, union }: PidValues, total: number, known: number): number {
  return information.total === total && union === known ? atoms.synergy : Math.max(0, total - known);
}

function cutParts({ unique, redundancy, partialRedundancy }: PidValues["atoms"], bits: number) {
  const names = Object.keys(unique);
  const others = (name: string) =>
    names.reduce((sum, other) => (other === name ? sum : sum + unique[other]), redundancy + partialRedundancy);
  const own = Object.fromEntries(names.map((name) => [name, bits - Math.min(bits, others(name))]));
  const left = Math.max(
    0,
    names.reduce((rest, name) => rest - own[name], bits),
  );
  const shared = Math.min(redundancy, left);
  const two = names.length < 3;
  return { unique: own, redundancy: two ? left : shared, partialRedundancy: two ? 0 : left - shared };
}

function mapped(of: ByModality, change: (value: number, name: string) => number): ByModality {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value, name)]));
}

function moves(values: PidValues, cut: PidValues): boolean {
  const differs = (a: number, b: number) => a > b + rounding;
  return (
    differs(values.information.total, cut.information.total) ||
    differs(values.union, cut.union) ||
    Object.entries(values.information.byModality).some(([name, v]) => differs(v, cut.information.byModality[name]))
  );
}

/** Where only errors were given, intervals of them: what is made of errors elsewhere knows no limit. */
function intervalsWithin(result: PidResult, values: PidValues, cut: PidValues, bits: number): PidIntervals | null {
  const { intervals, standardErrors, flags } = result;
  if (intervals !== null) return cutIntervals(intervals, values, cut, bits);
  if (standardErrors === null) return null;
  const z = normalQuantile((1 + errorLevel) / 2);
  const own = {
    ...{ level: errorLevel, method: "value and standard errors, within 0 and H(Y)" },
    lower: combineValues([values, standardErrors], ([v, error]) => Math.max(0, v - z * error)),
    upper: combineValues([values, standardErrors], ([v, error]) => v + z * error),
  };
  return cutIntervals(intervalsFor(flags, own), values, cut, bits);
}

type Ends = Pick<PidIntervals, "lower" | "upper">;

/** Ends within 0 and H(Y); of a number that moved from 0, or from the lower end, to its own upper end or beyond. */
function cutEnds({ lower, upper }: Ends, values: PidValues, cut: PidValues, bits: number): Ends {
  return {
    lower: combineValues([lower, values, cut], ([end, was, now]) => (same(was, now) ? Math.min(end, bits) : 0)),
    upper: combineValues([upper, values, cut], ([end, was, now]) =>
      Math.min(bits, same(was, now) ? end : Math.max(end, now)),
    ),
  };
}

function same(was: number, now: number): boolean {
  return was === now || Math.abs(was - now) <= rounding;
}

function cutIntervals(intervals: PidIntervals, values: PidValues, cut: PidValues, bits: number): PidIntervals {
  return { ...intervals, ...cutEnds(intervals, values, cut, bits) };
}

function cutBootstrap(bootstrap: PidBootstrap, values: PidValues, cut: PidValues, bits: number): PidBootstrap {
  const { basic, bca } = bootstrap;
  return {
    ...bootstrap,
    basic: cutIntervals(basic, values, cut, bits),
    bca: cutIntervals(bca, values, cut, bits),
  };
}

function contrastsOf({ contrasts }: PidResult, { information }: PidValues): PidResult["contrasts"] {
  return (
    contrasts?.map((contrast) => {
      const [a, b] = contrast.modalities.map((name) => information.byModality[name]);
      return { ...contrast, value: a - b };
    }) ?? null
  );
}

function cutReading(reading: SecondReading, { information }: PidResult, bits: number): SecondReading {
  const { atoms, union } = cutValues({ information, atoms: reading.atoms, union: reading.union }, bits);
  return { ...reading, atoms, union };
}

function cutInformation({ total, byModality }: PidInformation, bits: number): PidInformation {
  return { total: Math.min(total, bits), byModality: mapped(byModality, (v) => Math.min(v, bits)) };
}

function cutInfluence(found: InfluentialRows, bits: number): InfluentialRows {
  const { without } = found;
  return { ...found, without: { ...without, information: cutInformation(without.information, bits) } };
}

/** total' - (I of the others)'; of infinite amounts the others' are those of the parts. */
function gains(of: ByModality, values: PidValues, cut: PidValues, bits: number): ByModality {
  const { total } = values.information;
  return mapped(of, (gain, name) => {
    if (same(total, cut.information.total)) return gain;
    const rest = total - gain;
    const others = Object.entries(values.information.byModality).flatMap(([other, v]) => (other === name ? [] : [v]));
    const known = Number.isNaN(rest) ? Math.max(...others) : rest;
    return cut.information.total - Math.min(bits, known);
  });
}

function cutPair(pair: PairPid, bits: number): PairPid {
  const [a, b] = pair.unique;
  const { redundancy, synergy, information } = pair;
  const { information: all, atoms } = cutValues(
    {
      information: { total: information, byModality: { a: a + redundancy, b: b + redundancy } },
      atoms: { unique: { a, b }, redundancy, synergy, partialRedundancy: 0 },
      union: a + b + redundancy,
    },
    bits,
  );
  return {
    ...pair,
    information: all.total,
    unique: [atoms.unique.a, atoms.unique.b],
    redundancy: atoms.redundancy,
    synergy: atoms.synergy,
  };
}

function cutDetails(multi: MultiDetails, values: PidValues, cut: PidValues, bits: number): MultiDetails {
  const { uniqueStrict, leaveOneOut, pairs, shapley, oInformationGradient } = multi;
  const without = leaveOneOut && mapped(leaveOneOut, (v) => Math.min(v, bits));
  const moved = !same(values.information.total, cut.information.total);
  const changed = moved || (leaveOneOut !== null && Object.values(leaveOneOut).some((v) => v > bits));
  const count = Object.keys(values.information.byModality).length;
  const gradient =
    without && (1 - count) * cut.information.total + Object.values(without).reduce((sum, v) => sum + v, 0);
  return {
    ...multi,
    uniqueStrict: uniqueStrict && mapped(uniqueStrict, (v) => Math.min(v, bits)),
    leaveOneOut: without,
    pairs: pairs?.map((pair) => cutPair(pair, bits)) ?? null,
    shapley: shapley && (moved ? shares(shapley, cut.information.total) : shapley),
    oInformationGradient: changed ? gradient : oInformationGradient,
  };
}

/** The shares of a total, of which infinite ones leave nothing to the others. */
function shares(shapley: ByModality, total: number): ByModality {
  const infinite = Object.values(shapley).filter((v) => v === Number.POSITIVE_INFINITY).length;
  if (infinite > 0) return mapped(shapley, (v) => (v === Number.POSITIVE_INFINITY ? total / infinite : 0));
  const sum = Object.values(shapley).reduce((all, v) => all + v, 0);
  return mapped(shapley, (v) => (sum === 0 ? 0 : (v * total) / sum));
}

/** Per-row values whose means are the numbers as they were cut. */
function shifted(local: LocalEstimates, values: PidValues, cut: PidValues): LocalEstimates {
  const by = (rows: Float64Array, was: number, now: number) => (was === now ? rows : rows.map((v) => v + now - was));
  const each = (rows: Readonly<Record<string, Float64Array>>, was: ByModality, now: ByModality) =>
    Object.fromEntries(Object.entries(rows).map(([name, own]) => [name, by(own, was[name], now[name])]));
  const { information, atoms } = values;
  return {
    information: {
      total: by(local.information.total, information.total, cut.information.total),
      byModality: each(local.information.byModality, information.byModality, cut.information.byModality),
    },
    unique: each(local.unique, atoms.unique, cut.atoms.unique),
    redundancy: by(local.redundancy, atoms.redundancy, cut.atoms.redundancy),
    synergy: by(local.synergy, atoms.synergy, cut.atoms.synergy),
    partialRedundancy: by(local.partialRedundancy, atoms.partialRedundancy, cut.atoms.partialRedundancy),
  };
}
