import type { Tensor2D } from "@tensorflow/tfjs";
import type { LossesConfig } from "../../config/losses.js";
import { functionalFisher, lackOfInformation, movedOn } from "../../losses/balance.js";
import { constant, reversedGradient } from "../../losses/custom-gradient.js";
import { meanOfMarked, onPresent, type PresentRows, presentRows } from "../../losses/present-rows.js";
import type { NoiseSpec } from "../../models/module.js";
import type { PidReg } from "../../models/pidreg.js";
import type { TaskLoss } from "../../tasks/task.js";
import tf from "../../tensorflow.js";
import type { ObjectiveTerm } from "./objective-term.js";

/** Step of the finite difference, as a share of the noise on features. */
const relativeStep = 0.25;

const noiseName = (modality: string, which: "shift" | "direction") => `functionalEntropy.${modality}.${which}`;

/** Terms that keep a modality from being left to the others; none for one modality alone. */
export function balanceTerms(names: readonly string[], { balance }: LossesConfig, loss: TaskLoss): ObjectiveTerm[] {
  if (names.length < 2) return [];
  return [
    ...names.map((name, m) => gameTerm(name, m, balance.game.weight, loss)),
    ...names.map((name, m) => functionalEntropyTerm(name, m, balance.functionalEntropy, loss)),
  ];
}

/** Random tensors of the functional entropies: a shift of the features of each row, and a direction from there. */
export function balanceNoise({ architecture: { modalities } }: PidReg, { balance }: LossesConfig): NoiseSpec[] {
  if (balance.functionalEntropy.weight === 0 || modalities.length < 2) return [];
  return modalities.flatMap(({ name, inputWidth }) =>
    (["shift", "direction"] as const).map((which) => ({
      name: noiseName(name, which),
      kind: "normal" as const,
      shape: (batch: number) => [batch, inputWidth],
    })),
  );
}

/**
 * The game of arXiv 2411.07335: D_m, how far predictions move when the latent of modality m is that of another row. The
 * encoder of m maximises it, so that its own latent counts; the predictor minimises it, so that none counts more than it
 * has to; the encoders of the others take no part. The gradient that reaches the latent of m is therefore turned round.
 */
function gameTerm(name: string, m: number, weight: number, loss: TaskLoss): ObjectiveTerm {
  return {
    name: `game.${name}`,
    weight,
    value: ({ encoded, owned, anew }) => {
      const latents = encoded.bottlenecks.map(({ latent }, k) =>
        k === m ? reversedGradient(latent) : constant(() => latent.clone()),
      );
      const own = anew.prediction(latents);
      const others = anew.prediction(latents.map((latent, k) => (k === m ? movedOn(latent) : latent)));
      const distances = loss.distances(own, others);
      return onPresent(bothPresent(owned?.byModality[m]), (rows) =>
        rows === undefined ? tf.mean(distances) : meanOfMarked(tf.mean(tf.mul(distances, rows)), rows),
      );
    },
  };
}

/** Rows that have a modality and were given one that another row has. */
function bothPresent(owned: PresentRows | undefined): PresentRows | undefined {
  return owned && presentRows(tf.mul(owned.present, movedOn(owned.present)) as Tensor2D);
}

function functionalEntropyTerm(
  name: string,
  m: number,
  { weight, noise: spread }: LossesConfig["balance"]["functionalEntropy"],
  loss: TaskLoss,
): ObjectiveTerm {
  const step = relativeStep * spread;
  return {
    name: `functionalEntropy.${name}`,
    weight,
    value: ({ encoded, noise, owned, anew }) => {
      const latents = encoded.bottlenecks.map(({ latent }) => latent);
      const shift = tf.mul(noise[noiseName(name, "shift")], spread);
      const further = tf.mul(noise[noiseName(name, "direction")], step);
      const own = anew.prediction(latents);
      const distances = (moved: Tensor2D) => {
        const latent = anew.latent(m, tf.add(anew.features[m], moved));
        return loss.distances(own, anew.prediction(latents.map((known, k) => (k === m ? latent : known))));
      };
      const [near, far] = [distances(shift as Tensor2D), distances(tf.add(shift, further) as Tensor2D)];
      return onPresent(owned?.byModality[m], (rows) => lackOfInformation(functionalFisher(near, far, step, rows)));
    },
  };
}
