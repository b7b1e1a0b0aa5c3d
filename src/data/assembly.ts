import { type DataConfig, targetNames } from "../config/data.js";
import { InputError } from "../errors.js";
import { afterLosses, lossMessages } from "./account.js";
import { markMessages } from "./categories/codes.js";
import { lackingConfounds } from "./confounds/lacking.js";
import type { Dataset, DroppedRows, SavedSplit } from "./dataset.js";
import {
  gatherConfounds,
  gatherExtras,
  gatherModality,
  gatherTargets,
  refuseConstantTargets,
  type Selection,
} from "./join/gather.js";
import type { MatchedRows } from "./join/join-tables.js";
import { nameMessages } from "./join/marks-as-names.js";
import { rowIds } from "./join/row-ids.js";
import { describeGaps, findGaps } from "./missing/gaps.js";
import { missingMarks } from "./missing/missing-marks.js";
import { countMissing } from "./missing/missing-values.js";
import type { ValueRange } from "./missing/sentinel-values.js";
import { tableSentinels } from "./missing/table-sentinels.js";
import { type BesideRows, type ModalityGaps, modalityGaps } from "./modality-gaps.js";
import { offers } from "./offers.js";
import { type ReadOrder, type RowOrder, readOrder } from "./order/row-order.js";
import { mixedPast, pastNotes } from "./past-notes.js";
import { selectRows } from "./rows.js";
import { listedIds } from "./split/listed-ids.js";
import { gapText, partsByTime } from "./split/time-parts.js";
import type { PlannedColumn } from "./table/planned-columns.js";
import { completeTexts, type ReadColumns } from "./table/read-columns.js";
import type { TablePlan } from "./table/table-plan.js";
import { targetNotes } from "./target/target-words.js";

/** What is asked of a data set that is put together. */
export interface AssemblyOptions {
  /**
   * required (default): every target column must exist and rows without a target are left out, with a count;
   * optional: for prediction; absent target columns are left out of `targets`, unknown values are NaN.
   */
  readonly targets?: "required" | "optional";
  /** The table is read by a trained model, whose config cannot be changed any more. Default false. */
  readonly external?: boolean;
  /** Where the values of the model's columns lay in training, to tell strange ones. */
  readonly ranges?: ReadonlyMap<string, ValueRange>;
  /** Whether rows may lack whole modalities, whatever `data.missing` says of single values. Default false. */
  readonly absentModalities?: boolean;
  /** The rows are a part of a table whose other rows are not looked at: what is said of a table as a whole is left out, and none may be left. */
  readonly part?: boolean;
}

/** The way from matched rows to a data set: rows are left out one reason after another, and accounted for. */
export class Assembly {
  private rows: readonly Int32Array[];
  private readonly dropped: DroppedRows[];
  private readonly tables: readonly ReadColumns[];

  constructor(
    private readonly data: DataConfig,
    private readonly plan: TablePlan,
    private readonly read: { readonly tables: readonly ReadColumns[]; readonly beside: readonly BesideRows[] },
    private readonly matched: MatchedRows,
    private readonly options: AssemblyOptions,
  ) {
    this.tables = read.tables;
    this.rows = matched.rows;
    this.dropped = [...matched.dropped];
  }

  /** @throws InputError that begins with what was lost before */
  dataset(savedSplit: SavedSplit | undefined): Dataset {
    return afterLosses(
      () => this.losses().losses,
      () => this.assemble(savedSplit),
    );
  }

  private assemble(savedSplit: SavedSplit | undefined): Dataset {
    const { plan, tables, options } = this;
    const optional = options.targets === "optional";
    let selection: Selection = { rows: this.rows, ids: rowIds(plan, tables, this.matched) };
    if (savedSplit !== undefined) selection = this.keepListed(selection, savedSplit);
    const targetValues = plan.targets.map((place) => place && tables[place.source].numbers.get(place.column));
    if (!optional) selection = this.dropUnknownTargets(targetValues, selection);
    const missing = countMissing(this.gaps(selection), selection.ids.length);
    selection = this.applyMissingPolicy(selection);
    selection = this.dropWithoutConfounds(selection);
    const order = this.order();
    if (order !== undefined) selection = this.dropUnordered(selection, order);
    const timed = this.timeParts(selection, order);
    selection = timed.selection;
    const targets = gatherTargets(plan, tables, targetValues, selection);
    const part = options.part === true;
    if (!optional && !part) refuseConstantTargets(targets);
    const group = this.textOf(plan.group, "group", selection);
    const splitLabels = this.textOf(plan.split, "split column", selection);
    const extras = gatherExtras(plan, tables, selection);
    const confounds = gatherConfounds(plan, tables, selection);
    return {
      rows: selection.ids.length,
      rowIds: selection.ids,
      modalities: plan.modalities.map((modality) => gatherModality(modality, tables[modality.source], selection)),
      stores: this.read.beside.map(({ source, store }) => selectRows(store, selection.rows[source])),
      order: Object.keys(this.data.modalities),
      ...(confounds === undefined ? {} : { confounds }),
      ...{ targets, group, splitLabels, savedSplit: savedSplit ?? timed.savedSplit, ...extras },
      ordering: order && orderingOf(order, plan, selection),
      ...(part ? {} : offers(this.data, plan, tables, selection.rows, targets)),
      mixedPast: mixedPast(this.data, plan),
      account: this.account(selection, nameMessages(plan, group, extras.labels), [
        ...(order?.message === undefined ? [] : [order.message]),
        ...this.dateNotes(),
        ...(options.external === true ? [] : [...targetNotes(this.data, targets), ...pastNotes(plan)]),
      ]),
      missing,
    };
  }

