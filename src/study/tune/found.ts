import { targetUnits } from "../../config/data.js";
import type { Config } from "../../config/schema.js";
import type { SavedSplit } from "../../data/dataset.js";
import type { UnfitPart } from "../../data/split/part-check.js";
import type { PartsSummary } from "../../data/split/part-summary.js";
import { said } from "../../report/sentence.js";
import { storedTask } from "../../tasks/tasks.js";
import { cautionSentences } from "../caution-sentences.js";
import type { SplitParts } from "../repeats.js";
import type { FinishedRun } from "../study.js";
import { clockSeconds, secondsOf } from "./budget.js";
import { type FinalTrainings, finalErrors, isFinal, testErrors } from "./final.js";
import { rungs } from "./rungs.js";
import { type EndedSearch, errorOn, type Search, searched } from "./search.js";
import type { Space } from "./space.js";
import type { TuneResults } from "./tune-results.js";

/** What the plan of a search keeps of its table. */
export interface TuneFacts {
  /** Of the config's own split. */
  readonly parts: PartsSummary;
  readonly unfit: readonly UnfitPart[];
  readonly inner: readonly SplitParts[];
  readonly warnings: readonly string[];
}

interface FoundOptions {
  readonly config: Config;
  readonly asked: {
    readonly trials: number;
    readonly budgetSeconds?: number | undefined;
    readonly space: Space;
    readonly final: FinalTrainings;
  };
  readonly facts: TuneFacts;
  readonly splits: Readonly<Record<string, SavedSplit>>;
}

/** What a finished search found. */
export function foundOf(
  search: Search,
  finished: ReadonlyMap<string, FinishedRun>,
  { config, asked, facts, splits }: FoundOptions,
): Omit<TuneResults, "warnings"> {
  const state = searched(search, finished);
  if (state.next !== undefined) throw new RangeError("a search concludes when its last rung is finished");
  const { found, chosen, decided } = state;
  const [{ files }] = finished.values();
  const { final, budgetSeconds, space, trials } = asked;
  const others = chosen.trial > 0;
  const anew = others ? finalErrors(finished, final, splits, config.seed) : null;
  const test = testErrors(finished, splits.split, config.seed);
  const worse = anew !== null && anew.changes[1].low > 0;
  const [repeats, seeds] = [final.splits.length, final.seeds];
  return {
    kind: "tune",
    ...storedTask(files.task),
    ...{ targets: files.metrics.targets, ...targetUnits(files.metrics) },
    seed: config.seed,
    asked: {
      trials: budgetSeconds === undefined ? trials : null,
      seconds: budgetSeconds ?? null,
    },
    spent: spentOn(search, finished, state),
    space: { ...space },
    rungs: rungs.map(({ epochs, splits: of }, r) => ({
      ...{ epochs, splits: Math.min(of, search.inner.length) },
      trials: found.filter((trial) => trial.trial > 0 && trial.rungs.length > r).length,
    })),
    rows: {
      test: facts.parts.test?.rows ?? 0,
      deciding: facts.inner[0].parts.test?.rows ?? 0,
    },
    ...{ parts: facts.parts, unfit: [...facts.unfit], inner: [...facts.inner] },
    resampled: anew === null ? null : anew.resampled,
    ...{ repeats, seeds, cautions: said(cautionSentences, { repeats, seeds, compared: others ? 1 : 0 }) },
    trials: found.map(({ trial, settings, bracket, rungs: own }) => ({
      ...{ trial, settings, bracket },
      rungs: own.map(({ rung, error, bySplit }) => ({ rung, error, bySplit: [...bySplit] })),
    })),
    chosen: { trial: chosen.trial, settings: chosen.settings },
    searchChange: errorOn(chosen, decided) / errorOn(found[0], decided) - 1,
    final: anew === null ? null : { config: anew.errors[0], chosen: anew.errors[1], change: anew.changes[1] },
    test: {
      config: test.errors[0],
      chosen: others ? test.errors[1] : null,
      change: others ? test.changes[1] : null,
    },
    best: others && !worse ? "chosen" : "config",
  };
}

function spentOn(
  { spending }: Search,
  finished: ReadonlyMap<string, FinishedRun>,
  { found, decided, cut, clock }: EndedSearch,
): TuneResults["spent"] {
  if (spending === null) return null;
  const { atOnce } = spending;
  const after = [...finished.values()].filter(isFinal);
  return {
    ...{ seconds: clock.spent, atOnce, brackets: Math.max(...found.map(({ bracket }) => bracket)) },
    ...{ finalTrainings: after.length, finalSeconds: clockSeconds(after.map(secondsOf), atOnce) },
    ended: cut === undefined ? null : { rung: cut.rung, bracket: cut.bracket, untried: cut.untried, decided },
  };
}
