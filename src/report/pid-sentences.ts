import type { PidEstimate } from "../pid/estimate/estimate-types.js";
import type { PidFlag } from "../pid/types.js";
import { foremost, mostShown } from "./foremost.js";
import { synergyWords } from "./readings.js";
import { formatPercent, joinWords } from "./text.js";

/** A value with its error, as many decimals as the error deserves: "0.31 ± 0.02"; "infinite" if it is. */
export function bitsWithError(value: number, error: number | null): string {
  if (!Number.isFinite(value)) return "infinite";
  if (error === null || !Number.isFinite(error)) return fixed(value, 2);
  const decimals = decimalsFor(error);
  return `${fixed(value, decimals)} ± ${fixed(error, decimals)}`;
}

/** Decimals at which an error shows one digit, 2 to 5; 2 for an error that is 0 or next to it. */
export function decimalsFor(error: number): number {
  return error >= 5e-6 ? Math.min(5, Math.max(2, Math.ceil(-Math.log10(error)))) : 2;
}

/** Fixed decimals without "-0.00". */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}

/**
 * One plain sentence per finding, for a reader who has never heard of information decomposition.
 * @param transformed whether the target stands for the normal scores of its ranks
 */
export function findingSentences(estimate: PidEstimate, target: string, transformed = false): string[] {
  return [
    totalSentence(estimate, target, transformed),
    ...uniqueSentences(estimate, target),
    ...sharedSentences(estimate, target),
    ...gainSentences(estimate, target),
    ...multiSentences(estimate),
  ];
}

/** Whether a unique atom is 0 because the definition makes it so: all but the best modality, one target, broja. */
export function isByDefinition(
  { measure, rank, atoms }: Pick<PidEstimate, "measure" | "rank" | "atoms">,
  name: string,
): boolean {
  return measure === "broja" && rank.target === 1 && atoms.unique[name] === 0;
}

/** What the definition says by itself, which a reader must not take for a finding; and what the flags mean. */
export function cautionSentences(estimate: PidEstimate, target: string): string[] {
  const sentences: string[] = [];
  if (estimate.rank.target === 1) sentences.push(scalarSentence(estimate));
  for (const flag of estimate.flags) sentences.push(flagSentence(flag, estimate, target));
  return [...sentences, ...estimate.notes];
}

function scalarSentence(estimate: PidEstimate): string {
  const { measure, modalities } = estimate;
  if (measure === "idep") {
    return (
      "Measure idep: unique information is what remains when the modalities are taken as independent given the target; " +
      "where two noisy copies help together it reports unique information, and broja reports synergy."
    );
  }
  const others = modalities.length === 2 ? "one of the two modalities" : "all modalities but the best one";
  const here = joinWords(modalities.filter((name) => isByDefinition(estimate, name)));
  const second =
    modalities.length === 2
      ? "The second reading, idep, shares differently."
      : "--measure idep, for two modalities at a time, gives a second reading.";
  return (
    `With a single target column the measure broja always gives ${others} unique 0, here ${here}: that is its ` +
    `definition, not a finding. ${second}`
  );
}

function totalSentence(
  { information, standardErrors, modalities, rank }: PidEstimate,
  target: string,
  transformed: boolean,
): string {
  const { total } = information;
  if (!Number.isFinite(total)) return `Together, ${joinWords(modalities)} determine ${target} without error.`;
  const bits = bitsWithError(total, standardErrors?.information.total ?? null);
  const variance = transformed ? "the variance of its normal scores" : "its variance";
  const share = rank.target === 1 ? `, ${formatPercent(1 - 2 ** (-2 * total))} of ${variance}` : "";
  return `Together, ${joinWords(modalities)} tell ${bits} bits about ${target}${share}.`;
}

function uniqueSentences(estimate: PidEstimate, target: string): string[] {
  const open = estimate.modalities.filter((name) => !isByDefinition(estimate, name));
  const { shown, more } = foremost(open, (name) => estimate.atoms.unique[name]);
  const sentences = shown.map((name) => uniqueSentence(estimate, name, target));
  return more === 0 ? sentences : [...sentences, `${more} more modalities have less to themselves.`];
}

function uniqueSentence(estimate: PidEstimate, name: string, target: string): string {
  const { atoms, standardErrors, modalities } = estimate;
  const value = atoms.unique[name];
  const error = standardErrors?.atoms.unique[name] ?? null;
  const others = modalities.filter((other) => other !== name);
  const lacks =
    others.length === 1
      ? `${others[0]} ${isPlural(others[0]) ? "do" : "does"} not have`
      : "no other modality has by itself";
  if (value <= 1e-9 || (error !== null && value < 2 * error)) {
    const known = value <= 1e-9 ? "" : ` (${bitsWithError(value, error)} bits, within its error)`;
    return `${name} ${isPlural(name) ? "have" : "has"} nothing about ${target} that ${lacks}${known}.`;
  }
  return `${name} ${isPlural(name) ? "add" : "adds"} ${bitsWithError(value, error)} bits about ${target} that ${lacks}.`;
}