  /** The column of `data.order`, of all rows of its file: only all of them show how dates are written. */
  private order(): ReadOrder | undefined {
    const { order: place, sources } = this.plan;
    if (place === undefined) return undefined;
    const { source, column } = place;
    const texts = this.tables[source].texts.get(column) as readonly (string | null)[];
    return readOrder({ label: sources[source].label, column, texts, marks: missingMarks(this.data.missingValues) });
  }

  /** Rows that stand nowhere in the order are of no part of a split by time, and have no neighbours in time. */
  private dropUnordered(selection: Selection, order: ReadOrder): Selection {
    const values = orderingOf(order, this.plan, selection).values;
    const first = values.findIndex(Number.isNaN);
    if (first < 0) return selection;
    const { column } = order;
    if (this.data.missing === "error") {
      const count = values.filter(Number.isNaN).length;
      throw new InputError(
        `data.order: ${count} ${count === 1 ? "row has" : "rows have"} no value in column "${column}" (first: row ` +
          `"${selection.ids[first]}"). Fill them in, or leave such rows out with data.missing: drop.`,
      );
    }
    return this.keepRows(selection, (i) => Number.isNaN(values[i]), `no value of "${column}", data.order`);
  }

  /** Rows from which a confound cannot be taken out; with `mean` it reads as that of the training rows. */
  private dropWithoutConfounds(selection: Selection): Selection {
    if (this.data.missing === "mean") return selection;
    const lacking = lackingConfounds(this.plan, this.tables, selection.rows);
    if (lacking === undefined) return selection;
    if (this.data.missing === "error")
      throw new InputError(lacking.problem(selection.ids, this.options.external === true));
    return this.keepRows(selection, (i) => lacking.rows[i] === 1, lacking.reason);
  }

  /** How dates of features were read where their texts do not say it by themselves. */
  private dateNotes(): string[] {
    return this.tables.flatMap(({ dates }) => [...(dates?.values() ?? [])].flatMap(({ message }) => message ?? []));
  }

  /** The parts of a split by time; the rows that lie between them are left out. */
  private timeParts(
    selection: Selection,
    order: ReadOrder | undefined,
  ): { readonly selection: Selection; readonly savedSplit?: SavedSplit } {
    const { split, group: column } = this.data;
    if (split.by !== "time" || order === undefined) return { selection };
    const group = this.textOf(this.plan.group, "group", selection);
    const ordering = orderingOf(order, this.plan, selection);
    const { split: savedSplit, leftOut } = partsByTime({ rowIds: selection.ids, group, ordering }, split);
    const ids = selection.ids;
    const among = (rows: readonly number[]) => {
      const chosen = new Set(rows.map((row) => ids[row]));
      return (id: string) => chosen.has(id);
    };
    const [near, shared] = [among(leftOut.gap), among(leftOut.group)];
    const gap = `within ${gapText(split.gap ?? 0)} of rows of another part, data.split.gap`;
    const kept = this.keepRows(selection, (i) => near(ids[i]), gap, true);
    const sharing = `of a group of "${column}" that another part has too`;
    return { selection: this.keepRows(kept, (i) => shared(kept.ids[i]), sharing), savedSplit };
  }

  private gaps(selection: Selection): ModalityGaps[] {
    const { data, plan, read } = this;
    return modalityGaps(Object.keys(data.modalities), plan, read.tables, read.beside, selection);
  }

  private losses() {
    const { dropped, rows, tables, matched } = this;
    return lossMessages({ rowsRead: tables[0].rows, rowsUsed: rows[0].length, dropped, cause: matched.cause });
  }

