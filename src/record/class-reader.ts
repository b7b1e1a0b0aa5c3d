import { z } from "zod";
import { InputError } from "../errors.js";
import type { Stored } from "../files/document.js";
import type { LinearMap } from "../models/baselines/linear-map.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import type { PidResult } from "../pid/types.js";
import { type ClassAtoms, divideClasses } from "../training/atoms/classes/class-atoms.js";
import { applyPools } from "../training/atoms/classes/class-posteriors.js";
import { type ClassEvidence, type ClassLatents, classEvidence } from "../training/atoms/classes/class-readouts.js";
import type { LatentShape } from "../training/atoms/readouts.js";
import type { StoredMap } from "./stored-reader.js";
import type { StoredShapes } from "./stored-shapes.js";

const numbers = z.array(z.number());
const map = z.strictObject({ weights: numbers, intercept: numbers });
const share = z.number().gt(0).lt(1);

/** What reads atoms about classes off latents, as a model.json has it. */
export const storedClassReader = z.strictObject({
  kind: z.literal("classes"),
  modalities: z.array(z.string()).min(1),
  readouts: z.strictObject({ byModality: z.array(map).min(1), joint: map, shares: z.array(share).min(2) }),
  pools: z.strictObject({ byModality: z.array(numbers).min(1), joint: numbers, shares: z.array(share).min(2) }),
  /** Of what each modality tells of a row the share that is unique to it; of two the share of the lesser that both tell. */
  division: z.strictObject({ unique: numbers, shared: z.number().min(0), lesser: z.int().min(0) }),
});
export type StoredClassReader = Stored<typeof storedClassReader>;

/**
 * Reads sample-level atoms about classes of further rows. Posteriors are those of the held-out rows' pools; of each row the
 * information divides in the shares in which that of the held-out rows divides.
 */
export class ClassAtomReader {
  constructor(private readonly state: StoredClassReader) {}

  static fit(names: readonly string[], { readouts, pools, pid }: ClassAtoms): ClassAtomReader {
    const { atoms, information } = pid;
    const own = names.map((name) => information.byModality[name]);
    const lesser = own.indexOf(Math.min(...own));
    const part = (bits: number, whole: number) => (whole > 0 ? Math.min(1, bits / whole) : 0);
    const unique = names.map((name, k) => part(atoms.unique[name], own[k]));
    const left = own.reduce((sum, bits, k) => sum + (1 - unique[k]) * bits, 0);
    const shared = names.length === 2 ? part(atoms.redundancy, own[lesser]) : part(atoms.redundancy, left);
    const maps = ({ weights, intercept }: LinearMap): StoredMap => ({
      weights: [...weights],
      intercept: [...intercept],
    });
    return new ClassAtomReader({
      kind: "classes",
      modalities: [...names],
      readouts: {
        byModality: readouts.byModality.map(maps),
        joint: maps(readouts.joint),
        shares: [...readouts.shares],
      },
      pools: {
        byModality: pools.byModality.map((powers) => [...powers]),
        joint: [...pools.joint],
        shares: [...pools.shares],
      },
      division: { unique, shared, lesser },
    });
  }

  /** Sample-level atoms in bits, one value per row; NaN where the class is not known. */
  read(table: ClassLatents, shape: LatentShape, logitsOf: (outputs: Float32Array) => Float64Array): LocalPid {
    const { pools, modalities } = this.state;
    const { byModality, joint } = applyPools(this.evidence(table, shape, logitsOf), pools);
    const classes = pools.shares.length;
    const bits = (probabilities: Float64Array) =>
      Float64Array.from({ length: table.rows }, (_, r) => {
        const y = table.labels[r];
        return Number.isNaN(y) ? Number.NaN : Math.log2(probabilities[r * classes + y] / pools.shares[y]);
      });
    const total = bits(joint);
    // One modality is all there is: what it tells is what the joint posterior tells.
    const single = modalities.length === 1 ? [total] : byModality.map(bits);
    const redundancy = this.redundancyOf(single);
    const unique =
      modalities.length === 2 ? single.map((own) => own.map((v, r) => v - redundancy[r])) : this.uniqueOf(single);
    const union = redundancy.map((v, r) => unique.reduce((sum, own) => sum + own[r], v));
    const named = (columns: readonly Float64Array[]) =>
      Object.fromEntries(modalities.map((name, k) => [name, columns[k]]));
    return {
      n: table.rows,
      information: { total, byModality: named(single) },
      unique: named(unique),
      redundancy,
      synergy: total.map((v, r) => v - union[r]),
      partialRedundancy: redundancy.map(() => 0),
      union,
    };
  }

