import { textWidth } from "../text-width.js";

/** A name that stands at a point of a figure, in pixels from its upper left corner. */
export interface PlacedName {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Whether it stands to the left of its point and ends there. */
  readonly toLeft: boolean;
}

/** The field that names may stand in, and the points that they should not cover. */
export interface LabelField {
  readonly height: number;
  readonly fontSize: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Room between a point and its name, sideways and up or down. */
const aside = 8;
/** Half the room that a point takes. */
const pointSize = 5;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * How far the middle of each name stands from its point, pixels downwards: near it, above rather than below, where it covers no
 * name before it and no point; where there is no such place within the field, no name before it; else just above its point.
 */
export function placeLabels(names: readonly PlacedName[], { height, fontSize, points }: LabelField): number[] {
  const line = fontSize + 3;
  const steps = Math.max(1, Math.ceil(height / line));
  const candidates = Array.from({ length: steps }, (_, k) => line * (1 + k)).flatMap((away) => [-away, away]);
  const marks: Box[] = points.map(({ x, y }) => ({
    ...{ left: x - pointSize, right: x + pointSize },
    ...{ top: y - pointSize, bottom: y + pointSize },
  }));
  const before: Box[] = [];
  return names.map((name) => {
    const boxAt = (dy: number) => boxOf(name, dy, fontSize);
    const beside = (taken: readonly Box[]) =>
      candidates.find((dy) => {
        const box = boxAt(dy);
        return box.top >= 0 && box.bottom <= height && !taken.some((other) => overlap(box, other));
      });
    const dy = beside([...before, ...marks]) ?? beside(before) ?? candidates[0];
    before.push(boxAt(dy));
    return dy;
  });
}

function boxOf({ label, x, y, toLeft }: PlacedName, dy: number, fontSize: number): Box {
  const width = textWidth(label, fontSize);
  const left = toLeft ? x - aside - width : x + aside;
  return { left, right: left + width, top: y + dy - fontSize / 2, bottom: y + dy + fontSize / 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
