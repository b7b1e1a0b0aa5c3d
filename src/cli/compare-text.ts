import { nearestInTime } from "../models/baselines/nearest-in-time.js";
import { fixed as withoutNegativeZero } from "../report/bits-text.js";
import type { ComparedGroup, Comparison, MetricsSpread, PairedDifference } from "../report/compare/comparison.js";
import { distinctBaselines } from "../report/compare/distinct-baselines.js";
import { largestMean, mostListed } from "../report/compare/information.js";
import { ownRowsText } from "../report/compare/own-rows-text.js";
import { repeatedText } from "../report/compare/repeated-text.js";
import { spreadText } from "../report/compare/spread-text.js";
import { foremost } from "../report/foremost.js";
import { hasDigits } from "../report/metric-cells.js";
import { joinWords } from "../report/text.js";
import { withUnit } from "../report/with-unit.js";
import { shown } from "../shown.js";
import { taskNamed } from "../tasks/tasks.js";
import { alignTable } from "./table.js";

/** A comparison for a terminal: errors with differences from the first group, then atoms and weights side by side. */
export function comparisonText(comparison: Comparison): string {
  const { groups, targets, atoms, weights } = comparison;
  const letters = groups.map(({ letter }) => letter);
  const table = (title: string, rows: Comparison["atoms"], places: number) => {
    const { shown, more } = foremost(rows, largestMean, mostListed);
    const lines = alignTable([
      [title, ...letters],
      ...shown.map(({ label, values }) => [label, ...values.map((value) => spreadText(value, fixed(places), "-"))]),
    ]);
    return more === 0 ? lines : `${lines}\n${more} smaller ${more === 1 ? "one" : "ones"}: --json has all`;
  };
  return [
    groups.map(legendLine).join("\n"),
    ...targets.map((target) => errorTable(comparison, target)),
    ...notes(comparison),
    table("information, bits", atoms, 2),
    ...(weights.length === 0 ? [] : [table("fusion weights", weights, 2)]),
  ].join("\n\n");
}

function legendLine({ letter, label, runs }: ComparedGroup): string {
  const seeds = [...new Set(runs.map(({ seed }) => `${seed}`))];
  const noun = seeds.length === 1 ? "seed" : "seeds";
  return `${letter}  ${shown(label)} (${runs.length === 1 ? "1 run" : `${runs.length} runs`}, ${noun} ${joinWords(seeds)})`;
}

/** Groups, then baselines that say something new. */
function errorTable(comparison: Comparison, target: string): string {
  const { groups, differences } = comparison;
  const { headline, shown: metrics } = taskNamed(comparison.task).metrics;
  // A terminal has no room for more: what is no error is told by the first.
  const columns = [
    ...metrics.filter(({ isError }) => isError),
    ...metrics.filter(({ isError }) => !isError).slice(0, 1),
  ];
  const cells = (spread: MetricsSpread) =>
    columns.map((metric) => spreadText(spread[metric.key] ?? null, hasDigits(metric) ? digits : fixed(3), "-"));
  const baselines = distinctBaselines(comparison, target).map(({ name, letter, test }) => [
    `${name} (${letter})`,
    ...cells(test),
    "",
  ]);
  const own = groups.map(({ letter, test }) => {
    const difference = differences.find((d) => d.target === target && d.group === letter);
    return [letter, ...cells(test[target]), difference === undefined ? "" : differenceText(difference)];
  });
  const header = [
    withUnit(comparison, target),
    ...columns.map(({ name }) => name),
    groups.length === 1 ? "" : `${headline.name} minus ${groups[0].letter} (95 %)`,
  ];
  const table = alignTable([header, ...own, ...baselines]);
  const inTime = groups.some((group) => group.baselines[nearestInTime.name] !== undefined);
  return inTime ? `${table}\n${nearestInTime.name} knows no feature` : table;
}

function differenceText({ interval }: PairedDifference): string {
  if (interval === null) return "-";
  return `${digits(interval.value)} (${digits(interval.low)}, ${digits(interval.high)})`;
}

function notes(comparison: Comparison): string[] {
  const { groups, repeated, differences } = comparison;
  const several = groups.some(({ runs }) => runs.length > 1);
  const told = new Set(
    differences.map(({ group, reference, note, pairs, rows, interval }) =>
      interval === null
        ? `${group} minus ${reference}: ${note}.`
        : `${group} minus ${reference}: ${pairs === 1 ? "1 pair of runs" : `${pairs} pairs of runs`}, ` +
          `${rows} test rows in common; ${note}.`,
    ),
  );
  const lines = [
    ...(several ? ["± is the standard deviation over the runs of a group."] : []),
    ...repeated.flatMap(repeatedText),
    ...ownRowsText(comparison),
    ...told,
    ...(differences.some(({ pairs, interval }) => pairs === 1 && interval !== null)
      ? ["One training of each: the chance of training is not in such an interval."]
      : []),
  ];
  return lines.length === 0 ? [] : [lines.map(shown).join("\n")];
}

function fixed(places: number): (value: number) => string {
  return (value) => withoutNegativeZero(value, places);
}

function digits(value: number): string {
  return value.toPrecision(3);
}
