/// <reference lib="dom" />
import { plural } from "../../report/text.js";
import type { PageModel } from "../model.js";
import { pace } from "../pace.js";
import { predictRows } from "../table.js";
import { type Asked, askedOf, type GivenRows } from "./asked.js";
import { el, fill, placeOf } from "./dom.js";
import { givenRows } from "./given-rows.js";
import { Results } from "./results.js";
import { medianRow } from "./row-form.js";
import { RowView } from "./row-view.js";

/** The parts of the page that its program makes, and what happens between them. */
export class App {
  private readonly asked: Asked;
  private readonly status = el("p", { id: "status", role: "status", "aria-live": "polite" });
  private readonly progress = el("progress", { max: 1, value: 0, hidden: true, "aria-label": "rows predicted" });
  private readonly stop = el("button", { type: "button", hidden: true, onclick: () => this.going?.abort() }, "Stop");
  private going: AbortController | null = null;

  constructor(private readonly model: PageModel) {
    this.asked = askedOf(model.members.map(({ stored }) => stored));
    fill(
      placeOf("rows"),
      el("p", {}, "Rows stay in this browser: the page asks for nothing and sends nothing."),
      givenRows(
        this.asked,
        (rows) => void this.predict(rows),
        (problem) => void fill(this.status, problem),
      ),
      el("div", { class: "tools" }, this.status, this.progress, this.stop),
    );
    fill(placeOf("predictions"), el("p", { class: "quiet" }, "Give a table or fill in a row."));
  }

  /** Shows what the model says of a row of medians, so that there is something to look at. */
  async begin(): Promise<void> {
    const rows = medianRow(this.asked);
    try {
      const tables = await this.model.loadPlain(rows);
      const predicted = await predictRows(this.model, tables, rows.label, { pace: pace() });
      fill(placeOf("row"), new RowView(this.model, this.asked.features, predicted, rows.label, 0).element());
    } catch (error) {
      // Where the model does not know its medians.
      fill(placeOf("row"), el("p", { class: "quiet" }, `Give a table first. (${(error as Error).message})`));
    }
  }

  /** Predicts rows and shows them; those of before are given up. */
  async predict(rows: GivenRows): Promise<void> {
    this.going?.abort();
    const going = new AbortController();
    this.going = going;
    const { signal } = going;
    const began = performance.now();
    this.working(true, "Reading the table ..");
    try {
      const turn = pace(signal);
      const decoding = (modality: string, done: number, total: number | null) => {
        if (total !== null) this.progress.value = done / total;
        fill(this.status, `Decoding ${modality}: ${done}${total === null ? "" : ` of ${total}`} ..`);
      };
      const options = { pace: turn, progress: decoding };
      const tables = await (rows.plain ? this.model.loadPlain(rows, options) : this.model.load(rows, options));
      const progress = (done: number, total: number) => {
        this.progress.value = done / total;
        fill(this.status, `Predicting ${plural(tables[0].rows, "row")} ..`);
      };
      const predicted = await predictRows(this.model, tables, rows.label, { pace: turn, progress });
      const view = new RowView(this.model, this.asked.features, predicted, rows.label, 0);
      const choose = (row: number) => {
        view.choose(row);
        document.getElementById("row")?.scrollIntoView();
      };
      fill(placeOf("predictions"), new Results(predicted, rows.label, choose).element());
      fill(placeOf("row"), view.element());
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      this.working(false, `${plural(tables[0].rows, "row")} of ${rows.label} predicted in ${seconds} s.`);
    } catch (error) {
      if (this.going !== going) return;
      this.working(false, signal.aborted ? "Stopped." : (error as Error).message);
    }
  }

  private working(on: boolean, text: string): void {
    this.progress.hidden = !on;
    this.stop.hidden = !on;
    if (on) this.progress.removeAttribute("value");
    fill(this.status, text);
  }
}
