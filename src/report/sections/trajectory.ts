import { weighsTerms } from "../../config/model.js";
import type { Decomposition } from "../../record/pid-schemas.js";
import type { RunFiles } from "../../record/read-run.js";
import { atomRows, totalRow } from "../atom-rows.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { linesSpec, type Series } from "../figures/lines.js";
import { cutNote, type Foremost, foremost } from "../foremost.js";
import { html } from "../html.js";
import { foundNothing } from "../information-found.js";
import { colour, dashPattern, modalityColour, modalityDash } from "../palette.js";
import type { Figure, Section } from "../section.js";
import { said } from "../sentence.js";
import { type TrajectoryFacts, trajectorySentences } from "../sentences/trajectory.js";
import { plural } from "../text.js";
import { type Timeline, timeline } from "../timeline.js";

/** Atoms and fusion weights over the epochs: whether they settled before the weights were frozen. */
export async function trajectorySection(run: RunFiles): Promise<Section | null> {
  const time = timeline(run);
  if (time.atoms.length === 0) return null;
  const { atoms, weights, figures } = await trajectoryFigures(run.pid.modalities, time, run.fusion);
  const cut = [cutNote(atoms, "the largest amounts"), cutNote(weights, "the largest weights")]
    .filter(Boolean)
    .join(" ");
  return {
    id: "trajectory",
    title: "How the atoms settled",
    reading: said(trajectorySentences, factsOf(run, time)),
    figures,
    legend: html`Dashed line: end of stage 1, where the fusion weights are frozen. Grey: the epochs whose decompositions
      are averaged. Bands: 95 % intervals. The last point is the decomposition after stage 2. ${cut}`,
  };
}

/** What is drawn of a trajectory, and the lines that are. */
export interface TrajectoryFigures {
  readonly atoms: Foremost<Series>;
  readonly weights: Foremost<Series>;
  readonly figures: readonly Figure[];
}

/**
 * Atoms and fusion weights over the epochs, of a run that goes on too.
 * @param names of the modalities
 * @param fusion `model.fusion.method`; undefined where it is not known
 */
export async function trajectoryFigures(
  names: readonly string[],
  time: Timeline,
  fusion: string | undefined,
): Promise<TrajectoryFigures> {
  const options = { xTitle: "epoch", height: 280, boundary: time.boundary, window: time.window, zero: true };
  const atoms = largest(atomSeries(names, time));
  const weights = largest(weightSeries(names, time));
  const figures = [
    await drawFigure(
      "trajectory-atoms",
      `Atoms over ${plural(time.epochs.length, "epoch")}`,
      figureWidth.half,
      (width) => linesSpec(atoms.shown, { ...options, width, yTitle: "information (bits)" }),
    ),
    ...(weights.shown.length === 0 || (fusion !== undefined && !weighsTerms(fusion))
      ? []
      : [
          await drawFigure("trajectory-weights", "Fusion weights over the epochs", figureWidth.half, (width) =>
            linesSpec(weights.shown, { ...options, width, yTitle: "fusion weight" }),
          ),
        ]),
  ];
  return { atoms, weights, figures };
}

/** The lines that end highest; the total is always among them. */
function largest(series: readonly Series[]): Foremost<Series> {
  return foremost(series, ({ points }) => points.at(-1)?.y ?? 0);
}

function atomSeries(names: readonly string[], { atoms }: Timeline): Series[] {
  const placed = atoms.map(({ x, line }) => ({
    x,
    values: { ...line, unit: "bits", flags: [], standardErrors: line.standardErrors ?? null } as Decomposition,
  }));
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

function weightSeries(names: readonly string[], { atoms }: Timeline): Series[] {
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

function factsOf(run: RunFiles, { atoms }: Timeline): TrajectoryFacts {
  const { pid } = run;
  const { byModality = {}, interaction = {} } = pid.weights ?? {};
  const parts = foremost(Object.entries({ ...byModality, ...interaction }), ([, weight]) => weight);
  const total = (phase: string) => atoms.filter(({ line }) => line.phase === phase).at(-1)?.line.information.total;
  const [before, after] = [total("stage1"), total("stage2")];
  return {
    members: run.metrics.ensemble?.members ?? 1,
    stage1: pid.stage1 === undefined ? undefined : stageOf(pid.stage1),
    found: !foundNothing(pid),
    beyond: pid.check?.nonGaussian === true,
    checked: pid.check !== undefined,
    ofClasses: run.metrics.classes !== undefined,
    fusion: run.fusion,
    weights: parts.shown.map(([name, weight]) => `${name} ${weight.toFixed(2)}`),
    moreWeights: parts.more,
    change: typeof before === "number" && typeof after === "number" ? { before, after } : undefined,
  };
}

function stageOf(stage1: NonNullable<RunFiles["pid"]["stage1"]>): TrajectoryFacts["stage1"] {
  const { informative, switches = 0, uninformativeMembers = 0 } = stage1;
  return { ...stage1, informative, switches, uninformativeMembers };
}
