import { openAblate } from "./ablate.js";
import { type Collected, collectStudy, type OpenPlanned } from "./collect.js";
import { openCrossval } from "./crossval.js";
import { openNested } from "./nested.js";
import { openSelect } from "./select.js";
import type { OpenStudy, PlannedStudy, StudyKind, StudyListener } from "./study.js";
import { openNestedTune } from "./tune/nested-tune.js";
import { openTune } from "./tune/tune.js";

/** How the plan of each kind of study is understood. */
const kinds: Readonly<Record<StudyKind, (planned: PlannedStudy) => OpenStudy>> = {
  crossval: openCrossval,
  select: openSelect,
  "select-nested": openNested,
  ablate: openAblate,
  tune: openTune,
  "crossval-tune": openNestedTune,
};

const openPlanned: OpenPlanned = (planned, kind) => kinds[kind](planned);

/**
 * Reads the finished trainings of a study of any kind and writes its results, or plans its next round.
 * @param folder a study folder
 * @throws InputError naming the trainings that are not finished, or a run that is not the one that was planned
 */
export function collect(folder: string, listener: StudyListener = {}): Promise<Collected> {
  return collectStudy(folder, openPlanned, listener);
}
