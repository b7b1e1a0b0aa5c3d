import type { TopLevelSpec } from "vega-lite";
import { figureTitle } from "../figures/title.js";
import { colour } from "../palette.js";

/** One trial of a search: a value of one key, and its error. */
export interface SettingPoint {
  /** A number where the key is searched in a range, else the text of a choice. */
  readonly value: number | string;
  readonly error: number;
  readonly chosen: boolean;
}

export interface SettingOptions {
  /** The key. */
  readonly title: string;
  readonly errorTitle: string;
  readonly log: boolean;
  /** Choices in the order of the space. */
  readonly order: readonly string[];
  readonly width: number;
}

/** Error against the values of one key, a dot per trial, the chosen one filled and large. */
export function settingSpec(points: readonly SettingPoint[], options: SettingOptions): TopLevelSpec {
  const { title, errorTitle, log, order, width } = options;
  const heading = figureTitle(title, width);
  const numeric = points.every(({ value }) => typeof value === "number");
  const x = numeric
    ? {
        ...{ field: "value", type: "quantitative" as const, title: null },
        scale: { ...(log ? { type: "log" as const } : { zero: false }), nice: false, padding: 8 },
        axis: { tickCount: 4, grid: false, format: "~g" },
      }
    : {
        ...{ field: "value", type: "nominal" as const, title: null, sort: [...order] },
        axis: { labelAngle: 0, labelLimit: Math.max(40, (width - 60) / Math.max(1, order.length)), grid: false },
      };
  const y = {
    ...{ field: "error", type: "quantitative" as const, title: errorTitle },
    ...{ scale: { zero: false, nice: false, padding: 6 }, axis: { tickCount: 4 } },
  };
  const layer = (chosen: boolean) => ({
    data: { values: points.filter((point) => point.chosen === chosen) },
    mark: {
      ...{ type: "point" as const, filled: true, opacity: chosen ? 1 : 0.65, size: chosen ? 110 : 45 },
      color: colour(chosen ? "modality1" : "modality0"),
    },
    encoding: { x, y },
  });
  return {
    ...{ width, height: 200 + heading.extraHeight, title: heading.title },
    layer: [layer(false), layer(true)],
  } as TopLevelSpec;
}

/** What the figure says, for readers who cannot see it. @param text how an error is written */
export function settingText(
  points: readonly SettingPoint[],
  { title, errorTitle }: Pick<SettingOptions, "title" | "errorTitle">,
  text: (error: number) => string,
): string {
  const least = points.reduce((best, point) => (point.error < best.error ? point : best));
  return `${errorTitle} against ${title}, ${points.length} trials; least ${text(least.error)} at ${least.value}`;
}
