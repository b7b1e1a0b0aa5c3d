import type { ClassReading } from "../pid/discrete/class-types.js";
import type { PidEstimate } from "../pid/estimate/estimate-types.js";
import { lacksInformation } from "../pid/estimate/no-information.js";
import type { PidFlag } from "../pid/types.js";
import { type Amount, balanceSentences, gainSentences, totalSentences, uniqueSentences } from "./atom-sentences.js";
import { bitsWithError } from "./bits-text.js";
import { boundarySentences } from "./boundary-sentences.js";
import { foremost, mostShown } from "./foremost.js";
import { synergyWords } from "./readings.js";
import { said } from "./sentence.js";
import { formatPercent, joinWords } from "./text.js";

export { bitsWithError, decimalsFor, fixed } from "./bits-text.js";

/**
 * One plain sentence per finding, for a reader who has never heard of information decomposition.
 * @param transformed whether the target stands for the normal scores of its ranks
 * @param heldOut what rows held out show, where it lies clearly below the total (`heldOutBelow`)
 */
export function findingSentences(
  estimate: PidEstimate,
  target: string,
  transformed = false,
  heldOut?: Amount,
): string[] {
  return [
    ...totalOf(estimate, target, transformed, heldOut),
    ...uniqueParts(estimate, target),
    ...sharedSentences(estimate, target),
    ...gains(estimate, target),
    ...multiSentences(estimate),
  ];
}

/** Whether a unique atom is 0 because the definition makes it so: all but the best modality, one target, broja. */
export function isByDefinition(
  { measure, rank, atoms, classes }: Pick<PidEstimate, "measure" | "rank" | "atoms" | "classes">,
  name: string,
): boolean {
  return classes === undefined && measure === "broja" && rank.target === 1 && atoms.unique[name] === 0;
}

/**
 * What the definition says by itself, which a reader must not take for a finding; and what the flags mean.
 * @param ofGaussian whether it is a Gaussian reading that no check found to be enough
 */
export function cautionSentences(estimate: PidEstimate, target: string, ofGaussian = false): string[] {
  const sentences: string[] = [];
  if (estimate.classes !== undefined) sentences.push(classSentence(estimate.classes, target));
  else if (estimate.rank.target === 1) sentences.push(scalarSentence(estimate));
  for (const flag of estimate.flags) sentences.push(flagSentence(flag, estimate, { target, ofGaussian }));
  return [...sentences, ...estimate.notes];
}

function classSentence({ quantisationLoss }: ClassReading, target: string): string {
  const lost = Object.entries(quantisationLoss).filter(([, bits]) => bits > coarse);
  return (
    `${target} was read as classes. The information of all and of each is what posterior probabilities, learned from some rows, ` +
    "show on others: truly it is at least that, within its error, and what was not learned is missing. Nothing is more than " +
    "H(Y)." +
    (lost.length === 0
      ? ""
      : ` The parts are divided as the posteriors cut into cells divide, which lost ${joinWords(lost.map(([name, bits]) => `${bits.toFixed(2)} bits of ${name}`))}; ` +
        "the intervals of the parts hold what that may change.")
  );
}

/** Information lost by cells beyond this, bits, is told. */
const coarse = 0.02;

function scalarSentence(estimate: PidEstimate): string {
  const { measure, modalities } = estimate;
  if (measure === "idep") {
    return (
      "Measure idep: unique information is what remains when the modalities are taken as independent given the target; " +
      "where two noisy copies help together it reports unique information, and broja reports synergy."
    );
  }
  const others = modalities.length === 2 ? "one of the two modalities" : "all modalities but the best one";
  const zero = modalities.filter((name) => isByDefinition(estimate, name));
  const here = zero.length === 0 ? "" : `, here ${joinWords(zero)}`;
  const second =
    modalities.length === 2
      ? "The second reading, idep, shares differently."
      : "--measure idep, for two modalities at a time, gives a second reading.";
  return (
    `With a single target column the measure broja always gives ${others} unique 0${here}: that is its ` +
    `definition, not a finding. ${second}`
  );
}

function totalOf(estimate: PidEstimate, target: string, transformed: boolean, heldOut?: Amount): string[] {
  const { information, standardErrors, modalities, rank, classes, flags } = estimate;
  const { total } = information;
  const variance = transformed ? "the variance of its normal scores" : "its variance";
  return said(totalSentences, {
    ...{ modalities: joinWords(modalities), target, targetRank: rank.target },
    ...{ value: total, error: standardErrors?.information.total ?? null },
    found: !lacksInformation(estimate),
    heldOut,
    share: classes
      ? `${formatPercent(classes.shareOfEntropy.total)} of its entropy`
      : rank.target === 1 && !flags.includes("above-entropy")
        ? `${formatPercent(1 - 2 ** (-2 * total))} of ${variance}`
        : null,
  });
}

function uniqueParts(estimate: PidEstimate, target: string): string[] {
  const { atoms, standardErrors, modalities, measure } = estimate;
  const open = modalities.filter((name) => !isByDefinition(estimate, name));
  const { shown, more } = foremost(open, (name) => atoms.unique[name]);
  const sentences = shown.flatMap((name) =>
    said(uniqueSentences, {
      ...{ name, target, measure, others: modalities.filter((other) => other !== name) },
      ...{ value: atoms.unique[name], error: standardErrors?.atoms.unique[name] ?? null },
    }),
  );
  return more === 0 ? sentences : [...sentences, `${more} more ${more === 1 ? "has" : "have"} no more alone.`];
}

