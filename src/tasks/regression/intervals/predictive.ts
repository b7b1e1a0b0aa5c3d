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

  get median(): number {
    return this.ends.median;
  }

  /** The largest error, whichever its sign. */
  get largest(): number {
    const { values } = this.list;
    return Math.max(Math.abs(values[0] ?? 0), Math.abs(values.at(-1) ?? 0));
  }
}

const ownForms: readonly EndForm[] = ["tails", "symmetric", "rows"];
const newGroupForms: readonly EndForm[] = ["tails", "symmetric"];

/** Whether there are enough rows for a level; the median, level 0, asks for one. */
function carries(lists: readonly ListEnds[], level: number, forms: readonly EndForm[]): boolean {
  if (level === 0) return lists.every(({ list }) => list.values.length > 0);
  return lists.every((list) => forms.includes(list.at(level).form));
}

const alone = (lists: readonly ListEnds[]): RowLists => ({ lists, widest: null });

/** The level whose end a quantile is; 0 for the median. */
function levelOf(p: number): number {
  return p === 0.5 ? 0 : Math.abs(2 * p - 1);
}

/** Where the intervals of a row come from. */
interface RowLists {
  readonly lists: readonly ListEnds[];
  /** Levels beyond what the own lists carry get the ends of all rows, at least as wide as any error of these. */
  readonly widest: readonly ListEnds[] | null;
}

/**
 * Intervals `prediction + scale * score`, the scores those of calibration rows. A group has intervals of its own at each
 * level that it has enough calibration rows for; then rows of that group fall inside with probability at least that level, on
 * average over the group's rows (Mondrian conformal prediction, Vovk et al. 2005). At other levels its rows get the ends of
 * all rows, widened to the largest own error: a higher level is never narrower. Rows of a value that no calibration row has
 * get those of a new group, where there are enough groups for the level of the intervals; all others share those of all
 * rows. What else is asked for changes no level.
 */
export class RegressionIntervals implements PredictiveIntervals {
  private readonly pooled: readonly ListEnds[];
  private readonly own = new Map<string, readonly ListEnds[]>();
  private readonly unseen: readonly ListEnds[] | null;

  /** @throws InputError for a level or quantile outside (0, 1) */
  constructor(
    private readonly calibrated: CalibratedIntervals,
    private readonly options: IntervalOptions,
  ) {
    const { level, quantiles = [] } = options;
    const bad = quantiles.find((p) => !(p > 0 && p < 1));
    if (bad !== undefined) throw new InputError(`quantile ${bad}: expected a number between 0 and 1`);
    const made = (lists: readonly ScoreList[]) => lists.map((list) => new ListEnds(list, calibrated.absolute));
    this.pooled = made(calibrated.pooled);
    // Refused where it is no level, whether or not a row is asked for.
    for (const list of this.pooled) list.at(level);
    for (const [name, lists] of calibrated.groups?.scores ?? []) this.own.set(name, made(lists));
    const unseen = calibrated.groups?.unseen;
    const fresh = unseen ? made(unseen) : null;
    this.unseen = fresh !== null && carries(fresh, level, newGroupForms) ? fresh : null;
  }

  isPooled(group: string | null): boolean {
    return this.listsAt(group, this.options.level).lists === this.pooled;
  }

  scores({ target, group }: Pick<PredictedValue, "target" | "group">): ScoreList {
    const { list } = this.listsAt(group, this.options.level).lists[target];
    if (!this.calibrated.absolute) return list;
    return { values: [...list.values.map((value) => -value).reverse(), ...list.values] };
  }

  ends(row: PredictedValue): { readonly low: number; readonly high: number } {
    const { low, high } = this.scoresAt(row, this.options.level);
    return { low: this.valueAt(row, low), high: this.valueAt(row, high) };
  }

  quantile(row: PredictedValue, p: number): number {
    const level = levelOf(p);
    if (level === 0) return this.valueAt(row, this.listsAt(row.group, level).lists[row.target].median);
    const { low, high } = this.scoresAt(row, level);
    return this.valueAt(row, p < 0.5 ? low : high);
  }

  messages(seen?: RowGroups): string[] {
    return [...this.formMessages(), ...this.groupMessages(seen)];
  }

  /** The lists that say where a level ends for rows of a group. */
  private listsAt(group: string | null, level: number): RowLists {
    const { pooled, unseen, calibrated } = this;
    const own = group === null ? undefined : this.own.get(group);
    if (own !== undefined) return carries(own, level, ownForms) ? alone(own) : { lists: pooled, widest: own };
    if (unseen === null || group === null || calibrated.groups === null) return alone(pooled);
    return carries(unseen, level, newGroupForms) ? alone(unseen) : { lists: pooled, widest: unseen };
  }

  private scoresAt(
    { group, target }: Pick<PredictedValue, "group" | "target">,
    level: number,
  ): Pick<Ends, "low" | "high"> {
    const { lists, widest } = this.listsAt(group, level);
    const { low, high } = lists[target].at(level);
    if (widest === null) return { low, high };
    const { largest } = widest[target];
    return { low: Math.min(low, -largest), high: Math.max(high, largest) };
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
    const unknown = [...(present ?? [])].filter((name) => name === null || !groups.scores.has(name));
    const intervals = `intervals of coverage ${this.options.level}`;
    const given =
      this.unseen === null || unknown.some((name) => name === null)
        ? "such rows get the width of all rows"
        : `such rows get intervals for a new "${groups.column}"`;
    return [
      ...this.fewMessages(groups.column, (name) => present === null || present.has(name)),
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

  /** Groups that have too few rows: for the level of the intervals, and for each quantile of another level. */
  private fewMessages(column: string, isMeant: (name: string) => boolean): string[] {
    const { level, quantiles = [] } = this.options;
    const others = quantiles.filter((p) => Math.abs(levelOf(p) - level) > 1e-9);
    const asked = [{ what: `intervals of coverage ${level}`, level }].concat(
      others.map((p) => ({ what: `quantile ${p}`, level: levelOf(p) })),
    );
    const byGroups = new Map<string, string[]>();
    for (const { what, level: own } of asked) {
      const few = [...this.own].filter(([name, lists]) => isMeant(name) && !carries(lists, own, ownForms));
      if (few.length === 0) continue;
      const names = listed(few.map(([name, lists]) => `${name} (${lists[0].list.values.length})`));
      byGroups.set(names, [...(byGroups.get(names) ?? []), what]);
    }
    return [...byGroups].map(
      ([names, what]) =>
        `${what.join(", ")}: too few validation rows of "${column}" ${names}; they share the width of all rows, or have ` +
        "that of their own largest error where it is wider",
    );
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
