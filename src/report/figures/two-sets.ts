import type { TopLevelSpec } from "vega-lite";
import { colour, modalityColour } from "../palette.js";
import { textWidth } from "../text-width.js";

/** Two modalities as discs. All areas are in one scale: bits per area. */
export interface TwoSets {
  readonly names: readonly [string, string];
  /** Information of each modality alone, bits. */
  readonly information: readonly [number, number];
  readonly redundancy: number;
  readonly synergy: number;
}

const synergyLabel = "only together";
const labelSize = 13;

/** Width of a label, which is set in bold. */
function boldWidth(text: string): number {
  return 1.2 * textWidth(text, labelSize);
}

/** Radii and distance in units where area is bits. */
interface Geometry {
  readonly radii: readonly [number, number];
  readonly distance: number;
  readonly synergyRadius: number;
}

/** Area of the overlap of two discs (radii a, b; distance d between the centres). */
export function lensArea(a: number, b: number, d: number): number {
  if (d >= a + b) return 0;
  if (d <= Math.abs(a - b)) return Math.PI * Math.min(a, b) ** 2;
  const angleA = Math.acos((d * d + a * a - b * b) / (2 * d * a));
  const angleB = Math.acos((d * d + b * b - a * a) / (2 * d * b));
  const kite = Math.sqrt((-d + a + b) * (d + a - b) * (d - a + b) * (d + a + b)) / 2;
  return a * a * angleA + b * b * angleB - kite;
}

/** Distance at which the discs overlap in `overlap`; by bisection, the overlap falls with the distance. */
export function lensDistance(a: number, b: number, overlap: number): number {
  let near = Math.abs(a - b);
  let far = a + b;
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (lensArea(a, b, middle) > overlap) near = middle;
    else far = middle;
  }
  return (near + far) / 2;
}

function geometry({ information, redundancy, synergy }: TwoSets): Geometry {
  const radius = (bits: number) => Math.sqrt(Math.max(0, bits) / Math.PI);
  const radii = [radius(information[0]), radius(information[1])] as const;
  return { radii, distance: lensDistance(radii[0], radii[1], redundancy), synergyRadius: radius(synergy) };
}

/**
 * Two overlapping discs: what each modality knows, what both know, and beside them what only both together tell. Areas
 * are proportional to bits.
 */
export function twoSetsSpec(sets: TwoSets, width: number): TopLevelSpec {
  const { radii, distance, synergyRadius } = geometry(sets);
  const left = Math.min(-radii[0], distance - radii[1]);
  const right = Math.max(radii[0], distance + radii[1]);
  const height = 250;
  const labelHeight = 34;
  const gap = 36;
  const tall = 2 * Math.max(radii[0], radii[1], synergyRadius);
  const across = right - left + 2 * synergyRadius;
  const scale = Math.min((height - 2 * labelHeight) / tall, (width - gap - 16) / across);
  const start = (width - across * scale - gap) / 2;
  const middle = height / 2;
  const centre = (x: number) => start + (x - left) * scale;
  const synergyX = start + (right - left) * scale + gap + synergyRadius * scale;
  const synergyEnd = Math.min(width - 4, Math.max(synergyX + 40, synergyX + synergyRadius * scale));
  // Both stand in the top line: the name gives way to the left.
  const nameRoom = synergyEnd - boldWidth(synergyLabel) - 12 - boldWidth(sets.names[0]);
  // A small disc at the right end leaves its name no room behind where it begins.
  const lastRoom = width - 4 - boldWidth(sets.names[1]);
  return {
    width,
    height,
    padding: 0,
    data: { values: [{}] },
    layer: [
      disc(centre(0), middle, radii[0] * scale, modalityColour(0)),
      disc(centre(distance), middle, radii[1] * scale, modalityColour(1)),
      disc(synergyX, middle, synergyRadius * scale, colour("synergy")),
      label(
        sets.names[0],
        Math.max(4, Math.min(centre(-radii[0]), nameRoom)),
        16,
        "left",
        width * 0.6,
        modalityColour(0),
      ),
      label(
        sets.names[1],
        Math.max(4, Math.min(centre(distance - radii[1]), lastRoom)),
        height - 8,
        "left",
        width - 8,
        modalityColour(1),
      ),
      label(synergyLabel, synergyEnd, 16, "right", width * 0.38, colour("synergy")),
    ],
  } as TopLevelSpec;
}

function disc(x: number, y: number, radius: number, fill: string): object {
  return {
    mark: {
      type: "arc",
      theta: 0,
      theta2: 2 * Math.PI,
      innerRadius: 0,
      outerRadius: Math.max(0.5, radius),
      fill,
      fillOpacity: 0.4,
      stroke: fill,
      strokeWidth: 2,
    },
    encoding: { x: { value: x }, y: { value: y } },
  };
}

function label(text: string, x: number, y: number, align: string, limit: number, fill: string): object {
  return {
    mark: { type: "text", text, align, baseline: "middle", fontSize: labelSize, fontWeight: 600, fill, limit },
    encoding: { x: { value: x }, y: { value: y } },
  };
}
