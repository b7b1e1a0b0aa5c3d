import { misspelled } from "../../../data/join/key-spelling.js";
import { InputError } from "../../../errors.js";
import type { RowGroups } from "../../../evaluation/row-groups.js";
import { type EndForm, type Ends, ScoreEnds, type ScoreList } from "../../../evaluation/score-list.js";
import type {
  CalibratedIntervals,
  IntervalOptions,
  PredictedValue,
  PredictiveIntervals,
} from "../../task-intervals.js";

/** Ends and quantiles from one list of scores, each level worked out once. */
class ListEnds {
  private readonly ends: ScoreEnds;
  private readonly known = new Map<number, Ends>();

  constructor(
    readonly list: ScoreList,
    absolute: boolean,
  ) {
    this.ends = new ScoreEnds(list, absolute);
  }

  at(level: number): Ends {
    const key = Math.round(level * 1e12) / 1e12;
    const known = this.known.get(key) ?? this.ends.at(level);
    this.known.set(key, known);
    return known;
  }

  quantile(p: number): number {
    if (p === 0.5) return this.ends.median;
    return p < 0.5 ? this.at(1 - 2 * p).low : this.at(2 * p - 1).high;
  }
}

/**
 * Intervals `prediction + scale * score`, the scores those of calibration rows. A group has intervals of its own when it
 * has enough calibration rows for the outermost of what is asked; then rows of that group fall inside with probability at
 * least `level`, on average over the group's rows (Mondrian conformal prediction, Vovk et al. 2005). Rows of a value that
 * no calibration row has get those of a new group, where there are enough groups; all others share those of all rows.
 */
export class RegressionIntervals implements PredictiveIntervals {
  private readonly pooled: readonly ListEnds[];
  private readonly own = new Map<string, readonly ListEnds[]>();
  private readonly unseen: readonly ListEnds[] | null;
  private readonly tooFew: { readonly name: string; readonly rows: number }[] = [];

  /** @throws InputError for a level or quantile outside (0, 1) */
  constructor(
    private readonly calibrated: CalibratedIntervals,
    private readonly options: IntervalOptions,
  ) {
    const { level, quantiles = [] } = options;
    const bad = quantiles.find((p) => !(p > 0 && p < 1));
    if (bad !== undefined) throw new InputError(`quantile ${bad}: expected a number between 0 and 1`);
    const outermost = Math.max(level, ...quantiles.map((p) => Math.abs(2 * p - 1)));
    const made = (lists: readonly ScoreList[]) => lists.map((list) => new ListEnds(list, calibrated.absolute));
    const enough = (lists: readonly ListEnds[], forms: readonly EndForm[]) =>
      lists.every((list) => forms.includes(list.at(outermost).form));
    this.pooled = made(calibrated.pooled);
    // Refused where it is no level, whether or not a row is asked for.
    for (const list of this.pooled) list.at(level);
    for (const [name, lists] of calibrated.groups?.scores ?? []) {
      const ends = made(lists);
      if (enough(ends, ["tails", "symmetric", "rows"])) this.own.set(name, ends);
      else this.tooFew.push({ name, rows: lists[0].values.length });
    }
    const unseen = calibrated.groups?.unseen;
    const fresh = unseen ? made(unseen) : null;
    this.unseen = fresh !== null && enough(fresh, ["tails", "symmetric"]) ? fresh : null;
  }

  isPooled(group: string | null): boolean {
    return this.listsOf(group) === this.pooled;
  }

  scores({ target, group }: Pick<PredictedValue, "target" | "group">): ScoreList {
    const { list } = this.listsOf(group)[target];
    if (!this.calibrated.absolute) return list;
    return { values: [...list.values.map((value) => -value).reverse(), ...list.values] };
  }

  ends(row: PredictedValue): { readonly low: number; readonly high: number } {
    const { low, high } = this.listsOf(row.group)[row.target].at(this.options.level);
    return { low: this.valueAt(row, low), high: this.valueAt(row, high) };
  }

  quantile(row: PredictedValue, p: number): number {
    return this.valueAt(row, this.listsOf(row.group)[row.target].quantile(p));
  }

  messages(seen?: RowGroups): string[] {
    return [...this.formMessages(), ...this.groupMessages(seen)];
  }

  private listsOf(group: string | null): readonly ListEnds[] {
    const own = group === null ? undefined : this.own.get(group);
    if (own !== undefined) return own;
    const { groups } = this.calibrated;
    const known = group === null || groups === null || groups.scores.has(group);
    return known ? this.pooled : (this.unseen ?? this.pooled);
  }

  private valueAt({ target, prediction, scale }: PredictedValue, score: number): number {
    const { min, max } = this.options.bounds?.[target] ?? {
      min: Number.NEGATIVE_INFINITY,
      max: Number.POSITIVE_INFINITY,
    };
    // Absolute errors were never divided by a scale.
    return Math.min(max, Math.max(min, prediction + (this.calibrated.absolute ? 1 : scale) * score));
  }

  /** The forms of the intervals of all rows that are not the usual one; of absolute errors there is one form. */
  private formMessages(): string[] {
    const { level } = this.options;
    const forms = new Set(this.pooled.map((list) => list.at(level).form));
    const rows = this.pooled[0].list.values.length;
    const intervals = `intervals of coverage ${level}`;
    const said: string[] = [];
    if (forms.has("symmetric") && !this.calibrated.absolute) {
      said.push(
        `${intervals}: ${rows} validation rows are too few to place each end by itself; the ends are as far below the ` +
          "prediction as above it",
      );
    }
    if (forms.has("rows")) {
      said.push(
        `${intervals}: the validation part has too few groups; its rows are counted as if they did not depend on one ` +
          "another, and rows of a new group may fall outside more often",
      );
    }
    return said;
  }

  private groupMessages(seen?: RowGroups): string[] {
    const { groups } = this.calibrated;
    if (groups === null) return [];
    const present = seen === undefined ? null : new Set(seen);
    const few = this.tooFew.filter(({ name }) => present === null || present.has(name));
    const unknown = [...(present ?? [])].filter((name) => name === null || !groups.scores.has(name));
    const intervals = `intervals of coverage ${this.options.level}`;
    const given =
      this.unseen === null || unknown.some((name) => name === null)
        ? "such rows get the width of all rows"
        : `such rows get intervals for a new "${groups.column}"`;
    return [
      ...(few.length === 0
        ? []
        : [
            `${intervals}: too few validation rows of "${groups.column}" ${listed(few.map(({ name, rows }) => `${name} (${rows})`))}; ` +
              "they share the width of all rows",
          ]),
      ...(unknown.length === 0
        ? []
        : [
            `${intervals}: no validation row has "${groups.column}" ${listed(unknown.map((name) => name ?? "empty"))}; ` +
              `${given}${misspelled(
                unknown.flatMap((name) => name ?? []),
                [...groups.scores.keys()],
                "the validation part",
              )}`,
          ]),
    ];
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
