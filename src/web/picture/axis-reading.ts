/** How the places of an axis are read off another one: for each the first, which may lie outside, and the weights from there on. */
export interface AxisReading {
  readonly starts: Int32Array;
  /** In parts of 1/4096. */
  readonly weights: readonly Int32Array[];
}

/** Parts of a weight, and places between two pixels for which there are weights. */
export const parts = 4096;
const phases = 64;

/**
 * Lanczos of three lobes, as wide as the factor.
 * @param whole pixels of the axis, not rounded up to whole blocks; what is left over of them is left out on both sides
 */
export function lanczosReading(size: number, to: number, factor: number, whole = size): AxisReading {
  const points = 2 * Math.round(3 * factor) + 1;
  const offset = (1 + (to * factor - whole)) / 2 - 1;
  const middle = points / 2 - 1;
  const weightsAt = (share: number) =>
    Array.from({ length: points }, (_, i) => lanczos((i - (share + middle)) / factor));
  return readings(to, (place) => (place + 0.5) * factor - 0.5 - offset, Math.ceil(points / 2) - 1, weightsAt);
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  return (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2;
}

/** Catmull and Rom's cubic, half a pixel off the middle, as libvips has it where either axis grows. */
export function cubicReading(size: number, to: number): AxisReading {
  const weightsAt = (x: number) => [
    ((2 - x) * x - 1) * x * 0.5,
    ((3 * x - 5) * x * x + 2) * 0.5,
    ((4 - 3 * x) * x + 1) * x * 0.5,
    (x - 1) * x * x * 0.5,
  ];
  return readings(to, (place) => (place * size) / to - 0.5, 1, weightsAt);
}

/** @param lead pixels before the one at or below the centre from which weights begin */
function readings(
  to: number,
  centre: (place: number) => number,
  lead: number,
  weightsAt: (share: number) => readonly number[],
): AxisReading {
  const table = Array.from({ length: phases + 1 }, (_, phase) => wholeWeights(weightsAt(phase / phases)));
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, place) => {
    const x = centre(place);
    const below = Math.floor(x);
    starts[place] = below - lead;
    return table[Math.round((x - below) * phases)];
  });
  return { starts, weights };
}

function wholeWeights(weights: readonly number[]): Int32Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Int32Array.from(weights, (weight) => Math.round((weight / sum) * parts));
}
