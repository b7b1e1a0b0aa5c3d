import { lacksInformation } from "../../pid/estimate/no-information.js";
import type { PidResult } from "../../pid/types.js";

/** Found information counts as lost at once when the total falls to this many standard errors. */
const lost = 1;
/** And when it could not be told from 0 for this many epochs in a row. */
const silence = 5;

/** Which side the switch between equal weights and weights of atoms is on. */
export interface InformationSwitch {
  /** Whether weights are equal for want of information. */
  readonly uninformative: boolean;
  /** Epochs in a row, up to now, in which the total could not be told from 0. */
  readonly silentEpochs: number;
}

/**
 * The switch after an epoch. Weights become those of the atoms once the total is told from 0 (`lacksInformation`: two
 * standard errors), and equal again only when it has fallen to one, or was not told from 0 for five epochs in a row:
 * with a single threshold every epoch near it would turn the weights over. Without standard errors the flag alone decides.
 */
export function turnSwitch({ uninformative, silentEpochs }: InformationSwitch, pid: PidResult): InformationSwitch {
  if (!lacksInformation(pid)) return { uninformative: false, silentEpochs: 0 };
  const { information, standardErrors } = pid;
  const silent = silentEpochs + 1;
  const gone = standardErrors === null || information.total <= lost * standardErrors.information.total;
  return { uninformative: uninformative || gone || silent >= silence, silentEpochs: silent };
}
