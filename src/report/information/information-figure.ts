import { z95 } from "../../math/descriptive.js";
import { bitsWithError, drawnBits } from "../bits-text.js";
import { barsSpec } from "../figures/bars.js";
import { colour, modalityColour } from "../palette.js";
import { renderSvg, standalone } from "../render-svg.js";
import { joinWords } from "../text.js";
import type { Informations } from "./informations.js";

const width = 760;

/**
 * The figure of mutual informations as a file of its own: one bar per estimate with its 95 % interval. The same input gives the
 * same bytes.
 */
export async function informationFigure({ about, informations }: Informations): Promise<string> {
  const bars = informations.flatMap(({ modalities, estimates }, i) =>
    estimates.map(({ estimator, is, ...estimate }) => {
      const [bits, standardError] = [drawnBits(estimate.bits), drawnBits(estimate.standardError)];
      return {
        label: `${joinWords(modalities)}: ${estimator}`,
        colour: modalities.length === 1 ? modalityColour(i) : colour("redundancy"),
        value: bits,
        low: bits - z95 * standardError,
        high: bits + z95 * standardError,
        note: `${is === "lower bound" ? "at least " : ""}${bitsWithError(bits, standardError)}`,
        shortNote: bitsWithError(bits, standardError),
      };
    }),
  );
  const axis = `mutual information with ${about}, bits, with 95 % intervals`;
  const description = `Mutual information with ${about} in bits. ${bars.map(({ label, note }) => `${label} ${note}`).join("; ")}.`;
  return standalone(await renderSvg(barsSpec(bars, axis, width), description));
}
