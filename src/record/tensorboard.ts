import { shownError } from "../tasks/shown-error.js";
import type { EpochRecord, TermRecord } from "../training/observer.js";
import type { PidLine } from "./pid-schemas.js";
import { type ScalarEntry, scalarRecord, versionRecord } from "./tensorboard-file.js";

/** What the event file takes from a line of metrics.jsonl. */
export type EpochEvent = Omit<EpochRecord, "phase" | "best" | "stepSeconds" | "terms"> & {
  readonly phase: string;
  readonly terms: Readonly<Record<string, Pick<TermRecord, "value">>>;
};

/** What the event file takes from a line of pid.jsonl. */
export type AtomsEvent = Pick<PidLine, "epoch" | "information" | "atoms" | "weights"> & { readonly phase: string };

/**
 * The TensorBoard events of a run as a function of its metrics.jsonl and pid.jsonl alone: one event per epoch, at the
 * step that the run had then reached, with the atoms of that epoch; at the end one with the reported atoms. Fed with
 * the lines in the order of the run, it gives the same bytes however often the run was stopped.
 */
export class TensorBoardEvents {
  private seconds = 0;
  private step = 0;
  private waiting: AtomsEvent | null = null;

  /** The events of lines that are on disk already, from the beginning of the file. */
  replay(epochs: readonly EpochEvent[], atoms: readonly AtomsEvent[]): Buffer {
    const key = ({ phase, epoch }: { phase: string; epoch: number }) => `${phase} ${epoch}`;
    const atomsOf = new Map(atoms.map((line) => [key(line), line]));
    const records = epochs.map((line) => {
      this.waiting = atomsOf.get(key(line)) ?? null;
      return this.epoch(line);
    });
    return Buffer.concat([versionRecord(), ...records]);
  }

  /** The event of an epoch, with the atoms that came just before it. */
  epoch(line: EpochEvent): Buffer {
    this.seconds += line.seconds;
    this.step = line.step;
    const atoms = this.waiting === null ? [] : atomScalars(this.waiting);
    this.waiting = null;
    return this.event([...epochScalars(line), ...atoms]);
  }

  /** Atoms of stage 1 wait for their epoch; those that the run reports are an event of their own. */
  atoms(line: AtomsEvent): Buffer | null {
    if (line.phase === "stage2") return this.event(atomScalars(line));
    this.waiting = line;
    return null;
  }

  private event(scalars: ScalarEntry[]): Buffer {
    return scalarRecord({ seconds: this.seconds, step: this.step, scalars });
  }
}

function epochScalars({ terms, validation, lambda, learningRate, gradientNorm }: EpochEvent): ScalarEntry[] {
  return [
    ...Object.entries(terms).map(([name, { value }]) => ({ tag: `loss/${name}`, value })),
    { tag: "validation/loss", value: validation.loss },
    ...errorScalars(validation),
    ...under("lambda", lambda),
    { tag: "optimizer/learningRate", value: learningRate },
    { tag: "optimizer/gradientNorm", value: gradientNorm },
  ];
}

function errorScalars(validation: EpochEvent["validation"]): ScalarEntry[] {
  const error = shownError(validation);
  if (error === null) return [];
  const words = error.name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
  return [{ tag: `validation/${words}`, value: error.value }];
}

function atomScalars({ information, atoms, weights }: AtomsEvent): ScalarEntry[] {
  const several = Object.keys(atoms.unique).length > 2;
  return [
    { tag: "information/total", value: information.total },
    ...under("informationAlone", information.byModality),
    ...under("atoms/unique", atoms.unique),
    { tag: "atoms/redundancy", value: atoms.redundancy },
    ...(several ? [{ tag: "atoms/partialRedundancy", value: atoms.partialRedundancy }] : []),
    { tag: "atoms/synergy", value: atoms.synergy },
    ...under("weight", weights.byModality),
    ...under("weight", weights.interaction),
  ];
}

function under(group: string, values: Readonly<Record<string, number | null>>): ScalarEntry[] {
  return Object.entries(values).map(([name, value]) => ({ tag: `${group}/${name}`, value }));
}
