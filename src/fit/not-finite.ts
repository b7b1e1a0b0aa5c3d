import type { FitTensors, Learner } from "./learner.js";
import type { ModelLayout } from "./model-layout.js";
import type { Optimiser } from "./optimiser.js";

/** A number that became NaN or infinite, and what it is. */
export interface NotFinite {
  /** `weight of encoder.a.hidden0.weight[3]` */
  readonly name: string;
  readonly value: number;
}

/**
 * The first number of a state that training cannot be continued from; an update can break weights after its loss was
 * still finite.
 */
export function notFiniteIn(
  tensors: FitTensors,
  { layout, optimiser }: Pick<Learner, "layout" | "optimiser">,
): NotFinite | null {
  for (const [name, values] of Object.entries(tensors)) {
    const at = firstNotFinite(values);
    if (at >= 0) return { name: `${meaningOf(name, optimiser)} of ${placeOf(name, layout, at)}`, value: values[at] };
  }
  return null;
}

/**
 * The number of a step's report to blame where one is not finite: the total and the gradient follow from the others, so
 * that one of these is named if any is.
 */
export function notFiniteReport(report: Float32Array, names: readonly string[]): NotFinite | null {
  const bad = firstNotFinite(report);
  if (bad < 0) return null;
  const inner = report.subarray(1, names.length - 1);
  const own = firstNotFinite(inner);
  const at = own < 0 ? bad : own + 1;
  return { name: names[at], value: report[at] };
}

/** Position of the first number that is not finite; -1 where all are. */
export function firstNotFinite(values: Float32Array): number {
  // Millions of weights after every epoch: a callback for each would take ten times as long.
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

function meaningOf(name: string, { keeps }: Optimiser): string {
  const own: Record<string, string> = { parameters: "weight", average: "averaged weight", running: "running moment" };
  return own[name] ?? keeps.find((kept) => kept.name === name)?.meaning ?? name;
}

/** Name and position of a number in a flat vector. */
function placeOf(vector: string, { parameters, moments }: ModelLayout, at: number): string {
  const sizes =
    vector === "running"
      ? moments.specs.map(({ name, width }) => [name, 2 * width] as const)
      : parameters.specs.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)] as const);
  let before = 0;
  for (const [name, size] of sizes) {
    if (at < before + size) return `${name}[${at - before}]`;
    before += size;
  }
  throw new RangeError(`position ${at} is beyond the ${before} numbers of the vector`);
}
