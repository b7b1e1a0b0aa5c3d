/** A region of the brain on one side, as FreeSurfer names columns. */
export interface SidedRegion {
  readonly region: string;
  readonly side: "left" | "right";
}

const between = "[._-]";
/** What is measured of a region, at the end of a name. `Left-Accumbens-area` is a region of that name. */
const measure =
  /_(?:thickness|thicknessstd|area|volume|meancurv|gauscurv|foldind|curvind|grayvol|surfarea|numvert|thickavg|surfavg)$/i;
/** `lh_bankssts_thickness`, `ctx-rh-insula`, `wm-lh-cuneus`; `Left-Hippocampus`; `lhCortexVol`. */
const sided = [
  new RegExp(`^(?:(?:ctx|wm)${between})?(?<side>lh|rh)${between}(?<rest>.+)$`, "i"),
  new RegExp(`^(?<side>left|right)${between}(?<rest>.+)$`, "i"),
  /^(?<side>lh|rh)(?<rest>[A-Z].*)$/,
];

/** The region and side that a name of FreeSurfer's tables (aparc, aseg, wmparc) tells; null where it tells none. */
export function regionOf(column: string): SidedRegion | null {
  for (const pattern of sided) {
    const { side, rest } = pattern.exec(column)?.groups ?? {};
    if (side === undefined) continue;
    const region = rest.replace(measure, "");
    return region === "" ? null : { region, side: side.toLowerCase().startsWith("l") ? "left" : "right" };
  }
  return null;
}

/** Columns of one region; numbers are places among the columns. */
export interface RegionColumns {
  readonly region: string;
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** Fewer regions with both sides are a coincidence of names. */
const fewestRegions = 2;

/** Columns by region and side, in the order of the columns; empty where they are not named like FreeSurfer's. */
export function regionsOf(columns: readonly string[]): RegionColumns[] {
  const found = new Map<string, { left: number[]; right: number[] }>();
  columns.forEach((column, i) => {
    const place = regionOf(column);
    if (place === null) return;
    const sides = found.get(place.region) ?? { left: [], right: [] };
    sides[place.side].push(i);
    found.set(place.region, sides);
  });
  const paired = [...found.values()].filter(({ left, right }) => left.length > 0 && right.length > 0);
  return paired.length < fewestRegions ? [] : [...found].map(([region, sides]) => ({ region, ...sides }));
}
