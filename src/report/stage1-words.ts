import { endCounts, roomOf, type Stage1End } from "../training/phases/stage1-end.js";
import { joinWords, plural } from "./text.js";

const byHeart = "since the network had begun to learn its training rows by heart (training.stage1.overfit)";

/**
 * Why a stage 1 ended whose atoms had not settled, to stand behind "ended": of an ensemble, of the members whose atoms had not.
 * Undefined where the run does not say.
 */
export function endReason(end: Stage1End): string | undefined {
  const counts = endCounts(end);
  if (counts === undefined) return undefined;
  const { overfit, limit } = counts;
  const last = `last epoch (training.stage1.maxEpochs${end.maxEpochs === undefined ? "" : `: ${end.maxEpochs}`})`;
  if (overfit === 0) return `at its ${last}`;
  if (limit === 0) return byHeart;
  return joinWords([`of ${plural(limit, "member")} at its ${last}`, `of ${plural(overfit, "member")} ${byHeart}`]);
}

/** What gives atoms that had not settled more time; empty where more epochs would not. */
export function moreTime(end: Stage1End): string {
  const limit = endCounts(end)?.limit ?? 0;
  if (limit === 0) return "";
  const room = roomOf(end);
  if (room === undefined || room.enough) return "a larger training.stage1.maxEpochs gives them more time";
  return `${toJudge(end)} show whether they settle`;
}

/** The epochs in which atoms can be seen to settle. */
export function toJudge(end: Stage1End): string {
  return `${roomOf(end)?.needed} epochs or more (training.stage1.maxEpochs)`;
}

/** Why a stage had too few epochs for the stable ones that are asked for. */
export function whyTooFew(end: Stage1End): string {
  const { every = 1, patience = 0, measurements = 0 } = roomOf(end) ?? {};
  const asked = `${plural(patience, "stable epoch")} in a row ${patience === 1 ? "is" : "are"} asked for (training.stage1.patience)`;
  if (every === 1) return asked;
  const how = measurements === 1 ? "once" : `every ${every} epochs`;
  return `${asked}, and the atoms were measured ${how} (training.stage1.every)`;
}
