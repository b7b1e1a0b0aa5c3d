import { afterLossesOf } from "../../data/account.js";
import type { Engine } from "../../engine/engine.js";
import { InputError } from "../../errors.js";
import { readingSets } from "../../mi/check-cost.js";
import { estimatePair } from "../../mi/estimators/estimate-information.js";
import type { InformationPair } from "../../mi/estimators/information-types.js";
import { estimators } from "../../mi/estimators/registry.js";
import type { PidColumns } from "../../pid/estimate/data-columns.js";
import type { Information, Informations } from "../../report/information/informations.js";
import { joinWords } from "../../report/text.js";
import { largeLosses } from "../decompose/account-text.js";
import type { StageProgress } from "../decompose/progress.js";
import { withFile } from "../decompose/run.js";
import type { MiRequest } from "./options.js";
import { type MiTable, readMiTable } from "./table.js";

/** Mutual informations of a table, and what was read. */
export interface MiResult extends Informations {
  readonly table: MiTable;
}

/**
 * Mutual informations of the target and each modality, pairs of three and all together; or of two modalities.
 * @throws InputError for what is wrong with table or choices, and where no estimator reads the rows
 */
export async function runMi(request: MiRequest, progress: StageProgress, signal?: AbortSignal): Promise<MiResult> {
  const { reading } = request;
  try {
    const table = await readMiTable(reading, progress);
    return await afterLossesOf(
      () => largeLosses(table.account),
      () => estimated(request, table, progress, signal),
    );
  } catch (error) {
    throw withFile(error, reading.rows?.table.label ?? reading.data ?? "");
  } finally {
    progress.stop();
  }
}

async function estimated(
  request: MiRequest,
  table: MiTable,
  progress: StageProgress,
  signal: AbortSignal | undefined,
): Promise<MiResult> {
  const engine = lazyEngine(progress);
  const chosen = request.estimators.map((name) => estimators[name]);
  const informations: Information[] = [];
  try {
    for (const { modalities, columns, pair } of pairsOf(table)) {
      const { seed, folds } = request;
      const stage = `densities of ${joinWords(modalities)}`;
      const onProgress = (done: number, of: number) => progress.update(stage, done, of);
      const found = await estimatePair(pair, chosen, { engine: engine.get, seed, folds, signal, onProgress });
      progress.stop();
      informations.push({ modalities, columns, ...found });
    }
  } finally {
    await engine.dispose();
  }
  refuseNothing(informations);
  return {
    about: (table.target ?? table.modalities[1]).name,
    n: table.modalities[0].columns[0].length,
    entropy: table.classes === null || table.target === null ? null : entropyOf(table.target),
    informations,
    table,
  };
}

interface TablePair {
  readonly modalities: readonly string[];
  readonly columns: number;
  readonly pair: InformationPair;
}

function pairsOf({ target, modalities, classes, groups }: MiTable): TablePair[] {
  const pairOf = (sources: readonly PidColumns[], y: PidColumns): TablePair => {
    const names = sources.map(({ name }) => name);
    const columns = sources.flatMap((source) => source.columns);
    const pair = { x: { name: joinWords(names), columns }, y, classes: classes?.length, groups };
    return { modalities: names, columns: columns.length, pair };
  };
  if (target === null) return [pairOf([modalities[0]], modalities[1])];
  return readingSets(modalities.map(({ name }) => name)).map((set) =>
    pairOf(
      modalities.filter(({ name }) => set.includes(name)),
      target,
    ),
  );
}

function refuseNothing(informations: readonly Information[]): void {
  if (informations.some(({ estimates }) => estimates.length > 0)) return;
  const [{ modalities, leftOut }] = informations;
  const reasons = leftOut.map(({ estimator, why }) => `${estimator}: ${why}`);
  throw new InputError(`no estimator reads these rows; of ${joinWords(modalities)}: ${reasons.join("; ")}`);
}

/** H(Y) of class numbers, bits. */
function entropyOf({ columns: [codes] }: PidColumns): number {
  const counts = new Map<number, number>();
  for (let r = 0; r < codes.length; r++) counts.set(codes[r], (counts.get(codes[r]) ?? 0) + 1);
  return [...counts.values()].reduce((sum, c) => sum - (c / codes.length) * Math.log2(c / codes.length), 0);
}

/** An engine that is made when it is first asked for. */
export function lazyEngine(progress: Pick<StageProgress, "message">) {
  let made: Promise<Engine> | null = null;
  const get = () => {
    made ??= import("../../engine/index.js").then(({ createEngine }) =>
      createEngine("auto", { onMessage: (message) => progress.message(message) }),
    );
    return made;
  };
  return { get, dispose: async () => (made === null ? undefined : (await made).dispose()) };
}
