/// <reference lib="dom" />
import { formatCount, joinWords, plural } from "../../report/text.js";
import { csvOf, type PageRow, type PredictedRows, pageRow } from "../table.js";
import { el, fill, numberText } from "./dom.js";

/** Rows of the table that stand on the page at a time. */
const shownRows = 50;

interface Column {
  readonly name: string;
  readonly number: boolean;
  /** What the column is sorted and filtered by. */
  readonly value: (i: number) => number | string;
  readonly text: (i: number) => string;
}

/** The table of predictions: sorted, filtered, a part of it at a time. */
export class Results {
  private readonly columns: readonly Column[];
  private order: number[] = [];
  private sorted: { readonly column: number; readonly down: boolean } | null = null;
  private start = 0;
  private readonly filter = el("input", {
    type: "search",
    id: "filter",
    autocomplete: "off",
    "aria-describedby": "filter-help",
  });
  private readonly body = el("div", { class: "scroll", tabindex: "0" });
  private readonly foot = el("div", { class: "pages" });

  /** @param choose called with the row that the reader wants to see */
  constructor(
    private readonly predicted: PredictedRows,
    private readonly label: string,
    private readonly choose: (row: number) => void,
  ) {
    this.columns = columnsOf(predicted);
    this.filter.addEventListener("input", () => this.show());
  }

  element(): HTMLElement {
    const { messages } = this.predicted;
    this.show();
    return el(
      "div",
      {},
      messages.length === 0
        ? null
        : el("ul", { class: "warnings" }, ...messages.map((message) => el("li", {}, message))),
      el(
        "div",
        { class: "tools" },
        el("label", { for: "filter" }, "Filter "),
        this.filter,
        el("button", { type: "button", id: "download", onclick: () => this.download() }, "Download as CSV"),
      ),
      el(
        "p",
        { class: "quiet", id: "filter-help" },
        'Text of a row, or a comparison such as "outside > 0"; columns sort by their heads.',
      ),
      this.body,
      this.foot,
    );
  }

