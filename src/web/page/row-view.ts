/// <reference lib="dom" />
import { targetUnits } from "../../config/data.js";
import { type CellValue, cellOf } from "../../data/changed-rows.js";
import { joinWords } from "../../report/text.js";
import { unitAfter } from "../../report/with-unit.js";
import { mayLackModalities } from "../../run/absence.js";
import type { Feature } from "../features.js";
import type { PageModel } from "../model.js";
import { type Pace, pace } from "../pace.js";
import { looksOf } from "../pictures.js";
import { type AskedRow, atomsIf, nextOf, predictRow } from "../row.js";
import { type PredictedRows, pageRow, rowAtoms } from "../table.js";
import { atomBars, contributionBars, predictionPart } from "./amounts.js";
import { el, fill, numberText } from "./dom.js";
import { inputsPart, type ShownInputs } from "./inputs.js";
import { looksPart } from "./looks.js";
import { type MovedFeature, MovePart } from "./move.js";

/** One row of a table: what is predicted of it, by what, and what changes that. */
export class RowView {
  private without: readonly string[] = [];
  private readonly edits = new Map<string, AskedRow["edits"][number]>();
  private supposed: readonly number[] | null = null;
  private going: AbortController | null = null;
  private readonly head = el("div", { class: "tools" });
  private readonly status = el("p", { class: "quiet", role: "status" });
  private readonly parts = el("div", {});
  private readonly shownInputs: ShownInputs = { all: false };
  private readonly move: MovePart;

  constructor(
    private readonly model: PageModel,
    private readonly features: readonly Feature[],
    private readonly rows: PredictedRows,
    private readonly label: string,
    private row: number,
  ) {
    const movable = features.flatMap(({ modality, ...feature }) =>
      modality === null ? [] : [{ ...feature, modality }],
    );
    this.move = new MovePart(movable, (feature, value) => this.edit(feature, value));
  }

  element(): HTMLElement {
    void this.show();
    return el("div", {}, this.head, this.status, this.parts, this.move.element);
  }

  /** Shows another row of the table. */
  choose(row: number): void {
    this.row = row;
    this.without = [];
    this.edits.clear();
    this.supposed = null;
    void this.show();
  }

  /** What is asked of the row now. */
  private asked(): AskedRow {
    return { tables: this.rows.tables, row: this.row, edits: [...this.edits.values()], without: this.without };
  }

  private edit({ modality, column }: MovedFeature, value: CellValue): void {
    this.edits.set(`${modality}\n${column}`, { modality, column, value });
    void this.show();
  }

  /** Draws the row anew; what is still being worked out for an older question is given up. */
  private async show(): Promise<void> {
    this.going?.abort();
    const going = new AbortController();
    this.going = going;
    const { signal } = going;
    const turn = pace(signal);
    this.drawHead();
    try {
      const asked = this.asked();
      const predicted = await predictRow(this.model, asked, turn);
      const atoms = await this.atoms(asked, predicted, turn);
      const next = await nextOf(this.model, predicted);
      const looks = await looksOf(predicted);
      signal.throwIfAborted();
      const changed = this.edits.size > 0 || this.without.length > 0;
      const whole = changed ? pageRow(this.rows, this.row) : null;
      fill(
        this.parts,
        predictionPart(this.model, predicted, { whole, truth: this.truth() }),
        looksPart(looks),
        this.switches(),
        next === null || next.best[0] === null ? null : nextPart(next, this.model),
        el("div", { class: "columns" }, contributionBars(this.model, predicted), atoms),
        inputsPart(this.features, predicted, (feature) => this.cell(feature), this.shownInputs),
      );
      fill(this.status, changed ? "Not the row as it was given: inputs were changed or taken away." : "");
      const point = this.supposed ?? this.given(predicted);
      await this.move.draw(this.model, asked, point, (feature) => this.cell(feature), turn);
    } catch (error) {
      if (!signal.aborted) fill(this.status, `This cannot be predicted: ${(error as Error).message}`);
    }
  }

  private drawHead(): void {
    const ids = this.rows.ready.dataset.rowIds;
    const to = (by: number) => () => this.choose(this.row + by);
    fill(
      this.head,
      el("button", { type: "button", disabled: this.row === 0, onclick: to(-1) }, "Row before"),
      el("button", { type: "button", disabled: this.row >= ids.length - 1, onclick: to(1) }, "Row after"),
      el(
        "strong",
        { class: "row-name" },
        this.label === "the row of medians" ? "A row of medians of the training part" : `Row ${ids[this.row]}`,
      ),
      this.edits.size + this.without.length === 0
        ? null
        : el(
            "button",
            { type: "button", id: "as-given", onclick: () => this.choose(this.row) },
            "Back to the row as it is",
          ),
    );
  }

