import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { duration } from "../../report/duration.js";
import { linesSpec } from "../../report/figures/lines.js";
import { type Html, html, table } from "../../report/html.js";
import { curvesFigure, learningCurves } from "../../report/learning-curves.js";
import { modalityColour } from "../../report/palette.js";
import type { Figure, Section } from "../../report/section.js";
import { trajectoryFigures } from "../../report/sections/trajectory.js";
import { formatNumber, plural } from "../../report/text.js";
import { timeline } from "../../report/timeline.js";
import { trainingStates } from "../status.js";
import { howFar, watchedSecondsLeft } from "./left.js";
import { mostTrainings, type Watched, type WatchedTraining } from "./watched.js";

/** Trainings whose curves are drawn at once: those that run, else those that were last at work. */
const mostDrawn = 4;

/**
 * The sections of a page that follows trainings: where they stand, and curves, atoms and weights of those that run.
 * @param drawn figures that were drawn before, by training: they are drawn again only where epochs have come
 */
export async function watchSections(watched: Watched, drawn: DrawnFigures): Promise<Section[]> {
  const { trainings } = watched;
  const running = trainings.filter(({ state, run }) => state === "running" && run !== null);
  const latest =
    running.length > 0 ? running : trainings.filter(({ run }) => run !== null && run.epochs.length > 0).slice(-1);
  const sections = [nowSection(watched)];
  for (const [i, training] of latest.slice(0, mostDrawn).entries()) {
    sections.push(await drawn.sectionOf(training, `training-${i + 1}`));
  }
  if (trainings.length > 1) sections.push(trainingsSection(watched));
  return sections;
}

/** What is watched, and whether all of it has ended. */
function nowSection(watched: Watched): Section {
  const { trainings, atWork } = watched;
  const counts = trainingStates.flatMap((state) => {
    const count = trainings.filter((training) => training.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const left = atWork ? watchedSecondsLeft(watched) : null;
  const said =
    trainings.length === 0
      ? "Nothing has begun here yet."
      : `${plural(trainings.length, "training")}: ${counts.join(", ")}.`;
  const time = left === null || left === 0 ? "" : ` About ${duration(left)} left.`;
  const more = trainings.length >= mostTrainings ? ` The first ${mostTrainings} trainings are followed.` : "";
  return {
    id: "now",
    title: atWork ? "Training" : trainings.length === 0 ? "Waiting" : "At rest",
    reading: [html`${said}${time}${more}`, ...(trainings.length === 1 ? detailOf(trainings[0]) : [])],
    figures: [],
    body: html`<p class="quiet" role="status" id="state"></p>`,
  };
}

/** What a training failed with, or why it cannot be read. */
function detailOf({ detail }: WatchedTraining): Html[] {
  return detail === undefined ? [] : [html`${detail}`];
}

function trainingsSection({ trainings }: Watched): Section {
  return {
    id: "trainings",
    title: "Every training",
    reading: [],
    figures: [],
    body: table(
      [
        ["training", "text"],
        ["state", "text"],
        ["phase", "text"],
        ["epoch", "number"],
        ["validation", "number"],
        ["left", "number"],
        ["", "text"],
      ],
      trainings.map(({ name, state, detail = "", run }) => {
        const last = run?.epochs.at(-1);
        const far = state === "running" && run !== null ? howFar(run) : null;
        return [
          ...[name, state, last?.phase ?? "", last === undefined ? "" : `${last.epoch}`],
          last?.validation ? formatNumber(last.validation.loss) : "",
          far?.secondsLeft === null || far === null ? "" : duration(far.secondsLeft),
          detail,
        ];
      }),
    ),
  };
}

/** Figures of trainings as they were drawn last. */
export class DrawnFigures {
  private readonly sections = new Map<string, { readonly at: string; readonly section: Section }>();

  async sectionOf(training: WatchedTraining, id: string): Promise<Section> {
    const { name, run } = training;
    const at = `${id}/${run?.epochs.length}/${run?.pidEpochs.length}/${run?.state}`;
    const known = this.sections.get(name);
    if (known?.at === at) return known.section;
    const section = await trainingSection(training, id);
    this.sections.set(name, { at, section });
    return section;
  }
}

async function trainingSection({ name, state, run }: WatchedTraining, id: string): Promise<Section> {
  const far = run === null ? null : howFar(run);
  const figures = run === null ? [] : (await figuresOf(run)).map((figure) => ({ ...figure, id: `${id}-${figure.id}` }));
  const last = run?.epochs.at(-1);
  const where =
    last === undefined
      ? "No epoch is finished yet."
      : `${phaseWords(last.phase)}, epoch ${last.epoch}${last.validation ? `: validation cost ${formatNumber(last.validation.loss)}` : ""}.`;
  const left =
    state !== "running" || far === null || far.secondsLeft === null ? "" : ` About ${duration(far.secondsLeft)} left.`;
  return {
    id,
    title: name,
    reading: [html`${where}${left}`],
    figures,
    ...(run === null || timeline(run).atoms.length === 0
      ? {}
      : {
          legend: html`Dashed line: end of stage 1. Of the atoms, bands: 95 % intervals on the validation rows; grey: the epochs whose
            decompositions are averaged. What goes on is no finding yet.`,
        }),
    ...(far === null
      ? {}
      : {
          body: html`<p class="quiet"><label>Epochs that it may take: <progress max="1" value="${far.share}"></progress></label></p>`,
        }),
  };
}

function phaseWords(phase: string): string {
  if (phase === "stage1") return "Stage 1";
  if (phase === "stage2") return "Stage 2";
  return phase.startsWith("pilot:") ? `Pilot, ${phase.slice("pilot:".length)} features` : phase;
}

async function figuresOf(run: NonNullable<WatchedTraining["run"]>): Promise<Figure[]> {
  const time = timeline(run);
  if (time.epochs.length === 0) return pilotFigure(run);
  const judged = { metrics: { targets: [...run.targets] }, predictionLoss: run.config?.losses.prediction };
  const curves = learningCurves(judged, time, undefined);
  const trajectory =
    time.atoms.length === 0
      ? []
      : (await trajectoryFigures(run.modalities, time, run.config?.model.fusion.method)).figures;
  return [...(curves === null ? [] : [await curvesFigure(curves, time)]), ...trajectory];
}

/** Validation costs of the pilots, which the timeline of both stages leaves out. */
async function pilotFigure({ epochs }: NonNullable<WatchedTraining["run"]>): Promise<Figure[]> {
  const phases = [...new Set(epochs.map(({ phase }) => phase))];
  const series = phases.map((phase, i) => ({
    ...{ name: phaseWords(phase), colour: modalityColour(i) },
    points: epochs.flatMap((line) =>
      line.phase === phase && line.validation ? [{ x: line.epoch, y: line.validation.loss }] : [],
    ),
  }));
  if (series.every(({ points }) => points.length === 0)) return [];
  return [
    await drawFigure("pilots", "Validation cost of the pilots, epoch by epoch", figureWidth.full, (width) =>
      linesSpec(series, { width, height: 260, xTitle: "epoch", yTitle: "validation cost" }),
    ),
  ];
}
