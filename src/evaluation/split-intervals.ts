import type { AnyMetrics } from "./metrics.js";
import { correctedResampledInterval, type ResampledInterval } from "./paired.js";

/** A mean over splits with its corrected interval; that it is 0 is no hypothesis that anyone tests. */
export type SplitInterval = Omit<ResampledInterval, "pValue">;

/** What values of a quantity can be; an interval ends there. */
export interface Limits {
  readonly least?: number;
  readonly most?: number;
}

/** By the keys of the metrics; null where a metric does not exist in some split. */
export type ByMetric<T> = Readonly<Record<string, T | null>>;

/**
 * Corrected interval of a mean over splits, its ends cut at what values can be: a t interval of few splits does not know that.
 * Null where a value does not exist in some split.
 */
export function splitInterval(
  values: readonly (number | null)[],
  testToTrain: number,
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: Limits = {},
): SplitInterval | null {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return null;
  const { pValue: _pValue, ...interval } = correctedResampledInterval(known, testToTrain);
  return { ...interval, low: Math.max(least, interval.low), high: Math.min(most, interval.high) };
}

/** A metric, as far as its limits follow from it. */
interface LimitedMetric {
  readonly key: string;
  readonly isError: boolean;
  readonly range?: readonly [least: number, greatest: number];
}

/** The range of a metric where it is said; else errors are 0 at best, what is no error 1; of other metrics nothing is known. */
function limitsOf(key: string, shown: readonly LimitedMetric[]): Limits {
  const metric = shown.find((each) => each.key === key);
  if (metric === undefined) return {};
  if (metric.range !== undefined) return { least: metric.range[0], most: metric.range[1] };
  return metric.isError ? { least: 0 } : { most: 1 };
}

/** The interval of each metric. @param metrics one per split @param shown those whose limits are known */
export function metricIntervals(
  metrics: readonly AnyMetrics[],
  testToTrain: number,
  shown: readonly LimitedMetric[] = [],
): ByMetric<SplitInterval> {
  const of = (key: string) => metrics.map((values) => values[key] ?? null);
  return Object.fromEntries(
    Object.keys(metrics[0]).map((key) => [key, splitInterval(of(key), testToTrain, limitsOf(key, shown))]),
  );
}

/** The interval of each metric minus that of another model on the same splits, where both have it. */
export function metricDifferences(
  metrics: readonly AnyMetrics[],
  others: readonly AnyMetrics[],
  testToTrain: number,
): ByMetric<ResampledInterval> {
  const keys = Object.keys(metrics[0]).filter((key) => Object.hasOwn(others[0], key));
  return Object.fromEntries(
    keys.map((key) => {
      const differences = metrics.map((values, i) => minus(values[key] ?? null, others[i][key] ?? null));
      const known = differences.filter((value) => value !== null);
      return [key, known.length < differences.length ? null : correctedResampledInterval(known, testToTrain)];
    }),
  );
}

function minus(first: number | null, second: number | null): number | null {
  return first === null || second === null ? null : first - second;
}
