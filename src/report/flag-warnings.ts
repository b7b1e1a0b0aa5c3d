import type { RunWarning } from "../record/run-schemas.js";
import { measuredParts, type RunDecomposition } from "./information-found.js";
import { type Sentence, said } from "./sentence.js";
import { joinWords } from "./text.js";

/** What is known of a target with ties. */
export interface KnownEntropy {
  readonly bits: number;
  readonly values: number;
}

type Words = string | ((entropy: KnownEntropy | undefined) => string);

/** What the flags of a decomposition mean for a reader. */
const flagWords: Readonly<Record<string, Words>> = {
  saturated:
    "the target is determined exactly in some direction, so some information is infinite; look for a column of the target, " +
    "or a copy of it, among the inputs",
  underdetermined: "there were fewer rows than columns; such a decomposition shows chance as information",
  boundary:
    "two modalities tell about equally much (of some direction of the target, where there are several), so it is not certain " +
    "who knows more: unique, redundant and synergistic parts have wide intervals that hold either way; read the differences " +
    "between the modalities instead",
  "few-rows":
    "there were fewer than five rows per column; errors hold for rows that are nearly normal, and what could not be learned " +
    "is missing",
  "few-groups":
    "the rows come from fewer than 20 groups, or few groups hold most of them; errors are only roughly known, and none " +
    "can be given for a single group",
  "few-rows-per-cell":
    "so few rows fall on each class of a cell that chance makes each modality the better one for some classes: unique parts " +
    "may be too large, and the redundant part too small (classes.unionExcess in pid.json, of the test rows test.classes.unionExcess, says by how much " +
    "where halves of the rows show it; with fewer than five rows for each class of a cell it may be more); the information of all and of each is not affected",
  "non-gaussian":
    "a conditional density found information that the Gaussian reading misses; the atoms are those of that reading, about the " +
    "mean of the target",
  "heavy-tails":
    "a few rows far out make up the standard errors of the atoms, and such tails may have none that is finite; 95 % intervals " +
    "then hold about 85 to 92 % of the time",
  "lower-bound":
    "the training rows are too few for so much information: what the network did not learn of them is no longer small beside what " +
    'is left unexplained; read the information as "at least"',
  inconsistent:
    "a number had to be moved by more than rounding or sampling explains for no atom to be below 0; the decomposition is " +
    "not reliable",
  "above-entropy": (entropy) =>
    "read as numbers, the target would hold more than its entropy" +
    (entropy === undefined ? "" : `, ${entropy.bits.toFixed(2)} bits of ${entropy.values} different values`) +
    "; what was above is cut to it, the parts are what that leaves, and how much of it is true is not known",
  "dependent-target": "some target columns are combinations of others and were left out of the decomposition",
  "dependent-source": "some latents are constant or combinations of others; they carry nothing extra",
};

/** Whether a code of a warning is a flag that this version knows. */
export function isFlag(code: string): boolean {
  return Object.hasOwn(flagWords, code);
}

/** On which rows a flag was raised. */
export interface FlagFacts {
  /** "validation rows" and "test rows" with the flags of each decomposition. */
  readonly parts: readonly { readonly rows: string; readonly flags: readonly string[] }[];
  /** Whether the Gaussian reading of any of them tells information from 0. */
  readonly found: boolean;
  /** Of a target with ties. */
  readonly entropy?: KnownEntropy | undefined;
}

/** A flag is told with the rows that raised it; `no-information` has a sentence of its own. */
export const flagSentences: readonly Sentence<FlagFacts, RunWarning>[] = [
  ...Object.keys(flagWords).map((flag) => flagSentence(flag, flagWords[flag])),
  {
    id: "unknown-flag",
    when: (facts) => unknown(facts).length > 0,
    say: (facts) => ({
      code: "unknown-flag",
      text: `the decomposition has flags that this version has no words for: ${joinWords(unknown(facts))}`,
    }),
  },
];

/** Where nothing was found, that modalities tie in it, or that amounts around 0 had to be moved, says nothing more. */
const untold: readonly string[] = ["boundary", "inconsistent"];

function flagSentence(flag: string, words: Words): Sentence<FlagFacts, RunWarning> {
  return {
    id: flag,
    when: ({ parts, found }) => (found || !untold.includes(flag)) && parts.some(({ flags }) => flags.includes(flag)),
    say: ({ parts, entropy }) => {
      const having = parts.filter(({ flags }) => flags.includes(flag));
      const where = having.length === parts.length ? "" : `on the ${joinWords(having.map(({ rows }) => rows))} `;
      return { code: flag, text: `${where}${typeof words === "string" ? words : words(entropy)}` };
    },
  };
}

function unknown({ parts }: FlagFacts): string[] {
  const all = new Set(parts.flatMap(({ flags }) => flags));
  return [...all].filter((flag) => flag !== "no-information" && !Object.hasOwn(flagWords, flag));
}

/** Warnings of the flags that the decompositions of a run carry. */
export function flagWarnings(pid: RunDecomposition): RunWarning[] {
  const decompositions = [pid, ...(pid.test ? [pid.test] : [])];
  const parts = measuredParts(pid).map(({ rows }, i) => ({ rows, flags: decompositions[i].flags }));
  const found = measuredParts(pid).some((part) => part.found);
  return said(flagSentences, { parts, found, entropy: pid.targetEntropy });
}
