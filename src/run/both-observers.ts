import type { TrainingObserver } from "../training/observer.js";

/** An observer that hands everything to two, in their order. */
export function both(first: TrainingObserver, second: TrainingObserver = {}): TrainingObserver {
  return {
    decoding: (...given) => {
      first.decoding?.(...given);
      second.decoding?.(...given);
    },
    plan: (...given) => {
      first.plan?.(...given);
      second.plan?.(...given);
    },
    phase: (...given) => {
      first.phase?.(...given);
      second.phase?.(...given);
    },
    epoch: (...given) => {
      first.epoch?.(...given);
      second.epoch?.(...given);
    },
    atoms: (...given) => {
      first.atoms?.(...given);
      second.atoms?.(...given);
    },
    message: (...given) => {
      first.message?.(...given);
      second.message?.(...given);
    },
    warning: (...given) => {
      first.warning?.(...given);
      second.warning?.(...given);
    },
  };
}
