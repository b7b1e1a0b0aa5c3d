import type { PhaseName } from "../observer.js";
import type { TrainingPhase, TrainingSession } from "../session.js";
import { PilotPhase } from "./pilot-phase.js";
import { Stage1Phase } from "./stage1-phase.js";
import { Stage2Phase } from "./stage2-phase.js";

/** How each phase is made, by its name in plans, checkpoints and records. */
const makers: Readonly<Record<PhaseName, (session: TrainingSession, planned: readonly PhaseName[]) => TrainingPhase>> =
  {
    "pilot:plain": (session) => new PilotPhase(session, "pilot:plain", false),
    "pilot:periodic": (session) => new PilotPhase(session, "pilot:periodic", true),
    stage1: (session) => new Stage1Phase(session),
    stage2: (session, planned) => new Stage2Phase(session, planned.includes("stage1")),
  };

/** The phase of that name. @param planned all phases of the training */
export function phaseOf(name: PhaseName, session: TrainingSession, planned: readonly PhaseName[]): TrainingPhase {
  return makers[name](session, planned);
}
