import { InputError } from "../errors.js";

/**
 * Errors of calibration rows, as prediction intervals are made of them. With masses, a row counts by its group: of G groups
 * each has the mass 1 / (G + 1), shared by its rows, and the mass that is left stands for the group to come.
 */
export interface ScoreList {
  /** Ascending: signed errors over the scale of their row, or absolute errors. */
  readonly values: readonly number[];
  /** In the same order; 1 / (n + 1) each where left out. */
  readonly masses?: readonly number[];
}

/** What a list is made of. */
export interface ScoredRows {
  readonly scores: readonly number[];
  /** Group of each row, whose rows may depend on one another; rows stand alone if left out. */
  readonly units?: readonly string[];
}

/** Sorts scores; rows of groups of more than one row share the mass of their group. */
export function scoreList({ scores, units }: ScoredRows): ScoreList {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  const values = order.map((i) => scores[i]);
  if (units === undefined) return { values };
  const sizes = new Map<string, number>();
  for (const unit of units) sizes.set(unit, (sizes.get(unit) ?? 0) + 1);
  if (sizes.size === scores.length) return { values };
  return { values, masses: order.map((i) => 1 / ((sizes.size + 1) * (sizes.get(units[i]) as number))) };
}

/** How an end was found. */
export type EndForm = "tails" | "symmetric" | "rows" | "unbounded";

/** Ends of an interval around 0, in the unit of the scores. */
export interface Ends {
  readonly low: number;
  readonly high: number;
  /**
   * `tails`: either tail holds at most half of what lies outside; `symmetric`: too few rows for that, one width for both
   * sides; `rows`: too few groups, rows are counted as if they stood alone; `unbounded`: too few rows.
   */
  readonly form: EndForm;
}

const unbounded: Ends = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, form: "unbounded" };

/** Rounding of (n + 1) p, which is often a whole number. */
const slack = 1e-9;

/** The ends that a list of scores gives at any level. */
export class ScoreEnds {
  private readonly signed: Cumulated | null;
  private readonly absolute: Cumulated;

  /** @param absolute whether the values are absolute errors, of models that know no others */
  constructor(
    private readonly list: ScoreList,
    absolute: boolean,
  ) {
    this.signed = absolute ? null : new Cumulated(list);
    this.absolute = absolute ? new Cumulated(list) : new Cumulated(absoluteList(list));
  }

  /**
   * Ends that hold the score of a row to come with probability at least `level`, on average over calibration rows and the
   * row, where they are exchangeable (with masses: where their groups are, and the row is any of a new group).
   *   high: the least score with mass (1 + level) / 2 at or below it; low: the greatest with as much at or above it
   * Source: Vovk et al. 2005; with groups Dunn, Wasserman & Ramdas 2022, Lee, Barber & Willett 2023.
   * @throws InputError for a level outside (0, 1)
   */
  at(level: number): Ends {
    if (!(level > 0 && level < 1))
      throw new InputError(`interval level: expected a number between 0 and 1, got ${level}`);
    const found = this.bounded(level);
    if (found.form !== "unbounded" || this.list.masses === undefined) return found;
    const rows = new ScoreEnds({ values: this.list.values }, this.signed === null).at(level);
    return rows.form === "unbounded" ? rows : { ...rows, form: "rows" };
  }

  /** Median of the scores, for the prediction of half the mass. */
  get median(): number {
    if (this.signed === null) return 0;
    const total = this.signed.total / 2;
    return (this.signed.least(total) + this.signed.greatest(total)) / 2;
  }

  private bounded(level: number): Ends {
    const tail = (1 + level) / 2;
    const high = this.signed?.least(tail) ?? Number.POSITIVE_INFINITY;
    const low = this.signed?.greatest(tail) ?? Number.NEGATIVE_INFINITY;
    if (Number.isFinite(high) && Number.isFinite(low)) return { low, high, form: "tails" };
    const half = this.absolute.least(level);
    return Number.isFinite(half) ? { low: -half, high: half, form: "symmetric" } : unbounded;
  }
}

/** A list with its masses summed from below. */
class Cumulated {
  private readonly below: Float64Array;

  constructor(private readonly list: ScoreList) {
    const { values, masses } = list;
    const each = 1 / (values.length + 1);
    let sum = 0;
    // Counted rather than added where all are equal: sums of 1 / (n + 1) drift.
    this.below = Float64Array.from(values, (_, i) => {
      sum = masses === undefined ? (i + 1) * each : sum + masses[i];
      return sum;
    });
  }

  get total(): number {
    return this.below.at(-1) ?? 0;
  }

  /** The least value with at least the mass at or below it; Infinity where there is none. */
  least(mass: number): number {
    const at = this.below.findIndex((sum) => sum >= mass - slack);
    return at < 0 ? Number.POSITIVE_INFINITY : this.list.values[at];
  }

  /** The greatest value with at least the mass at or above it; -Infinity where there is none. */
  greatest(mass: number): number {
    const { values } = this.list;
    for (let i = values.length - 1; i >= 0; i--) {
      const above = this.total - (i === 0 ? 0 : this.below[i - 1]);
      if (above >= mass - slack) return values[i];
    }
    return Number.NEGATIVE_INFINITY;
  }
}

function absoluteList({ values, masses }: ScoreList): ScoreList {
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]));
  const sorted = order.map((i) => Math.abs(values[i]));
  return masses === undefined ? { values: sorted } : { values: sorted, masses: order.map((i) => masses[i]) };
}
