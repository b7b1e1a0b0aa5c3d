import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import { joinWords } from "../../report/text.js";

/** What the modalities of a model cost. */
export interface ModalityCosts {
  /** In the order of the model, 0 or more. */
  readonly costs: readonly number[];
  /** Whether nothing says what they cost, so that each counts as 1. */
  readonly assumed: boolean;
}

/** The costs of `--cost NAME=NUMBER`. @throws InputError for what is not written so, or names a modality twice */
export function namedCosts(given: readonly string[]): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  for (const text of given) {
    const at = text.lastIndexOf("=");
    const [name, amount] = [text.slice(0, at), text.slice(at + 1).trim()];
    const cost = Number(amount);
    if (at < 1 || amount === "" || !(Number.isFinite(cost) && cost >= 0)) {
      throw new InputError(`--cost ${text}: expected NAME=NUMBER with a number of 0 or more, as --cost mri=400`);
    }
    if (costs.has(name)) throw new InputError(`--cost ${name}: is given twice`);
    costs.set(name, cost);
  }
  return costs;
}

/**
 * What each modality costs: as named, else by the config that the model was trained with; all 1 where neither says anything.
 * @throws InputError for a name that is no modality, and where some have a cost and others do not
 */
export function modalityCosts(
  { data }: Pick<Config, "data">,
  modalities: readonly string[],
  given: ReadonlyMap<string, number> = new Map(),
): ModalityCosts {
  const strange = [...given.keys()].find((name) => !modalities.includes(name));
  if (strange !== undefined) {
    throw new InputError(
      `--cost ${strange}: the model has no modality of that name; there is ${modalities.join(", ")}`,
    );
  }
  const known = modalities.map((name) => given.get(name) ?? data.modalities[name]?.cost);
  const lacking = modalities.filter((_, m) => known[m] === undefined);
  if (lacking.length === modalities.length) return { costs: modalities.map(() => 1), assumed: true };
  if (lacking.length > 0) {
    throw new InputError(
      `${joinWords(lacking.map((name) => `"${name}"`))} ${lacking.length === 1 ? "has" : "have"} no cost and others have one; ` +
        `give ${lacking.length === 1 ? "it" : "them"} one too: --cost ${lacking[0]}=NUMBER, or cost: in the config before the training`,
    );
  }
  return { costs: known.map((cost) => cost ?? 1), assumed: false };
}
