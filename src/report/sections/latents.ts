import { normalW } from "../../evaluation/normality.js";
import { median } from "../../math/descriptive.js";
import type { RunFiles } from "../../record/read-run.js";
import type { LatentsFile } from "../../record/run-schemas.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { qqSpec } from "../figures/qq.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, html, oneAfterAnother, table } from "../html.js";
import { modalityColour } from "../palette.js";
import type { Figure, Section } from "../section.js";
import { said } from "../sentence.js";
import { type LatentFacts, latentSentences } from "../sentences/latents.js";
import { formatCount, formatShare, plural } from "../text.js";

type ModalityLatent = LatentsFile["modalities"][string];

/** Whether the latents are normal, as the decomposition takes them to be. */
export async function latentsSection(run: RunFiles): Promise<Section | null> {
  const { latents } = run;
  if (latents === null) return null;
  const named = run.pid.modalities.flatMap((name, index) => {
    const latent = latents.modalities[name];
    return latent === undefined ? [] : [{ name, index, latent }];
  });
  if (named.length === 0) return null;
  const drawn = foremost(named, ({ latent: { w } }) => (w.length === 0 ? null : -median(w)));
  return {
    id: "latents",
    title: "Whether the latents are normal",
    reading: [
      oneAfterAnother(
        drawn.shown.flatMap(({ name, latent }) => said(latentSentences, factsOf(name, latent, latents.rows))),
      ),
    ],
    figures: await Promise.all(drawn.shown.map(({ name, index, latent }) => qqFigure(name, index, latent))),
    legend: html`${
      run.metrics.classes === undefined
        ? html`The decomposition treats latents and target as jointly normal; where they are not, its amounts are those of the
      normal distribution that fits best.`
        : html`Atoms of classes are read from probabilities and do not rest on normal latents; latents that tell classes apart form a
      cloud for each, and depart for that.`
    } Each coordinate of a latent on
      ${plural(latents.rows, "validation row")}, without the bottleneck's noise, standardised, against the normal
      distribution; line: the middle coordinate; band: nine in ten of them; dashed: exactly normal. W (Shapiro-Francia) is the squared
      correlation with a normal sample, below 1 even for normal values, the more so the fewer rows there are; with many rows
      small departures are "detected" too. Radius: the
      same test of how far the whole latent lies from its mean. ${cutNote(drawn, "the lowest W")}`,
    body: latentTable(run, named),
  };
}

function factsOf(name: string, { w, constant, dimensions, departing }: ModalityLatent, rows: number): LatentFacts {
  const some = w.length > 0;
  return {
    ...{ name, dimensions, constant, departing, tested: w.length },
    ...{ middle: some ? median(w) : 1, worst: some ? Math.min(...w) : 1, limit: normalW(rows, 0.05) },
  };
}

function qqFigure(name: string, index: number, { quantiles, w }: ModalityLatent): Promise<Figure> {
  const found = w.length === 0 ? "no coordinate varies" : `median W ${formatShare(median(w))}`;
  return drawFigure(
    `latents-${index + 1}`,
    `Quantiles of the latent of ${name} against the normal distribution; ${found}`,
    figureWidth.third,
    (width) => qqSpec(quantiles, name, modalityColour(index), width),
  );
}

function latentTable(
  run: RunFiles,
  named: readonly { readonly name: string; readonly latent: ModalityLatent }[],
): Html {
  return table(
    [
      ["latent of", "text"],
      ["lambda", "number"],
      ["W, middle", "number"],
      ["W, worst", "number"],
      ["W, radius", "number"],
      ["coordinates that depart", "number"],
    ],
    named.map(({ name, latent: { w, radius, departing } }) => [
      name,
      formatShare(run.pid.lambda?.[name] ?? null),
      formatShare(w.length === 0 ? null : median(w)),
      formatShare(w.length === 0 ? null : Math.min(...w)),
      formatShare(radius === null ? null : radius.w),
      `${formatCount(departing)} of ${formatCount(w.length)}`,
    ]),
  );
}