function sharedSentences({ atoms, standardErrors, modalities }: PidEstimate, target: string): string[] {
  const two = modalities.length === 2;
  const errors = standardErrors?.atoms;
  const shared = bitsWithError(atoms.redundancy, errors?.redundancy ?? null);
  const together = bitsWithError(atoms.synergy, errors?.synergy ?? null);
  const sentences = [
    two
      ? `${shared} bits about ${target} can be had from either one, ${modalities[0]} or ${modalities[1]}.`
      : `${shared} bits about ${target} are in every modality.`,
    `${together} bits appear only when ${two ? "both are" : "several modalities are"} used together.` +
      (showsSynergy(atoms.synergy, errors?.synergy) ? ` ${synergyWords(two)}` : ""),
  ];
  if (!two) {
    const partial = bitsWithError(atoms.partialRedundancy, errors?.partialRedundancy ?? null);
    sentences.splice(1, 0, `${partial} bits are shared by some, not all, of the modalities.`);
  }
  return sentences;
}

/** Whether there is synergy to explain: it shows in print, and is not within its error. */
function showsSynergy(synergy: number, error: number | undefined): boolean {
  return synergy >= 0.005 && (error === undefined || synergy > 2 * error);
}

function gainSentences({ gain, modalities }: PidEstimate, target: string): string[] {
  const { shown, more } = foremost(modalities, (name) => gain.byModality[name]);
  const sentences = shown.map((name) => {
    const bits = bitsWithError(gain.byModality[name], gain.standardErrors?.[name] ?? null);
    const rest = modalities.filter((other) => other !== name);
    const others = rest.length > mostShown ? "all others" : joinWords(rest);
    return `To a reader of ${target} who already uses ${others}, ${name} ${isPlural(name) ? "bring" : "brings"} ${bits} bits more.`;
  });
  return more === 0 ? sentences : [...sentences, `${more} more modalities bring less.`];
}

function multiSentences({ multi }: PidEstimate): string[] {
  if (multi === undefined || multi.oInformation === null) return [];
  const omega = multi.oInformation;
  const kind = omega > 0 ? "repeat one another (redundancy dominates)" : "complement one another (synergy dominates)";
  const sentences = [`Among themselves the modalities ${kind}: O-information ${fixed(omega, 2)} bits.`];
  const gradient = multi.oInformationGradient;
  if (gradient !== null) {
    const about = gradient > 0 ? "mostly redundant" : "mostly synergistic";
    sentences.push(
      `What they say about the target is ${about}: it changes O-information by ${fixed(gradient, 2)} bits.`,
    );
  }
  return sentences;
}

function flagSentence(flag: PidFlag, estimate: PidEstimate, target: string): string {
  const { modalities, contrasts } = estimate;
  switch (flag) {
    case "saturated":
      return `saturated: some direction of ${target} is determined exactly; infinite values are shown as such.`;
    case "underdetermined":
      return "underdetermined: too few rows for this many columns; the numbers are too high and have no errors.";
    case "inconsistent":
      return "inconsistent: the held-out predictions of all modalities together are worse than those of fewer; synergy is unreliable.";
    case "dependent-target":
      return `dependent-target: some columns of ${target} are combinations of others and were left out.`;
    case "dependent-source":
      return "dependent-source: some columns are constant or combinations of others; they add nothing.";
    case "no-information":
      return `no-information: nothing about ${target} could be told apart from chance.`;
    case "boundary": {
      const { byModality } = estimate.information;
      const { shown, more } = foremost(contrasts ?? [], ({ modalities: [a, b] }) =>
        Math.min(byModality[a], byModality[b]),
      );
      const texts = shown.map(
        ({ modalities: [a, b], value, standardError }) => `${a} - ${b}: ${bitsWithError(value, standardError)}`,
      );
      const others = more === 0 ? "" : `; ${more} more pairs, of which one knows less`;
      const read =
        shown.length === 0 ? "" : ` Read the difference in information instead (${texts.join("; ")} bits${others}).`;
      return `boundary: ${joinWords(modalities)} tie within two standard errors, so the intervals of the unique parts are unreliable.${read}`;
    }
  }
}

/** "volumes" is plural, "thickness" is not; a guess from the ending, for grammar only. */
function isPlural(name: string): boolean {
  return /[^s]s$/.test(name);
}