function sharedSentences(estimate: PidEstimate, target: string): string[] {
  const { atoms, standardErrors, modalities, classes } = estimate;
  const two = modalities.length === 2;
  const split = classes?.sharedNotSplit !== true;
  const errors = standardErrors?.atoms;
  const shared = bitsWithError(atoms.redundancy, errors?.redundancy ?? null);
  const together = bitsWithError(atoms.synergy, errors?.synergy ?? null);
  const sentences = [
    two
      ? `${shared} bits about ${target} can be had from either one, ${modalities[0]} or ${modalities[1]}.`
      : `${shared} bits about ${target} are in ${split ? "every modality" : "two or more modalities"}.`,
    `${together} bits appear only when ${two ? "both are" : "several modalities are"} used together.` +
      (showsSynergy(estimate) ? ` ${synergyWords(two)}` : ""),
  ];
  if (!two && split) {
    const partial = bitsWithError(atoms.partialRedundancy, errors?.partialRedundancy ?? null);
    sentences.splice(1, 0, `${partial} bits are shared by some, not all, of the modalities.`);
  }
  return sentences;
}

/** Whether there is synergy that modalities may have which only add up: two or more of them tell something alone. */
function showsSynergy({ atoms, information, standardErrors, modalities }: PidEstimate): boolean {
  const errors = standardErrors?.information.byModality;
  const alone = modalities.filter((name) => isShown(information.byModality[name], errors?.[name]));
  return alone.length > 1 && isShown(atoms.synergy, standardErrors?.atoms.synergy);
}

/** Whether an amount shows in print, and is not within its error. */
function isShown(value: number, error: number | undefined): boolean {
  return value >= 0.005 && (!Number.isFinite(value) || error === undefined || value > 2 * error);
}

function gains({ gain, modalities, atoms }: PidEstimate, target: string): string[] {
  if (modalities.some((name) => gain.byModality[name] === undefined)) return [];
  const { shown, more } = foremost(modalities, (name) => gain.byModality[name]);
  const sentences = shown.flatMap((name) => {
    const rest = modalities.filter((other) => other !== name);
    return said(gainSentences, {
      ...{ name, target, others: rest.length > mostShown ? "all others" : joinWords(rest) },
      ...{ value: gain.byModality[name], error: gain.standardErrors?.[name] ?? null },
      parts: rest.length === 1 ? { unique: atoms.unique[name], synergy: atoms.synergy } : null,
    });
  });
  return more === 0 ? sentences : [...sentences, `${more} more ${more === 1 ? "brings" : "bring"} no more.`];
}

function multiSentences({ multi }: PidEstimate): string[] {
  if (multi === undefined || multi.oInformation === null) return [];
  return said(balanceSentences, { oInformation: multi.oInformation, gradient: multi.oInformationGradient });
}

/** What sentences of flags are told of. */
interface Flagged {
  readonly target: string;
  readonly ofGaussian: boolean;
}

function flagSentence(flag: PidFlag, estimate: PidEstimate, { target, ofGaussian }: Flagged): string {
  switch (flag) {
    case "saturated":
      return estimate.flags.includes("above-entropy")
        ? `saturated: some direction of ${target} is determined exactly.`
        : `saturated: some direction of ${target} is determined exactly; infinite values are shown as such.`;
    case "underdetermined":
      return "underdetermined: too few rows for this many columns; the numbers are too high and have no errors.";
    case "inconsistent":
      return "inconsistent: the amounts as estimated did not fit together, by more than their errors, and were moved until they did; the atoms are unreliable.";
    case "dependent-target":
      return `dependent-target: some columns of ${target} are combinations of others and were left out.`;
    case "dependent-source":
      return "dependent-source: some columns are constant or combinations of others; they add nothing.";
    case "no-information":
      return `no-information: nothing about ${target} could be told apart from chance${ofGaussian ? " by the Gaussian reading" : ""}.`;
    case "few-rows":
      return estimate.estimator === "cross-fitted"
        ? "few-rows: too few rows, or groups of rows, for the columns to estimate without holding rows out; what could not be learned from so few is missing, so the information is at least what is shown, and the upper ends are no limits."
        : "few-rows: fewer than 5 rows per column; errors and intervals hold for rows that are nearly normal, and are too narrow for heavy tails.";
    case "few-groups":
      return "few-groups: the rows come from fewer than 20 groups (or few of them hold most rows), so the errors are only roughly known; intervals were widened for it.";
    case "few-rows-per-cell":
      return (
        "few-rows-per-cell: so few rows fall on each class of a cell that chance makes each modality the better one for some " +
        `classes: unique parts may be too large${upTo(estimate.classes?.unionExcess)}, and the redundant part too small by as much, with fewer than five rows for each class of a cell by more. ` +
        "The information of all and of each is not affected."
      );
    case "above-entropy":
      return (
        `above-entropy: taken as a number, ${target} would hold more than ${estimate.targetEntropy?.bits.toFixed(2)} bits, the ` +
        `entropy of its ${estimate.targetEntropy?.values} different values, which nothing can. What was above is cut to it, the ` +
        "parts are what that leaves, and how much of it is true is not known: read it as classes, or as an upper limit."
      );
    case "non-gaussian":
      return (
        "non-gaussian: information was found that the Gaussian reading does not see; the atoms above are of that reading, the " +
        "check says what holds beyond it."
      );
    case "heavy-tails":
      return "heavy-tails: a few rows far out make up the errors, and such tails may have none that is finite; 95 % intervals then hold about 85 to 92 % of the time. Ranks (--transform, --transform-modalities) let no value weigh that much.";
    case "lower-bound":
      return "lower-bound: the training rows are too few for so much, and what was not learned is not known; the information is at least what is shown.";
    case "boundary":
      return said(boundarySentences, estimate).join(" ");
  }
}

function upTo(bits: number | undefined): string {
  return bits === undefined ? "" : `, by up to ${bits.toFixed(2)} bits`;
}
