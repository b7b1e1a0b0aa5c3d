import type { FlowPid } from "../../mi/flow/flow-pid.js";
import { gaussianPidFromData } from "../../pid/estimate/gaussian-pid-from-data.js";
import type { PidValues } from "../../pid/types.js";
import type { CheckedTable } from "./check.js";
import type { StageProgress } from "./progress.js";

/** Atoms of flows, and those of the columns' normal scores, which need none. */
export interface FlowReading extends FlowPid {
  /** The closed form of the normal scores of every column, bias-corrected. */
  readonly columnWise: PidValues & { readonly standardErrors: PidValues | null };
}

/** Reads a table of two modalities by flows. @throws InputError as `flowPid` does; RunError where a fit does not converge */
export async function readFlows(table: CheckedTable, seed: number, progress: StageProgress): Promise<FlowReading> {
  const [{ createEngine }, { flowPid }] = await Promise.all([
    import("../../engine/index.js"),
    import("../../mi/flow/flow-pid.js"),
  ]);
  const { target, sources, groups } = table;
  const engine = await createEngine("auto", { onMessage: (message) => progress.message(message) });
  try {
    const found = await flowPid(target, sources, {
      ...{ engine, groups, seed },
      onProgress: (done, of) => progress.update("flows", done, of),
    });
    const ranks = { transform: "inverse-normal", transformSources: true, groups, seed } as const;
    const { information, atoms, union, standardErrors } = gaussianPidFromData(target, sources, ranks);
    return { ...found, columnWise: { information, atoms, union, standardErrors } };
  } finally {
    await engine.dispose();
    progress.stop();
  }
}