  private account(selection: Selection, names: readonly string[], notes: readonly string[]): Dataset["account"] {
    const { plan, tables, dropped, options } = this;
    const { messages, losses } = this.losses();
    const sentinels = options.part === true ? [] : tableSentinels(plan, tables, selection, options);
    return {
      files: plan.sources.map((source, i) => ({ file: source.label, rows: tables[i].rows })),
      rowsRead: tables[0].rows,
      rowsUsed: selection.ids.length,
      dropped,
      messages: [
        ...messages,
        ...names,
        ...sentinels,
        ...notes,
        ...this.marks(),
        ...plan.sources.flatMap((source) => source.notes?.() ?? []),
      ],
      ...{ losses, sentinels },
    };
  }

  /** About categories that say NA. */
  private marks(): string[] {
    return this.tables.flatMap((table) => markMessages(table, [...(table.levels?.keys() ?? [])]));
  }

  private textOf(place: PlannedColumn | undefined, role: string, { rows }: Selection): readonly string[] | undefined {
    if (place === undefined) return undefined;
    const { source, column } = place;
    return completeTexts(this.tables[source], this.plan.sources[source], column, role, rows[source]);
  }

  private keepListed(selection: Selection, saved: SavedSplit): Selection {
    const listed = listedIds(saved, selection.ids, this.data.split.file);
    return this.keepRows(selection, (i) => !listed.has(selection.ids[i]), "in no part of data.split.file", true);
  }

  private dropUnknownTargets(values: readonly (Float64Array | undefined)[], selection: Selection): Selection {
    const missing = (i: number) =>
      this.plan.targets.some((place, k) =>
        Number.isNaN(values[k]?.[selection.rows[place?.source ?? 0][i]] ?? Number.NaN),
      );
    return this.keepRows(selection, missing, `no value of target ${targetNames(this.data).join(", ")}`);
  }

  private applyMissingPolicy(selection: Selection): Selection {
    const { data, plan, options } = this;
    if (data.missing === "mean") return selection;
    if (data.missing === "drop") {
      const whole = this.dropTooFew(selection);
      if (whole !== selection) return this.applyMissingPolicy(whole);
    }
    const gaps = findGaps(this.gaps(selection), selection.ids.length, options.absentModalities === true);
    if (data.missing === "error" && gaps.columns.size > 0) {
      const files = plan.sources.map((source) => source.label).join(", ");
      throw new InputError(`${files}: ${describeGaps(gaps, selection.ids, options)}`);
    }
    return this.keepRows(selection, (i) => gaps.rows[i] === 1, "missing feature values");
  }

  /** Leaves out rows that lack a modality because too few rows come before them: nothing of them is missing in the table. */
  private dropTooFew(selection: Selection): Selection {
    const modalities = this.gaps(selection);
    const gaps = findGaps(modalities, selection.ids.length, this.options.absentModalities === true);
    const found = modalities.find(
      ({ tooFew, rows }) => tooFew && rows.some((row, i) => gaps.rows[i] === 1 && tooFew.is(row)),
    );
    if (found?.tooFew === undefined) return selection;
    const { tooFew, rows } = found;
    return this.keepRows(selection, (i) => gaps.rows[i] === 1 && tooFew.is(rows[i]), tooFew.reason);
  }

  private keepRows(selection: Selection, drop: (i: number) => boolean, reason: string, chosen?: true): Selection {
    const kept: number[] = [];
    const lost: number[] = [];
    for (let i = 0; i < selection.ids.length; i++) (drop(i) ? lost : kept).push(i);
    if (lost.length === 0) return selection;
    if (kept.length === 0 && this.options.part !== true)
      throw new InputError(`data: no row is left; all ${lost.length} rows have ${reason}.`);
    const examples = lost.slice(0, 5).map((i) => selection.ids[i]);
    this.dropped.push({
      ...{ reason, count: lost.length, of: selection.ids.length, examples },
      ...(chosen === undefined ? {} : { chosen }),
    });
    this.rows = selection.rows.map((rows) => Int32Array.from(kept, (i) => rows[i]));
    return { rows: this.rows, ids: kept.map((i) => selection.ids[i]) };
  }
}

/** The order of the rows that stay. */
function orderingOf(order: ReadOrder, { order: place }: TablePlan, { rows }: Selection): RowOrder {
  const { column, kind, values, ends } = order;
  const taken = (all: Float64Array) => Float64Array.from(rows[place?.source ?? 0], (row) => all[row]);
  return { column, kind, values: taken(values), ...(ends === undefined ? {} : { ends: taken(ends) }) };
}
