import { type EngineName, engineNames } from "../config/engines.js";
import { InputError } from "../errors.js";

/** The engine of that name. @throws InputError listing the names that exist */
export function engineNamed(name: string): EngineName {
  const found = engineNames.find((candidate) => candidate === name);
  if (found === undefined)
    throw new InputError(`--engine ${name}: no such engine; there is: ${engineNames.join(", ")}`);
  return found;
}
