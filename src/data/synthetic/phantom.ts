import type { Rng } from "../../math/rng.js";

/** Voxels of a phantom, from left to right, back to front and bottom to top. */
export const phantomShape = [24, 28, 24] as const;
const voxels = phantomShape[0] * phantomShape[1] * phantomShape[2];

/** Brightness of what surrounds the head, of grey and of white matter, and of the ventricle, from 0 to 1. */
const tissue = { air: 0, grey: 0.5, white: 0.8, ventricle: 0.15 } as const;
/** Voxels: half axes of the head, thickness of its cortex and half axes of the ventricle, where all causes are 0. */
const usual = { head: [9.5, 11.5, 9.5], cortex: 2, ventricle: [2.6, 3.4, 2.6] } as const;
/** What a cause of 1 multiplies a size by, on a logarithmic scale. */
const growth = { head: 0.04, cortex: 0.2, ventricle: 0.15 } as const;
/** Voxels over which one tissue becomes another. */
const blur = 0.5;
/** Largest shift of a head along every axis, voxels, and spread of the noise of a voxel. */
const shift = 0.75;
const grain = 0.04;

/** Volumes of a generated table: heads of which causes set sizes. */
export interface Phantoms {
  readonly name: string;
  readonly shape: readonly number[];
  /** Writes the volume of a row, one byte a voxel, into `out`. Rows are drawn in their order. */
  readonly draw: (row: number, out: Uint8Array) => void;
}

/**
 * Heads of ellipsoids: the first cause sets the size of the ventricle, the second the thickness of the cortex, the third that of the
 * head; each lies a little elsewhere, and every voxel has noise of its own.
 * @param causes each [rows], about standard normal
 * @param rng    a stream for every row is split off it
 */
export function phantoms(name: string, [ventricles, cortices, heads]: readonly Float64Array[], rng: Rng): Phantoms {
  return {
    name,
    shape: phantomShape,
    draw: (row, out) => {
      const own = rng.split(`row/${row}`);
      const size = Math.exp(growth.head * heads[row]);
      drawHead(out, {
        centre: phantomShape.map((length) => (length - 1) / 2 + shift * (2 * own.uniform() - 1)),
        head: usual.head.map((axis) => axis * size),
        cortex: usual.cortex * Math.exp(growth.cortex * cortices[row]),
        ventricle: usual.ventricle.map((axis) => axis * Math.exp(growth.ventricle * ventricles[row])),
      });
      for (let i = 0; i < voxels; i++)
        out[i] = Math.round(Math.min(255, Math.max(0, out[i] + 255 * grain * own.normal())));
    },
  };
}

interface Head {
  readonly centre: readonly number[];
  readonly head: readonly number[];
  readonly cortex: number;
  readonly ventricle: readonly number[];
}

function drawHead(out: Uint8Array, { centre, head, cortex, ventricle }: Head): void {
  const [width, depth, height] = phantomShape;
  let i = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < depth; y++) {
      for (let z = 0; z < height; z++, i++) {
        const [dx, dy, dz] = [x - centre[0], y - centre[1], z - centre[2]];
        const below = depthIn(dx, dy, dz, head);
        let value = mixed(tissue.air, tissue.grey, below);
        value = mixed(value, tissue.white, below - cortex);
        out[i] = 255 * mixed(value, tissue.ventricle, depthIn(dx, dy, dz, ventricle));
      }
    }
  }
}

/** About how many voxels a place lies below the surface of an ellipsoid around 0; negative outside. */
function depthIn(x: number, y: number, z: number, axes: readonly number[]): number {
  const radius = Math.sqrt((x / axes[0]) ** 2 + (y / axes[1]) ** 2 + (z / axes[2]) ** 2);
  const length = Math.sqrt(x * x + y * y + z * z);
  // The surface in the direction of the place is at length / radius.
  return radius === 0 ? Math.min(...axes) : length / radius - length;
}

/** One tissue turning into another where the depth goes through 0. */
function mixed(from: number, to: number, depth: number): number {
  return from + (to - from) / (1 + Math.exp(-depth / (blur / 2)));
}