  private download(): void {
    const url = URL.createObjectURL(new Blob([csvOf(this.predicted, "the predictions")], { type: "text/csv" }));
    el("a", { href: url, download: "predictions.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  private show(): void {
    const keeps = this.filtering();
    this.order = Array.from(this.predicted.missing.keys()).filter(keeps);
    const { sorted } = this;
    if (sorted !== null) {
      const { value } = this.columns[sorted.column];
      this.order.sort((a, b) => (sorted.down ? -1 : 1) * compare(value(a), value(b)));
    }
    this.start = 0;
    this.draw();
  }

  private filtering(): (i: number) => boolean {
    const text = this.filter.value.trim();
    const [, name, sign, number] = /^(.+?)\s*(<=|>=|<|>|=)\s*([-+.\deE]+)$/.exec(text) ?? [];
    const column = this.columns.find((each) => each.name === name);
    if (column?.number && Number.isFinite(Number(number))) {
      return (i) => holds(Number(column.value(i)), sign, Number(number));
    }
    const wanted = text.toLowerCase();
    const words = this.columns.filter(({ number: isNumber }) => !isNumber);
    return (i) => wanted === "" || words.some((each) => each.text(i).toLowerCase().includes(wanted));
  }

  private draw(): void {
    const { order, start, columns } = this;
    const some = order.slice(start, start + shownRows);
    const head = columns.map(({ name, number }, k) => {
      const direction = this.sorted?.column !== k ? "none" : this.sorted.down ? "descending" : "ascending";
      const mark = { none: "", ascending: " \u2191", descending: " \u2193" }[direction];
      const sort = el("button", { type: "button", class: "sort", onclick: () => this.sort(k) }, `${name}${mark}`);
      return el("th", { scope: "col", class: number ? "number" : "text", "aria-sort": direction }, sort);
    });
    const lines = some.map((i) =>
      el(
        "tr",
        {},
        ...columns.map(({ text, number }, k) =>
          k === 0
            ? el(
                "th",
                { scope: "row" },
                el("button", { type: "button", class: "choose", onclick: () => this.choose(i) }, text(i)),
              )
            : el("td", { class: number ? "number" : "text" }, text(i)),
        ),
      ),
    );
    fill(
      this.body,
      el(
        "table",
        { "aria-label": `Predictions of ${this.label}` },
        el("thead", {}, el("tr", {}, ...head)),
        el("tbody", {}, ...lines),
      ),
    );
    const turn = (by: number) => () => {
      this.start += by;
      this.draw();
    };
    const end = Math.min(order.length, start + shownRows);
    fill(
      this.foot,
      el("button", { type: "button", disabled: start === 0, onclick: turn(-shownRows) }, "Previous"),
      el(
        "span",
        { role: "status" },
        order.length === 0 ? "No row" : `${start + 1} to ${end} of ${plural(order.length, "row")} of ${this.label}`,
      ),
      el("button", { type: "button", disabled: end >= order.length, onclick: turn(shownRows) }, "Next"),
    );
  }

  private sort(column: number): void {
    const same = this.sorted?.column === column;
    this.sorted = { column, down: same && !this.sorted?.down };
    this.show();
    this.body.querySelectorAll<HTMLButtonElement>("button.sort")[column]?.focus();
  }
}

function columnsOf(predicted: PredictedRows): Column[] {
  const row = (i: number): PageRow => pageRow(predicted, i);
  const { coding } = predicted.model.stored;
  const { truth, corrected } = predicted;
  const outside = outsideCounts(predicted);
  const numbers = (name: string, value: (i: number) => number | null | undefined): Column => ({
    ...{ name, number: true },
    value: (i) => value(i) ?? Number.NaN,
    text: (i) => numberText(value(i)),
  });
  const words = (name: string, text: (i: number) => string): Column => ({ name, number: false, value: text, text });
  const width = coding.names.length;
  const ofTarget = (name: string, t: number): Column[] => {
    const { classes } = coding;
    if (classes !== undefined) {
      return [
        words(`${name}: prediction`, (i) => String(row(i).prediction[name])),
        ...(predicted.sets === undefined ? [] : [words("set", (i) => joinWords(row(i).sets?.[name] ?? [], 6, "or"))]),
        ...classes.map((label, k) => ({
          ...numbers(`p(${label})`, (i) => predicted.explained.prediction[i * classes.length + k]),
          text: (i: number) => predicted.explained.prediction[i * classes.length + k].toFixed(3),
        })),
        ...(truth === null ? [] : [words(name, (i) => classes[truth[i]] ?? "")]),
      ];
    }
    return [
      numbers(`${name}: prediction`, (i) => predicted.explained.prediction[i * width + t]),
      ...(predicted.intervals === null
        ? []
        : [
            numbers("from", (i) => predicted.intervals?.ends.low[i * width + t]),
            numbers("to", (i) => predicted.intervals?.ends.high[i * width + t]),
          ]),
      ...(corrected === undefined ? [] : [numbers("corrected for bias", (i) => corrected[i * width + t])]),
      ...(truth === null ? [] : [numbers(name, (i) => truth[i * width + t])]),
    ];
  };
  return [
    words("id", (i) => predicted.ready.dataset.rowIds[i]),
    ...coding.names.flatMap(ofTarget),
    ...(predicted.missing.some((names) => names.length > 0)
      ? [words("lacks", (i) => predicted.missing[i].join(", "))]
      : []),
    { ...numbers("outside", (i) => outside[i]), text: (i: number) => formatCount(outside[i]) },
  ];
}

/** How many inputs of each row lie outside the range of the training part. */
export function outsideCounts({ ready }: PredictedRows): Uint32Array {
  const counts = new Uint32Array(ready.dataset.rows);
  for (const { values, range } of ready.watched) {
    for (let i = 0; i < counts.length; i++) counts[i] += Number(values[i] < range.min || values[i] > range.max);
  }
  return counts;
}

/** Missing values come last, whatever the direction. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === "string" || typeof b === "string")
    return String(a).localeCompare(String(b), "en", { numeric: true });
  return Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b;
}

function holds(value: number, sign: string, number: number): boolean {
  if (sign === "<") return value < number;
  if (sign === ">") return value > number;
  if (sign === "<=") return value <= number;
  return sign === ">=" ? value >= number : value === number;
}
