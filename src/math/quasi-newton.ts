import { dot } from "./dot.js";

/** A value with its gradient, an array that no later evaluation writes into. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A smooth function to minimise, and how. */
export interface Minimisation {
  readonly evaluate: (x: Float64Array) => Evaluation;
  /** H g for some positive definite H, about the inverse of the curvature. */
  readonly precondition: (gradient: Float64Array) => Float64Array;
  readonly start: Float64Array;
  /** Most steps. */
  readonly steps: number;
  /** Ends where no coordinate moves by more. */
  readonly tolerance: number;
}

/** Pairs of steps and changes of the gradient that are kept. */
const memory = 8;
/** Share of the decrease that the slope promises which a step has to reach (Armijo). */
const sufficient = 1e-4;
/** Most halvings of a step. */
const halvings = 30;

interface Pair {
  readonly moved: Float64Array;
  readonly changed: Float64Array;
  /** 1 / moved'changed */
  readonly inverse: number;
}

/**
 * Limited-memory BFGS (Nocedal 1980) that begins with a given matrix instead of a multiple of the identity, with steps halved until they
 * go down. No step goes up; of a convex function every step goes down until the tolerance is reached.
 * @returns the last place
 */
export function minimise({ evaluate, precondition, start, steps, tolerance }: Minimisation): Float64Array {
  let x = start;
  let here = evaluate(x);
  const pairs: Pair[] = [];
  for (let s = 0; s < steps; s++) {
    const next = downhill(x, here, direction(here.gradient, pairs, precondition), evaluate);
    if (next === null) break;
    const { place, evaluation } = next;
    const moved = place.map((value, i) => value - x[i]);
    const changed = evaluation.gradient.map((value, i) => value - here.gradient[i]);
    const curvature = dot(moved, changed, changed.length);
    // without curvature along the step, rounding has the last word
    if (curvature > 1e-14 * Math.sqrt(dot(moved, moved, moved.length) * dot(changed, changed, changed.length))) {
      pairs.push({ moved, changed, inverse: 1 / curvature });
      if (pairs.length > memory) pairs.shift();
    }
    x = place;
    here = evaluation;
    if (moved.every((value) => Math.abs(value) <= tolerance)) break;
  }
  return x;
}

/** Of steepest descent by what is known of the curvature: the two loops of Nocedal (1980). */
function direction(gradient: Float64Array, pairs: readonly Pair[], precondition: Minimisation["precondition"]) {
  const left = gradient.slice();
  const shares = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { moved, changed, inverse } = pairs[k];
    shares[k] = inverse * dot(moved, left, left.length);
    addTimes(left, -shares[k], changed);
  }
  const down = precondition(left);
  pairs.forEach(({ moved, changed, inverse }, k) => {
    addTimes(down, shares[k] - inverse * dot(changed, down, down.length), moved);
  });
  return down;
}

/** A place below along -`by`, or null where there is none. */
function downhill(
  x: Float64Array,
  { value, gradient }: Evaluation,
  by: Float64Array,
  evaluate: Minimisation["evaluate"],
) {
  const slope = -dot(gradient, by, by.length);
  for (let k = 0, step = 1; k <= halvings; k++, step /= 2) {
    const place = x.map((at, i) => at - step * by[i]);
    const evaluation = evaluate(place);
    if (evaluation.value <= value + sufficient * step * slope) return { place, evaluation };
  }
  return null;
}

function addTimes(out: Float64Array, factor: number, added: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * added[i];
}
