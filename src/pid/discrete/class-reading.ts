import { byName } from "../closed-form/settle.js";
import type { PidValues } from "../types.js";
import { countsOf, type HeldOut } from "./class-evidence.js";
import type { ClassReadings, ClassRows } from "./class-rows.js";
import type { ClassPosteriors, ClassReading } from "./class-types.js";
import type { AgreedValues } from "./class-values.js";

/** The joint posterior showing less than the union by more than this, bits, and two errors, is told. */
const lackTold = 0.02;

/** What a decomposition of classes is described by. */
export interface Found {
  readonly values: PidValues;
  readonly standardErrors: PidValues;
  readonly readings: ClassReadings;
  readonly agreed: AgreedValues;
  readonly heldOut: HeldOut;
  /** By how much the union of the cells may be too large, bits; undefined where nobody looked. */
  readonly excess: number | undefined;
}

/** What is known beside the atoms. */
export function classReading(posteriors: ClassPosteriors, { cells }: ClassRows, found: Found): ClassReading {
  const { names, classes, labels } = posteriors;
  const { values, readings, heldOut, excess } = found;
  const { entropy, union, single, bias, strengths } = readings;
  return {
    labels: classes,
    counts: countsOf(labels, classes.length),
    entropy,
    shareOfEntropy: {
      total: values.information.total / entropy,
      byModality: byName(
        names,
        names.map((name) => values.information.byModality[name] / entropy),
      ),
    },
    heldOut,
    cells: byName(
      names,
      cells.map(({ count }) => count),
    ),
    posteriorRows: byName(names, Array.from(strengths)),
    quantisationLoss: byName(
      names,
      names.map((name, k) => heldOut.information.byModality[name] - (single[k] - bias[k])),
    ),
    certificate: Math.max(0, values.union - union.gap),
    gap: union.gap,
    tableUnion: union.bits,
    tableBias: Math.max(...bias),
    ...(excess === undefined ? {} : { unionExcess: excess }),
    sweeps: union.sweeps,
    sharedNotSplit: names.length > 2,
  };
}

/** What a reader should know of the estimate, one sentence each. */
export function notesOf({ names, classes, labels }: ClassPosteriors, { readings, agreed, heldOut }: Found): string[] {
  const notes: string[] = [];
  const error = heldOut.standardErrors.total;
  if (agreed.jointLacks > Math.max(lackTold, 2 * error)) {
    notes.push(
      `The posterior of all modalities shows ${agreed.jointLacks.toFixed(2)} bits less than they show one by one: it did not use ` +
        "what the single ones use. The total is taken to be what they show one by one, and synergy 0.",
    );
  }
  if (agreed.unionTaken > Math.max(lackTold, 2 * error)) {
    notes.push(
      `Cut into cells, the modalities seem to tell ${agreed.unionTaken.toFixed(2)} bits more one by one than all of them together. Cells that ` +
        "lose information can feign as much: unique parts are taken to be less by it, the redundant part more, and synergy 0.",
    );
  }
  if (!readings.union.converged) {
    notes.push(
      `The union information was not solved to the end: it is ${readings.union.gap.toExponential(1)} bits above its certified ` +
        "lower bound, and unique parts may be too large by as much.",
    );
  }
  const counts = countsOf(labels, classes.length);
  const rare = classes.filter((_, y) => counts[y] < rareRows);
  if (rare.length > 0) notes.push(rareNote(rare));
  if (names.length > 2) {
    notes.push("What all modalities share is not told from what some of them share: the redundant part holds both.");
  }
  return notes;
}

function rareNote(rare: readonly string[]): string {
  const named = rare.slice(0, mostNamed);
  const more = rare.length > named.length ? [`${rare.length - named.length} more`] : [];
  const parts = [...named, ...more];
  const [what, of] = rare.length === 1 ? ["Class", "it"] : ["Classes", "them"];
  const list = parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
  return (
    `${what} ${list} ${rare.length === 1 ? "has" : "have"} fewer than ${rareRows} rows${rare.length === 1 ? "" : " each"}, ` +
    `from which little can be learned: what is known of ${of} is missing.`
  );
}

/** Classes that a sentence names. */
const mostNamed = 10;
/** Fewer rows of a class than this are told. */
const rareRows = 20;