  /** Atoms of further rows, with the readouts as they are and pools of their own. */
  decompose(
    table: ClassLatents,
    shape: LatentShape,
    logitsOf: (outputs: Float32Array) => Float64Array,
    { classes, groups }: { readonly classes: readonly string[]; readonly groups?: readonly string[] | undefined },
  ): PidResult & { readonly classes?: NonNullable<ClassAtoms["reading"]> } {
    const { modalities: names } = this.state;
    const held = { names, classes, labels: Int32Array.from(table.labels), groups };
    const { pid, reading } = divideClasses([this.evidence(table, shape, logitsOf)], held, { details: true, seed: 1 });
    return reading === null ? pid : { ...pid, classes: reading };
  }

  toJSON(): StoredClassReader {
    return this.state;
  }

  private evidence(
    table: ClassLatents,
    shape: LatentShape,
    logitsOf: (outputs: Float32Array) => Float64Array,
  ): ClassEvidence {
    const maps = ({ weights, intercept }: StoredMap): LinearMap => ({
      weights: Float64Array.from(weights),
      intercept: Float64Array.from(intercept),
    });
    const { byModality, joint, shares } = this.state.readouts;
    const readouts = { byModality: byModality.map(maps), joint: maps(joint), shares };
    return classEvidence(readouts, table, shape, logitsOf);
  }

  private redundancyOf(single: readonly Float64Array[]): Float64Array {
    const { shared, lesser, unique } = this.state.division;
    if (single.length === 1) return single[0].map(() => 0);
    if (single.length === 2) return single[lesser].map((v) => shared * v);
    return single[0].map((_, r) => shared * single.reduce((sum, own, k) => sum + (1 - unique[k]) * own[r], 0));
  }

  private uniqueOf(single: readonly Float64Array[]): Float64Array[] {
    const { unique } = this.state.division;
    return single.map((own, k) => (single.length === 1 ? own : own.map((v) => unique[k] * v)));
  }
}

/** @throws InputError naming the first fault */
export function classReaderFromJSON(
  stored: unknown,
  { architecture, terms }: Pick<StoredShapes, "architecture" | "terms">,
  where: string,
): ClassAtomReader {
  const parsed = storedClassReader.safeParse(stored);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`${where}.${issue.path.join(".")}: ${issue.message}`);
  }
  const state = parsed.data;
  const count = (part: string, values: readonly unknown[], wanted: number) => {
    if (values.length === wanted) return;
    throw new InputError(`${where}: ${part}: expected ${wanted} values, found ${values.length}`);
  };
  const { targets, latentDim: d, modalities } = architecture;
  const [m, classes] = [modalities.length, targets + 1];
  count("modalities", state.modalities, m);
  const map = (part: string, { weights, intercept }: StoredMap, inputs: number) => {
    count(`${part}.weights`, weights, inputs * classes);
    count(`${part}.intercept`, intercept, classes);
  };
  count("readouts.byModality", state.readouts.byModality, m);
  for (const one of state.readouts.byModality) map("readouts.byModality", one, d);
  map("readouts.joint", state.readouts.joint, terms * d);
  count("readouts.shares", state.readouts.shares, classes);
  count("pools.byModality", state.pools.byModality, m);
  for (const powers of state.pools.byModality) count("pools.byModality", powers, 2);
  count("pools.joint", state.pools.joint, 2 * m + 2);
  count("pools.shares", state.pools.shares, classes);
  count("division.unique", state.division.unique, m);
  if (state.division.lesser >= m)
    throw new InputError(`${where}: division.lesser: expected a modality, found ${state.division.lesser}`);
  return new ClassAtomReader(state);
}
