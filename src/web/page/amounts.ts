/// <reference lib="dom" />
import { targetUnits } from "../../config/data.js";
import { formatBits, formatPercent, joinWords } from "../../report/text.js";
import { unitAfter, withUnit } from "../../report/with-unit.js";
import type { PageModel } from "../model.js";
import { drawnQuantiles } from "../row.js";
import { type PageRow, type PredictedRows, pageRow, type RowAtoms } from "../table.js";
import { type Bar, bars, termColour } from "./bars.js";
import { distribution } from "./charts.js";
import { el, numberText } from "./dom.js";

/** What is predicted of a row, per target, with its distribution. */
export function predictionPart(
  model: PageModel,
  predicted: PredictedRows,
  { whole, truth }: { readonly whole: PageRow | null; readonly truth: readonly (number | null)[] },
): HTMLElement {
  const { coding } = model.stored;
  const row = pageRow(predicted, 0);
  const ofTarget = (name: string, t: number) =>
    coding.classes === undefined
      ? numberPart(model, predicted, row, { name, t, truth: truth[t], whole })
      : classPart(model, row, { name, truth: truth[t], whole });
  return el("div", { class: "columns", id: "prediction" }, ...coding.names.map(ofTarget));
}

interface Shown {
  readonly name: string;
  readonly truth: number | null;
  readonly whole: PageRow | null;
}

function numberPart(
  { stored }: PageModel,
  predicted: PredictedRows,
  row: PageRow,
  { name, t, truth, whole }: Shown & { readonly t: number },
): HTMLElement {
  const { config, coding } = stored;
  const unit = unitAfter(targetUnits(config.data), name);
  const value = predicted.explained.prediction[t];
  const [low, high] = [row.lower[name], row.upper[name]];
  const level = formatPercent(config.evaluation.intervals.coverage);
  const interval =
    low === null || high === null
      ? "no interval"
      : `${level} interval ${numberText(low)} to ${numberText(high)}${unit}`;
  const before = whole === null ? "" : `; as given: ${numberText(whole.prediction[name] as number)}${unit}`;
  const corrected =
    predicted.corrected === undefined ? "" : `; corrected for bias: ${numberText(predicted.corrected[t])}`;
  const known = truth === null ? "" : `; in the table: ${numberText(truth)}`;
  const quantiles = drawnQuantiles.flatMap((share) => {
    const at = predicted.intervals?.quantiles.get(share)?.[t];
    return at !== undefined && Number.isFinite(at) ? [[share, at] as const] : [];
  });
  const { min, max } = coding.ranges[t];
  const description = `Distribution of ${name}: ${interval}. Training values lie between ${numberText(min)} and ${numberText(max)}.`;
  return el(
    "div",
    {},
    el("p", { class: "figure" }, el("span", { class: "quiet" }, name), el("strong", {}, `${numberText(value)}${unit}`)),
    el("p", {}, `${interval}${corrected}${known}${before}`),
    distribution({ description, quantiles, prediction: value, truth, range: [min, max] }),
    el(
      "p",
      { class: "quiet" },
      "Bands: central 50, 80, 90 and 95 % of the predictive distribution; line below: range of the training values. The shares hold for " +
        "rows like those of the validation part.",
    ),
  );
}

function classPart({ stored }: PageModel, row: PageRow, { name, truth, whole }: Shown): HTMLElement {
  const { classes = [] } = stored.coding;
  const probabilities = row.probabilities?.[name] ?? {};
  const set = row.sets?.[name];
  const level = formatPercent(stored.config.evaluation.intervals.coverage);
  const inSet =
    set === undefined
      ? ""
      : `prediction set of coverage ${level}: ${set.length === 0 ? "none" : joinWords(set, 8, "or")}`;
  const known = truth === null ? "" : `; in the table: ${classes[truth]}`;
  const before = whole === null ? "" : `; as given: ${whole.prediction[name]}`;
  const amounts = classes.map((label): Bar => ({ label, value: probabilities[label], colour: "modality0" }));
  return el(
    "div",
    {},
    el("p", { class: "figure" }, el("span", { class: "quiet" }, name), el("strong", {}, String(row.prediction[name]))),
    el("p", {}, `${inSet}${known}${before}`),
    bars("Probability of each class", amounts, (value) => formatPercent(value)),
  );
}

/** What the prediction loses without each modality or product. */
export function contributionBars({ stored }: PageModel, predicted: PredictedRows): HTMLElement {
  const { coding, config, model } = stored;
  const modalities = model.architecture.modalities.map(({ name }) => name);
  const row = pageRow(predicted, 0);
  const tables = coding.names.map((name) => {
    const label = row.prediction[name];
    const amounts = Object.entries(row.contributions[name]).map(([term, value]): Bar => {
      const own = typeof value === "number" ? value : value[String(label)];
      return { label: term, value: own, colour: termColour(term, modalities) };
    });
    const about =
      coding.classes === undefined ? withUnit(targetUnits(config.data), name) : `probability of ${String(label)}`;
    return bars(`Contribution to ${about}: what the prediction loses without`, amounts);
  });
  return el("div", { id: "contributions" }, el("h3", {}, "What each modality contributes"), ...tables);
}

/** What atoms are read at, and how another value is asked for. */
export interface AtomPoint {
  readonly point: readonly number[];
  /** Whether these are the values of the table. */
  readonly known: boolean;
  readonly suppose: (values: readonly number[]) => void;
}

/** The sample-level atoms of a row. */
export function atomBars(
  { stored }: PageModel,
  atoms: RowAtoms | null,
  { point, known, suppose }: AtomPoint,
): HTMLElement {
  const { names, classes } = stored.coding;
  const modalities = stored.model.architecture.modalities.map(({ name }) => name);
  const inputs = names.map((name, t) => {
    const id = `suppose-${t}`;
    const change = (event: Event) => {
      const value = Number((event.target as HTMLInputElement).value);
      if (Number.isFinite(value)) suppose(point.map((own, k) => (k === t ? value : own)));
    };
    const field =
      classes === undefined
        ? el("input", {
            id,
            type: "text",
            inputmode: "decimal",
            value: String(Number(point[t].toPrecision(6))),
            onchange: change,
          })
        : el(
            "select",
            { id, onchange: change },
            ...classes.map((label, k) => el("option", { value: k, selected: k === point[t] }, label)),
          );
    return el("div", { class: "field" }, el("label", { for: id }, `${name} is`), field);
  });
  const said = known
    ? "At the true value in the table."
    : "Supposing the value below, which is not known: what the modalities tell of it, for and against.";
  const several = modalities.length > 2;
  const table = (own: RowAtoms) =>
    bars(
      "Sample-level atoms, bits; below 0: misleading",
      [
        ...Object.entries(own.unique).map(([name, value]) => ({
          label: `only ${name}`,
          value,
          colour: termColour(name, modalities),
        })),
        { label: several ? "in all" : "both", value: own.redundancy, colour: "redundancy" },
        { label: "only together", value: own.synergy, colour: "synergy" },
        ...(several ? [{ label: "in some", value: own.partialRedundancy, colour: "partial" }] : []),
      ],
      formatBits,
    );
  return el(
    "div",
    { id: "atoms-of-row" },
    el("h3", {}, "What the modalities know of it"),
    atoms === null ? el("p", {}, "A row that lacks a modality has no sample-level atoms.") : table(atoms),
    atoms === null ? null : el("p", { class: "quiet" }, said),
    ...(atoms === null ? [] : inputs),
  );
}
