import type { Config } from "../../config/schema.js";
import type { PhaseName, PlannedPhase } from "../observer.js";
import { hasTablesAlone, resolveTraining } from "../settings.js";
import { plannedPhases } from "./plan.js";

/**
 * The phases that a training of a config goes through, as its observers are told, from the config and what is known of its tables.
 * @param columns of all tables; null where they are not known
 */
export function expectedPhases(config: Config, trainRows: number, columns: number | null): PlannedPhase[] {
  const { pilotEpochs, stage1Epochs, stage1Patience, stage2Epochs, stage2Patience } = resolveTraining(config, {
    trainRows,
    tables: hasTablesAlone(config),
    columns: columns ?? undefined,
  });
  const modalities = Object.values(config.data.modalities);
  const tables = modalities.some(({ kind }) => kind === undefined || kind === "table");
  const phase = (name: PhaseName): PlannedPhase => {
    if (name === "stage1") return { name, maxEpochs: stage1Epochs, patience: stage1Patience };
    if (name === "stage2") return { name, maxEpochs: stage2Epochs, patience: stage2Patience };
    return { name, maxEpochs: pilotEpochs };
  };
  return plannedPhases(config, modalities.length, { tables }).map(phase);
}
