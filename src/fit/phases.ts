/**
 * A part of a training with an aim of its own: what happens before its first epoch, after each one and after the last.
 * @typeParam O what is known after an epoch
 */
export interface Phase<O> {
  readonly name: string;
  readonly maxEpochs: number;
  /** Before its first epoch; not when a training is continued within it. */
  begin(): Promise<void>;
  /** Takes in an epoch that was trained and judged. @returns whether the phase ends with it, whatever `maxEpochs` says */
  afterEpoch(outcome: O): Promise<boolean>;
  /** After its last epoch. */
  finish(): Promise<void>;
}

/** Where a training stands. */
export interface Place {
  /** Index of the phase in progress; the number of phases when all are done. */
  readonly phaseIndex: number;
  /** Epochs done in this phase. */
  readonly epoch: number;
}

/** What phases have in common: how an epoch is trained, told and kept. */
export interface Course<O, P extends Phase<O>> {
  /** Where the training stands now; the course keeps it, so that it can be stored and continued. */
  readonly place: Place;
  /** A phase is about to train, also one that is continued. */
  entered(phase: P): void;
  /** Trains and judges epoch 1, 2, .. of a phase and counts it. */
  epoch(phase: P, epoch: number): Promise<O>;
  /** An epoch is done, with all that the phase made of it. */
  told(phase: P, outcome: O): void;
  /** A phase is done: the place is the beginning of the next one. */
  left(phase: P): void;
  /** Keeps where the training stands: after every epoch, and after the end of every phase. */
  save(): Promise<void>;
}

/** Runs phases from where the course stands to the end of the last one. */
export async function runPhases<O, P extends Phase<O>>(phases: readonly P[], course: Course<O, P>): Promise<void> {
  while (course.place.phaseIndex < phases.length) {
    const phase = phases[course.place.phaseIndex];
    if (course.place.epoch === 0) await phase.begin();
    course.entered(phase);
    while (!(await lastEpoch(course, phase))) await course.save();
    await phase.finish();
    course.left(phase);
    await course.save();
  }
}

/** One epoch with all that follows from it. @returns whether it was the last of its phase */
async function lastEpoch<O, P extends Phase<O>>(course: Course<O, P>, phase: P): Promise<boolean> {
  const epoch = course.place.epoch + 1;
  const outcome = await course.epoch(phase, epoch);
  const ended = await phase.afterEpoch(outcome);
  course.told(phase, outcome);
  return ended || epoch >= phase.maxEpochs;
}
