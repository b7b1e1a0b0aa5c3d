import { classesOf } from "../../../evaluation/class-metrics.js";
import { ScoreEnds, type ScoreList, scoreList } from "../../../evaluation/score-list.js";
import type { EvaluatedSets, PredictionSets, SetRows, TaskSets } from "../../task-sets.js";

/**
 * Adaptive prediction sets (Romano, Sesia & Candès 2020): the score of a class is the probability of all that are likelier, plus half
 * of its own (the mean of the published random share, so that a row always has the same set). A set holds the classes whose score
 * is at most the level's quantile of the scores that calibration rows gave to their own class, and always the likeliest. Rows
 * exchangeable with the calibration rows are in their set with probability at least the level, on average over rows.
 */
export const adaptiveSets: TaskSets = {
  calibrate: ({ truth, prediction, units }) => {
    const classes = classesOf(truth, prediction);
    const scores = Array.from(truth, (y, i) => scoresOf(prediction, i, classes)[y]);
    return scoreList({ scores, ...(units === undefined ? {} : { units }) });
  },
  at: setsAt,
  evaluate: evaluateSets,
};

/** Scores of the classes of a row; equals count in the order of their numbers. */
function scoresOf(prediction: ArrayLike<number>, row: number, classes: number): Float64Array {
  const scores = new Float64Array(classes);
  let before = 0;
  for (const y of byProbability(prediction, row, classes)) {
    const own = prediction[row * classes + y];
    scores[y] = before + own / 2;
    before += own;
  }
  return scores;
}

function byProbability(prediction: ArrayLike<number>, row: number, classes: number): number[] {
  const p = (y: number) => prediction[row * classes + y];
  return Array.from({ length: classes }, (_, y) => y).sort((a, b) => p(b) - p(a) || a - b);
}

function setsAt(calibrated: ScoreList, level: number): PredictionSets {
  const { high, form } = new ScoreEnds(calibrated, true).at(level);
  const rows = calibrated.values.length;
  return {
    of: (prediction, classes) =>
      Array.from({ length: prediction.length / classes }, (_, i) => {
        const scores = scoresOf(prediction, i, classes);
        const [best, ...others] = byProbability(prediction, i, classes);
        return [best, ...others.filter((y) => scores[y] <= high)];
      }),
    messages: [
      ...(form === "unbounded"
        ? [`prediction sets of coverage ${level}: ${rows} validation rows are too few, every set holds all classes`]
        : []),
      ...(form === "rows"
        ? [
            `prediction sets of coverage ${level}: the validation part has too few groups; its rows are counted as if they did not ` +
              "depend on one another, and rows of a new group may fall outside more often",
          ]
        : []),
    ],
  };
}

function evaluateSets(calibrated: ScoreList, level: number, { truth, prediction }: SetRows): EvaluatedSets {
  const classes = classesOf(truth, prediction);
  const sets = setsAt(calibrated, level).of(prediction, classes);
  const inside = sets.map((set, i) => set.includes(truth[i]));
  const share = (rows: readonly boolean[]) => (rows.length === 0 ? null : rows.filter(Boolean).length / rows.length);
  const sizes = new Array<number>(classes).fill(0);
  for (const { length } of sets) sizes[length - 1]++;
  return {
    coverage: level,
    achieved: share(inside) ?? 0,
    meanSize: sizes.reduce((sum, rows, k) => sum + rows * (k + 1), 0) / sets.length,
    sizes,
    byClass: Array.from({ length: classes }, (_, y) => share(inside.filter((_own, i) => truth[i] === y))),
  };
}
