import type { FlowPid } from "../mi/flow/flow-pid.js";
import type { PidValues } from "../pid/types.js";
import { bitsWithError } from "./bits-text.js";
import { alignColumns, wrapWords } from "./text-columns.js";

const lineWidth = 110;

/** What the text of a reading by flows is made of. */
export interface FlowFacts extends FlowPid {
  readonly columnWise: PidValues & { readonly standardErrors: PidValues | null };
}

/** Atoms by flows for a terminal, beside those that need no flow and those as published. */
export function flowText(facts: FlowFacts): string {
  const { heldOut, standardErrors, inSample, columnWise, folds } = facts;
  const names = Object.keys(heldOut.atoms.unique);
  const row = (label: string, of: (values: PidValues) => number) => [
    `  ${label}`,
    bitsWithError(of(heldOut), standardErrors === null ? null : of(standardErrors)),
    bitsWithError(of(columnWise), columnWise.standardErrors === null ? null : of(columnWise.standardErrors)),
    bitsWithError(of(inSample), null),
  ];
  const rows = [
    ["", "flows, held out", "no flow, ranks", "flows, fitted rows"],
    ...names.map((name) => row(`only ${name} (unique)`, ({ atoms }) => atoms.unique[name])),
    row("either one (redundancy)", ({ atoms }) => atoms.redundancy),
    row("only together (synergy)", ({ atoms }) => atoms.synergy),
    row("all together", ({ information }) => information.total),
  ];
  const words = [
    "no flow, ranks: the closed form of the normal scores of each column by itself; where flows held out tell no more, they are not worth it.",
    "fitted rows: as published (Flow-PID), of the rows that the flows were fitted to, which they know too well; for comparison only.",
  ];
  const notes = words.map((text) => `  - ${wrapWords(text, lineWidth).join("\n    ")}`);
  return `Atoms by normalising flows (Flow-PID), bits, of rows held out in ${folds} folds\n${alignColumns(rows)}\n${notes.join("\n")}\n`;
}
