import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import { mostClassModalities } from "../../pid/discrete/class-types.js";

/** @throws InputError for a key that means something for a target of numbers only, or more modalities than can be divided */
export function refuseNumbersOnly({ data, losses, evaluation, model }: Config): void {
  const keys: readonly (readonly [boolean, string])[] = [
    [data.targetTransform !== "standardize", "data.targetTransform"],
    [data.units !== undefined && Object.keys(data.units).length > 0, "data.units"],
    [losses.prediction !== "mse", "losses.prediction"],
    [evaluation.biasCorrection !== "none", "evaluation.biasCorrection"],
    [evaluation.intervals.range !== undefined, "evaluation.intervals.range"],
  ];
  const found = keys.find(([isSet]) => isSet);
  if (found !== undefined) {
    throw new InputError(`${found[1]}: goes with a target of numbers, and this target is of classes; leave it out`);
  }
  const { length: modalities } = Object.keys(data.modalities);
  if (modalities > mostClassModalities) {
    throw new InputError(
      `data.modalities: information about classes is divided between at most ${mostClassModalities} modalities, got ${modalities}; ` +
        "join some of them",
    );
  }
  if (model.fusion.atoms !== "heldout") {
    throw new InputError(
      `model.fusion.atoms: ${model.fusion.atoms}: information about classes is read off rows that did not train the encoders; ` +
        "leave it out",
    );
  }
}
