import type { Config } from "../../config/schema.js";
import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { linesSpec, type Series } from "../../report/figures/lines.js";
import { html } from "../../report/html.js";
import { colour, modalityColour } from "../../report/palette.js";
import type { Figure, Section } from "../../report/section.js";
import { type SettingPoint, settingSpec, settingText as settingWords } from "../../report/study/setting.js";
import { formatNumber, joinWords, plural } from "../../report/text.js";
import type { FinishedRun, StudyPage } from "../study.js";
import { errorHeading } from "../summarise.js";
import { settingText } from "../tune/best-config.js";
import { isFinal } from "../tune/final.js";
import type { TuneResults } from "../tune/tune-results.js";
import { tuneErrors, tuneParts, tuneSettings, tuneTitle, tuneTrials, tuneVerdict } from "../tune/tune-text.js";
import { blockSection } from "./block-html.js";
import { configSection, trainingsSection, warningsSection } from "./page.js";

/** The page of a search. */
export async function tunePage(
  config: Config,
  results: TuneResults,
  finished: readonly FinishedRun[],
): Promise<StudyPage> {
  return {
    title: tuneTitle(config.name),
    subtitle:
      `Prediction of ${joinWords(results.targets)}; ${plural(results.trials.length - 1, "trial")} beside the config as it is, ` +
      plural(finished.length, "training"),
    sections: [
      blockSection("verdict", "What searching brought", [...tuneVerdict(results), ...tuneErrors(results)], {
        figures: [await rungFigure(results)],
        legend: html`Mean errors on the rows that decide, rung by rung: a line per trial, black the config as it is, orange what was chosen, a dot where a
          trial went no further. Far greater errors are triangles on the upper edge. Errors of one rung are of the same rows and seeds; those of different rungs are not.`,
      }),
      ...(results.chosen.trial === 0 ? [] : [blockSection("settings", "What was chosen", tuneSettings(results))]),
      await keysSection(results),
      blockSection("trials", "Every trial", tuneTrials(results)),
      blockSection("parts", "What the parts hold", tuneParts(results)),
      await trainingsSection(finished.filter(isFinal)),
      warningsSection(results.warnings),
      configSection(config),
    ],
  };
}

function headingOf(results: TuneResults): string {
  return errorHeading(results, "test").replace(/^test /, "");
}

/** Errors above this many times the spread of the rest above their median are drawn on the edge. */
const farOut = 3;

function rungFigure(results: TuneResults): Promise<Figure> {
  const { trials, chosen } = results;
  const colourOf = (trial: number) =>
    trial === chosen.trial ? modalityColour(1) : trial === 0 ? colour("ink") : colour("rule");
  const drawn = trials.toSorted((a, b) => rank(a.trial, chosen.trial) - rank(b.trial, chosen.trial));
  const series = drawn.map(
    ({ trial, rungs }): Series => ({
      name: trial === 0 ? "as it is" : `trial ${trial}`,
      colour: colourOf(trial),
      points: rungs.map(({ rung, error }) => ({ x: rung, y: error })),
    }),
  );
  const errors = series.flatMap(({ points }) => points.map(({ y }) => y)).toSorted((a, b) => a - b);
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))];
  const top = at(0.5) + farOut * Math.max(at(0.75) - at(0), at(0.5) * 0.02);
  const range = errors[errors.length - 1] > top ? ([errors[0] - (top - errors[0]) * 0.06, top] as const) : undefined;
  const [own, best] = [trials[0], trials.find(({ trial }) => trial === chosen.trial) ?? trials[0]].map(({ rungs }) =>
    rungs.map(({ error }) => formatNumber(error)).join(", "),
  );
  const title = `${headingOf(results)}, rung by rung`;
  return drawFigure("rungs", `${title}: as it is ${own}; chosen ${best}`, figureWidth.full, (width) =>
    linesSpec(series, {
      ...{ width, height: 320, xTitle: "rung", yTitle: headingOf(results), legend: false },
      ...(range === undefined ? {} : { range }),
    }),
  );
}

/** What is drawn last lies on top. */
function rank(trial: number, chosen: number): number {
  return trial === chosen ? 2 : trial === 0 ? 1 : 0;
}

/** Error against every key that is searched. */
async function keysSection(results: TuneResults): Promise<Section> {
  const { space, trials, chosen } = results;
  const figures: Figure[] = [];
  for (const [key, dimension] of Object.entries(space)) {
    const { choices, scale } = dimension as { choices?: readonly unknown[]; scale?: string };
    const points = trials.flatMap(({ trial, settings, rungs: [{ error }] }): SettingPoint[] => {
      const value = settings[key];
      if (trial === 0 || value === undefined) return [];
      const shownValue = choices === undefined ? Number(value) : settingText(value);
      return [{ value: shownValue, error, chosen: trial === chosen.trial }];
    });
    if (points.length === 0) continue;
    const options = {
      title: key,
      errorTitle: headingOf(results),
      log: scale === "log",
      order: (choices ?? []).map(settingText),
    };
    const id = `key-${figures.length + 1}`;
    figures.push(
      await drawFigure(id, settingWords(points, options, formatNumber), figureWidth.third, (width) =>
        settingSpec(points, { ...options, width }),
      ),
    );
  }
  return {
    id: "keys",
    title: "Settings and errors",
    reading: [
      html`Errors of all trials on the first rung, where every trial was. Keys were drawn independently of each other.`,
    ],
    figures,
    legend: html`A dot per trial; orange: the chosen one. A trial is short on this rung: what learns quickly is favoured.`,
  };
}
