import { parametersOf } from "../fit/model-layout.js";
import type { PidReg } from "../models/pidreg.js";

/** Numbers that a network learned: what it holds of its training rows is not among them. */
export function networkParameters(model: PidReg): number {
  return parametersOf(model) - (model.neighbours === null ? 0 : parametersOf(model.neighbours));
}