  /** True values of the targets, where the table has them. */
  private truth(): readonly (number | null)[] {
    const { truth, model } = this.rows;
    return model.stored.coding.names.map((_, t) => {
      const value = truth?.[this.row * model.stored.coding.names.length + t];
      return value === undefined || Number.isNaN(value) ? null : value;
    });
  }

  /** What atoms are about: true values where all are known, else what is predicted. */
  private given({ explained, model }: PredictedRows): readonly number[] {
    const { coding } = model.stored;
    const truth = this.truth();
    if (truth.every((value) => value !== null)) return truth;
    return coding.classes === undefined
      ? [...explained.prediction]
      : [explained.prediction.indexOf(Math.max(...explained.prediction))];
  }

  private async atoms(asked: AskedRow, predicted: PredictedRows, turn: Pace): Promise<HTMLElement> {
    const point = this.supposed ?? this.given(predicted);
    const known = this.supposed === null && this.truth().every((value) => value !== null);
    const local = predicted.missing[0].length > 0 ? null : await atomsIf(this.model, asked, point, turn);
    const suppose = (values: readonly number[]) => {
      this.supposed = values;
      void this.show();
    };
    return atomBars(this.model, local === null ? null : rowAtoms(local, 0), { point, known, suppose });
  }

  /** Value of a column in the row as it is asked for. */
  private cell({ modality, column }: Pick<Feature, "modality" | "column">): CellValue {
    if (modality === null || this.without.includes(modality)) return null;
    const edited = this.edits.get(`${modality}\n${column}`);
    if (edited !== undefined) return edited.value;
    const table = this.rows.tables.find(({ modalities }) =>
      modalities.some(({ name, columns }) => name === modality && columns.includes(column)),
    );
    return table === undefined ? null : cellOf(table, modality, column, this.row);
  }

  /** A switch for each modality: what would be said without it? */
  private switches(): HTMLElement | null {
    const { config } = this.model.stored;
    const names = Object.keys(config.data.modalities);
    if (names.length < 2) return null;
    const absent = this.rows.missing[this.row];
    const possible = mayLackModalities(config);
    const boxes = names.map((name, m) => {
      const has = !absent.includes(name) && !this.without.includes(name);
      const last =
        has && names.every((other) => other === name || absent.includes(other) || this.without.includes(other));
      const turn = () => {
        this.without = has ? [...this.without, name] : this.without.filter((other) => other !== name);
        void this.show();
      };
      const box = el("input", {
        ...{ type: "checkbox", id: `with-${m}`, checked: has, onchange: turn },
        disabled: !possible || absent.includes(name) || last,
      });
      return el("label", { class: "switch", for: `with-${m}` }, box, name);
    });
    const note = !possible
      ? "The model was not trained for rows that lack a modality, and fills no gaps: none can be taken away."
      : this.model.takesAbsent
        ? "Take a modality away, to see what would be said without it."
        : "Take a modality away: the model reads means in its place, for which it was not trained (training.modalityDropout is 0).";
    return el(
      "fieldset",
      { class: "switches" },
      el("legend", {}, "Modalities"),
      ...boxes,
      el("p", { class: "quiet" }, note),
    );
  }
}

/** What each modality that the row lacks may be expected to bring. */
function nextPart(next: NonNullable<Awaited<ReturnType<typeof nextOf>>>, { stored }: PageModel): HTMLElement {
  const lines = next.modalities.flatMap((name, m) => {
    const [bits, drop] = [next.bits[0][m], next.drops[0][m]];
    if (bits === null || drop === null) return [];
    const squared = stored.coding.classes === undefined ? `, squared error lower by ${numberText(drop, 3)}` : "";
    return [el("li", {}, `${name}: ${numberText(bits, 2)} bits${squared}`)];
  });
  return el(
    "div",
    { id: "next" },
    el("h3", {}, "What to acquire next"),
    el(
      "p",
      {},
      `${next.best[0]} is expected to bring most for its cost. Expected of rows like the validation rows, not of this one alone:`,
    ),
    el("ul", {}, ...lines),
  );
}

/** Predicted values of a row as a sentence, per target. */
export function predictionText({ stored }: PageModel, row: ReturnType<typeof pageRow>): string {
  const units = targetUnits(stored.config.data);
  const { names } = stored.coding;
  return joinWords(
    names.map((name) => {
      const value = row.prediction[name];
      if (typeof value === "string") return `${name} ${value}`;
      const ends =
        row.lower[name] === null ? "" : ` (${numberText(row.lower[name])} to ${numberText(row.upper[name])})`;
      return `${name} ${numberText(value)}${unitAfter(units, name)}${ends}`;
    }),
  );
}
