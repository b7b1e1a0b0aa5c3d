import { plural } from "../../report/text.js";
import { rungs } from "./rungs.js";
import type { Cut } from "./search.js";

/** "1/9 of the epochs". */
export function epochsWords(epochs: number): string {
  return epochs === 1 ? "all epochs" : `1/${Math.round(1 / epochs)} of the epochs`;
}

/** What a budget left out of a bracket. */
export function cutWords({ bracket, rung, untried }: Cut): string {
  const trained = `none of bracket ${bracket} was trained with more than ${epochsWords(rungs[Math.max(0, rung - 2)].epochs)}`;
  if (untried === 0) return trained;
  return `${plural(untried, "trial")} of bracket ${bracket} ${untried === 1 ? "was" : "were"} not begun, ${trained}`;
}
