import type { EngineName } from "../../config/engines.js";
import type { PreparedRows } from "../../data/rows.js";
import { createEngine } from "../../engine/index.js";
import { inferenceOf } from "../../record/stored-model.js";
import { expectedNext, type NextModalities, readByHead, type ValuedModel } from "./expected-next.js";

/** As `expectedNext`, with the model on an engine of its own. */
export async function nextModalities(
  valued: ValuedModel,
  inputs: readonly PreparedRows[],
  rows: number,
  { costs, engine: name }: { readonly costs: readonly number[]; readonly engine: EngineName },
): Promise<NextModalities> {
  const { stored } = valued;
  return expectedNext(valued, inputs, rows, costs, async (kind) => {
    const engine = await createEngine(name, { threads: stored.config.threads });
    try {
      const inference = inferenceOf(stored, engine);
      try {
        return await readByHead(inference, stored, inputs, rows, kind);
      } finally {
        await inference.dispose();
      }
    } finally {
      await engine.dispose();
    }
  });
}
