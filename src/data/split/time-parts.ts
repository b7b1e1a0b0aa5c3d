import type { SplitConfig } from "../../config/split.js";
import { InputError } from "../../errors.js";
import type { Dataset, SavedSplit } from "../dataset.js";
import type { RowOrder } from "../order/row-order.js";
import { keepApart, type LeftOut } from "./keep-apart.js";
import { partTitles } from "./part-summary.js";
import { type PartName, partNames } from "./split.js";
import { cutPlaces, placesOf } from "./time-split.js";

/** What a split by time needs of a data set. */
export interface TimeSource extends Pick<Dataset, "rowIds" | "group"> {
  readonly ordering: RowOrder;
}

/** Row ids of the parts, and the rows that none of them takes. */
export interface TimeParts {
  readonly split: SavedSplit;
  readonly leftOut: LeftOut;
}

/**
 * Training first, then validation, test last, in each of `blocks` equal stretches of the order; rows that are too near to
 * those of another part, or of a group that another part has, are left out (`keepApart`).
 * @throws InputError where values are too few, or nothing of a part is left
 */
export function partsByTime(
  source: TimeSource,
  { train, validation, test, blocks = 1, gap = 0 }: Pick<SplitConfig, PartName | "blocks" | "gap">,
): TimeParts {
  const { ordering } = source;
  const places = placesOf(ordering);
  const cut = cutPlaces(places, { shares: [train, validation, test], blocks, column: ordering.column });
  const parts = new Array<PartName>(source.rowIds.length);
  places.forEach(({ rows }, i) => {
    for (const row of rows) parts[row] = partNames[cut[i]];
  });
  return apart(source, parts, gap);
}

export interface TimeFolds {
  readonly folds: number;
  /** Share of the rows outside the test fold that becomes the validation part. */
  readonly validationShare: number;
  readonly blocks?: number | undefined;
  readonly gap?: number | string | undefined;
}

/**
 * Folds of consecutive rows: in each of `blocks` equal stretches of the order one piece per fold is tested, the latest rows
 * of what remains are the validation part, the others train, before and after the tested ones. Every row is tested once.
 * @throws InputError as `partsByTime`
 */
export function foldsByTime(
  source: TimeSource,
  { folds, validationShare, blocks = 1, gap = 0 }: TimeFolds,
): TimeParts[] {
  const { ordering } = source;
  const places = placesOf(ordering);
  const shares = new Array<number>(folds).fill(1 / folds);
  const foldOf = cutPlaces(places, { shares, blocks, column: ordering.column });
  return Array.from({ length: folds }, (_, fold) => {
    const parts = new Array<PartName>(source.rowIds.length).fill("test");
    const rest = places.filter((_place, i) => foldOf[i] !== fold).flatMap(({ rows }) => rows);
    const inner = placesOf(ordering, rest);
    const cut = cutPlaces(inner, { shares: [1 - validationShare, validationShare], blocks, column: ordering.column });
    inner.forEach(({ rows }, i) => {
      for (const row of rows) parts[row] = partNames[cut[i]];
    });
    return apart(source, parts, gap);
  });
}

function apart({ ordering, rowIds, group }: TimeSource, parts: readonly PartName[], gap: number | string): TimeParts {
  const leftOut = keepApart(ordering, parts, { gap, group });
  const gone = new Set([...leftOut.gap, ...leftOut.group]);
  const ids = (part: PartName) => rowIds.filter((_, row) => parts[row] === part && !gone.has(row));
  const split = {
    ...{ train: ids("train"), validation: ids("validation"), test: ids("test") },
    ...(gone.size === 0 ? {} : { leftOut: rowIds.filter((_, row) => gone.has(row)) }),
  };
  const empty = partNames.filter((part) => split[part].length === 0 && parts.includes(part));
  if (empty.length === 0) return { split, leftOut };
  const [few, why] =
    leftOut.gap.length >= leftOut.group.length
      ? [`within the gap of ${gapText(gap)} of other parts`, "Lower data.split.gap, or data.split.blocks."]
      : [
          "of groups that other parts have too",
          "Groups that last all the time cannot be parted in time: leave out data.group, whose rows then stand in several parts, or split.by: group.",
        ];
  const named = empty
    .map((part) => partTitles[part])
    .join(", ")
    .replace(/, (?=[^,]*$)/, " and ");
  const its = empty.length === 1 ? "its" : "their";
  throw new InputError(`data.split: no row is left in the ${named} part: ${its} rows are ${few}. ${why}`);
}

/** `24h`, `1 row`, `36 rows`. */
export function gapText(gap: number | string): string {
  return typeof gap === "string" ? gap : `${gap} ${gap === 1 ? "row" : "rows"}`;
}
