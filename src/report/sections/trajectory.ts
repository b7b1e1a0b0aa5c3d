import type { RunFiles } from "../../record/read-run.js";
import type { Decomposition } from "../../record/run-schemas.js";
import { atomRows, totalRow } from "../atom-rows.js";
import { linesSpec, type Series } from "../figures/lines.js";
import { cutNote, type Foremost, foremost } from "../foremost.js";
import { type Html, html } from "../html.js";
import { colour, dashPattern, modalityColour, modalityDash } from "../palette.js";
import { drawFigure, figureWidth, type Section } from "../section.js";
import { formatBits, joinWords, plural } from "../text.js";
import { type Timeline, timeline } from "../timeline.js";

/** Atoms and fusion weights over the epochs: whether they settled before the weights were frozen. */
export async function trajectorySection(run: RunFiles): Promise<Section | null> {
  const time = timeline(run);
  if (time.atoms.length === 0) return null;
  const options = { xTitle: "epoch", height: 280, boundary: time.boundary, window: time.window, zero: true };
  const atoms = largest(atomSeries(run, time));
  const weights = largest(weightSeries(run, time));
  const cut = [cutNote(atoms, "the largest amounts"), cutNote(weights, "the largest weights")]
    .filter(Boolean)
    .join(" ");
  const figures = [
    await drawFigure(
      "trajectory-atoms",
      `Atoms over ${plural(time.epochs.length, "epoch")}`,
      figureWidth.half,
      (width) => linesSpec(atoms.shown, { ...options, width, yTitle: "information (bits)" }),
    ),
    ...(weights.shown.length === 0
      ? []
      : [
          await drawFigure("trajectory-weights", "Fusion weights over the epochs", figureWidth.half, (width) =>
            linesSpec(weights.shown, { ...options, width, yTitle: "fusion weight" }),
          ),
        ]),
  ];
  return {
    id: "trajectory",
    title: "How the atoms settled",
    reading: [settled(run), ...turned(run), ...frozen(run), ...change(time)],
    figures,
    legend: html`Dashed line: end of stage 1, where the fusion weights are frozen. Grey: the epochs whose decompositions
      are averaged. Bands: 95 % intervals. The last point is the decomposition after stage 2. ${cut}`,
  };
}

/** The lines that end highest; the total is always among them. */
function largest(series: readonly Series[]): Foremost<Series> {
  return foremost(series, ({ points }) => points.at(-1)?.y ?? 0);
}

function atomSeries(run: RunFiles, { atoms }: Timeline): Series[] {
  const placed = atoms.map(({ x, line }) => ({
    x,
    values: { ...line, unit: "bits", flags: [], standardErrors: line.standardErrors ?? null } as Decomposition,
  }));
  const names = run.pid.modalities;
  const rows = placed.map(({ x, values }) => ({ x, rows: [...atomRows(values, names), totalRow(values)] }));
  return (rows[0]?.rows ?? []).map((first, index) => ({
    name: first.key === "total" ? "total" : first.label,
    colour: first.colour,
    dash: first.key === "total" ? [6, 3] : [1, 0],
    points: rows.flatMap(({ x, rows: at }) => {
      const { value, low, high } = at[index];
      if (value === null) return [];
      return [low === null || high === null ? { x, y: value } : { x, y: value, low, high }];
    }),
  }));
}

function weightSeries(run: RunFiles, { atoms }: Timeline): Series[] {
  const names = run.pid.modalities;
  const pairs = [...new Set(atoms.flatMap(({ line }) => Object.keys(line.weights?.interaction ?? {})))];
  const points = (pick: (weights: NonNullable<(typeof atoms)[number]["line"]["weights"]>) => number | undefined) =>
    atoms.flatMap(({ x, line }) => {
      const y = line.weights === undefined ? undefined : pick(line.weights);
      return y === undefined ? [] : [{ x, y }];
    });
  const series = [
    ...names.map((name, i) => ({
      name,
      colour: modalityColour(i),
      dash: modalityDash(i),
      points: points((w) => w.byModality[name]),
    })),
    ...pairs.map((pair, i) => ({
      name: pairs.length === 1 ? "interaction" : pair,
      colour: colour("synergy"),
      dash: dashPattern(i),
      points: points((w) => w.interaction[pair]),
    })),
  ];
  return series.filter((s) => s.points.length > 0);
}

function settled({ pid }: RunFiles): Html {
  if (pid.stage1 === undefined)
    return html`The fusion weights were not learned: there was no stage 1 in which the atoms could settle.`;
  const epochs = plural(pid.stage1.epochs, "epoch");
  const { converged, informative, uninformativeMembers } = pid.stage1;
  if (uninformativeMembers !== undefined) {
    return html`The longest stage 1 took <b>${epochs}</b>; in ${plural(uninformativeMembers, "member")} it ended without
      information that can be told from 0, with equal fusion weights. The weights shown are means over all members.`;
  }
  if (informative === false) {
    return html`Stage 1 took <b>${epochs}</b> and ended <b>without information that can be told from 0</b>, so the fusion
      weights were left equal.`;
  }
  // Versions that do not say whether there was information did not ask the weights.
  const what = informative === undefined ? "every atom" : "every atom and every fusion weight";
  return converged
    ? html`Stage 1 took <b>${epochs}</b>; by then ${what} had stopped moving.`
    : html`Stage 1 was cut at <b>${epochs}</b>, its limit: <b>the atoms had not settled</b>, and the weights were frozen all
        the same. A larger training.stage1.maxEpochs lets them settle.`;
}

/** An information near what can be told from 0 turned the weights over. */
function turned({ pid }: RunFiles): Html[] {
  const { switches = 0 } = pid.stage1 ?? {};
  if (switches === 0) return [];
  return [
    html`Between equal weights (no information told from 0) and weights of atoms it changed ${plural(switches, "time")}; the
      frozen weights average only the epochs since the last change.`,
  ];
}

function frozen({ pid }: RunFiles): Html[] {
  if (pid.weights === undefined) return [];
  const parts = foremost(Object.entries({ ...pid.weights.byModality, ...pid.weights.interaction }), ([, w]) => w);
  const words = parts.shown.map(([name, weight]) => `${name} ${weight.toFixed(2)}`);
  const others = parts.more === 0 ? null : html`, and ${plural(parts.more, "smaller one")}`;
  return [html`The representation is fused with the weights ${joinWords(words)}${others}.`];
}

/** From the freeze to the end: what training on with frozen weights did to the atoms. */
function change({ atoms }: Timeline): Html[] {
  const before = atoms.filter(({ line }) => line.phase === "stage1").at(-1)?.line.information.total;
  const after = atoms.filter(({ line }) => line.phase === "stage2").at(-1)?.line.information.total;
  if (typeof before !== "number" || typeof after !== "number") return [];
  const [from, to] = [formatBits(before), formatBits(after)];
  if (from === to) return [html`Stage 2 left the total at ${to} bits.`];
  return [html`Stage 2 moved the total from ${from} to ${to} bits.`];
}
