import { shown } from "../../shown.js";
import { bitsWithError, fixed } from "../bits-text.js";
import { formatCount, joinWords } from "../text.js";
import { alignColumns, wrapWords } from "../text-columns.js";
import { informationFindings } from "./information-sentences.js";
import { answerOf, type Information, type Informations } from "./informations.js";

const lineWidth = 110;

/** Said below every table of estimates. */
const note =
  "±: one standard error, of the rows scored; what another training would change is not in it. A lower bound is of rows that no " +
  "model saw: there may be more than it shows. m - 1, nats: how far the learned ratio of unrelated rows is from 1; beyond 0.05 the " +
  "bound holds and is loose.";

/** Mutual informations as text for a terminal: one line per estimate, the answer marked, then sentences. */
export function informationText(facts: Informations): string {
  const words = informationFindings(facts).map((line) => `  - ${wrapWords(shown(line), lineWidth).join("\n    ")}`);
  const title = `Mutual information with ${facts.about}, bits, ${formatCount(facts.n)} rows`;
  const entropy = facts.entropy === null ? "" : `; H(${facts.about}) = ${fixed(facts.entropy, 2)}`;
  const table = alignColumns([["", "bits", "m - 1"], ...facts.informations.flatMap(lines)]);
  const parts = [`${shown(title + entropy)}\n${table}`, wrapWords(note, lineWidth).join("\n"), words.join("\n")];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** One line per estimate, that of the answer first. */
function lines(information: Information): string[][] {
  const answer = answerOf(information);
  const inOrder = [...information.estimates].sort((a, b) => Number(b === answer) - Number(a === answer));
  return inOrder.map((estimate) => {
    const said = [estimate === answer ? "answer" : "", estimate.is === "lower bound" ? "at least" : ""];
    const brackets = said.filter((word) => word !== "").join(", ");
    return [
      `  ${joinWords(information.modalities)}: ${estimate.estimator}${brackets === "" ? "" : ` (${brackets})`}`,
      bitsWithError(estimate.bits, estimate.standardError),
      estimate.correction === undefined ? "" : fixed(estimate.correction, 3),
    ];
  });
}
