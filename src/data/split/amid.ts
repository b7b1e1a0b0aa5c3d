import type { RowOrder } from "../order/row-order.js";
import type { PartName, Split } from "./split.js";
import { type Place, placesOf } from "./time-split.js";

/** Share of neighbours from which on rows are told by those beside them. */
const fewestAmid = 0.1;

/** How test rows stand in the order of all rows. */
export interface TestAmid {
  /** Share of the test rows that stand right before or after a training row, or at the place of one. */
  readonly share: number;
  /** Whether the test asks how well gaps between training rows are filled. */
  readonly amid: boolean;
  /** Whether every training row stands before every test row. */
  readonly later: boolean;
}

/**
 * Whether test rows stand among training rows in the order: those of a random split do almost all, those of a split by time
 * only at its borders.
 */
export function testAmidTraining(ordering: RowOrder, split: Pick<Split, PartName | "rowIds">, by: string): TestAmid {
  const train = new Set(split.train);
  const places = placesOf(ordering, Int32Array.from([...split.train, ...split.test]));
  const trains = ({ rows }: Place) => rows.some((row) => train.has(row));
  const holds = places.map(trains);
  const beside = places.reduce((sum, { rows }, i) => {
    if (holds[i]) return sum + rows.filter((row) => !train.has(row)).length;
    return sum + Math.min(rows.length, Number(holds[i - 1] === true) + Number(holds[i + 1] === true));
  }, 0);
  const share = beside / split.test.length;
  // Rows that were left out between parts keep them apart, however many stretches there are.
  const parted = by === "time" || (split.rowIds.leftOut?.length ?? 0) > 0;
  const lastTrain = holds.lastIndexOf(true);
  const later = places.every(({ rows }, i) => i > lastTrain || rows.every((row) => train.has(row)));
  return { share, amid: !parted && share >= fewestAmid, later };
}
