import { resolve } from "node:path";
import { type DataConfig, dataFiles, targetNames } from "../../config/data.js";
import type { Config } from "../../config/schema.js";
import { codeDataset } from "../../data/categories/code-dataset.js";
import type { Dataset } from "../../data/dataset.js";
import type { OpenedSample, PartOptions } from "../../data/out-of-core/open-sample.js";
import type { DecodingProgress } from "../../data/rows.js";
import type { Split } from "../../data/split/split.js";
import { streamingPlace } from "../../data/streaming-place.js";
import { withClassesOf } from "../../data/target/recode.js";
import { InputError } from "../../errors.js";
import { sha256 } from "../../files/checksum.js";
import { fileDigests } from "../../files/file-digests.js";
import type { Rng } from "../../math/rng.js";
import { codingsOf, dateCodingsOf, type Preparations, prepareRows } from "../../modalities/prepare.js";
import type { TargetCoding } from "../../tasks/task.js";
import type { StoredRows, TrainingModality } from "../../training/data.js";
import { networkInputs, takesAbsentModalities } from "../absence.js";
import { packRow, rowLayout } from "./row-layout.js";
import { type StoredFacts, storedRows } from "./stored-rows.js";

/** Changes of what is made of the same table. */
const version = 1;

/** A sample that was made ready for training. */
export interface PreparedSample {
  readonly dataset: Pick<Dataset, "rowIds" | "group">;
  readonly split: Pick<Split, "validation" | "test">;
  readonly preprocessor: Preparations;
  readonly coding: TargetCoding;
  readonly training: { readonly modalities: readonly TrainingModality[] };
}

interface StoreRequest {
  readonly config: Config;
  readonly baseFolder: string;
  readonly table: OpenedSample;
  readonly prepared: PreparedSample;
  readonly rng: Rng;
  readonly progress?: DecodingProgress | undefined;
}

/**
 * Writes all rows of a table that train to disk, prepared as the sample is: every row but those of the validation and test part,
 * and of their groups.
 * @throws InputError naming row and column of a value that cannot be read, or where there is no room on disk
 */
export async function storeRows(
  request: StoreRequest,
): Promise<{ readonly rows: StoredRows; readonly facts: StoredFacts }> {
  const { config, baseFolder, table, prepared, rng } = request;
  const { coding, training } = prepared;
  const outputs = coding.encode(coding.ranges.map(({ min }) => [min])).length;
  const layout = rowLayout(training.modalities, outputs, takesAbsentModalities(config));
  return storedRows({
    ...{ layout, rows: table.tableRows, place: streamingPlace(config.data, baseFolder, 1) },
    key: await keyOf(request, layout),
    rng: rng.split("rows"),
    fill: (put) => fillRows(request, layout, put),
  });
}

/** Everything that the rows follow from: the bytes of the table, how it is read, and what was fitted on the sample. */
async function keyOf({ config, baseFolder, prepared }: StoreRequest, layout: object): Promise<string> {
  const { file: _file, units: _units, streaming: _streaming, ...data } = config.data;
  const dealt = { ...data.split, seed: data.split.seed ?? config.seed };
  const { preprocessor, coding, dataset, split } = prepared;
  const held = [...split.validation, ...split.test].map((row) => dataset.rowIds[row]);
  const digests = await fileDigests(dataFiles(config.data).map((name) => resolve(baseFolder, name)));
  const fitted = [preprocessor, coding.toJSON(), coding.names, held];
  return sha256(JSON.stringify([version, digests, { ...data, split: dealt }, layout, fitted]));
}

async function fillRows(
  { config, table, prepared, progress }: StoreRequest,
  layout: ReturnType<typeof rowLayout>,
  put: (row: Float32Array) => void,
): Promise<StoredFacts> {
  const facts = { tableRows: 0, heldOut: 0, leftOut: 0, lacking: 0 };
  const trains = trainsOf(prepared);
  const out = new Float32Array(layout.width);
  await table.eachPart(partOptions(config.data, prepared), async (part, read) => {
    facts.tableRows += read;
    facts.leftOut += read - part.rows;
    progress?.("out of core", facts.tableRows, table.tableRows, "rows written to disk");
    if (part.rows === 0) return;
    const rows = await preparedPart(config, prepared, part);
    for (let row = 0; row < part.rows; row++) {
      if (!trains(part, row)) facts.heldOut++;
      else {
        if (!packRow(layout, rows, row, out)) facts.lacking++;
        put(out);
      }
    }
  });
  return facts;
}

/** Whether a row of a part trains: it is none of the validation or test part, of none of their groups, and no column says otherwise. */
function trainsOf({ dataset, split }: PreparedSample): (part: Dataset, row: number) => boolean {
  const held = [...split.validation, ...split.test];
  const ids = new Set(held.map((row) => dataset.rowIds[row]));
  const groups = new Set(held.map((row) => dataset.group?.[row]));
  return ({ rowIds, group, splitLabels }, row) => {
    if (ids.has(rowIds[row]) || (group !== undefined && groups.has(group[row]))) return false;
    return splitLabels === undefined || splitLabels[row].trim().toLowerCase() === "train";
  };
}

function partOptions(data: DataConfig, { preprocessor, coding }: PreparedSample): PartOptions {
  const [name, ...others] = targetNames(data);
  const kind = coding.classes === undefined ? "number" : "class";
  const codings = Object.values(dateCodingsOf(preprocessor)).flat();
  return {
    data: { ...data, target: others.length === 0 ? { column: name, kind } : data.target },
    dayPlaces: new Map(codings.flatMap(({ column, dayPlace }) => (dayPlace === undefined ? [] : [[column, dayPlace]]))),
  };
}

/** @throws InputError for a class or a value that the model does not know */
async function preparedPart(config: Config, { preprocessor, coding }: PreparedSample, part: Dataset) {
  const { dataset } = codeDataset(part, {
    modalities: codingsOf(preprocessor),
    dates: dateCodingsOf(preprocessor),
    covariates: [],
  });
  const where = config.data.file ?? "the table";
  const coded = withClassesOf(dataset, coding.classes, where);
  const absentModalities = takesAbsentModalities(config);
  const modalities = networkInputs(await prepareRows(preprocessor, coded, { absentModalities }), config);
  const values = coded.targets.map((target) => target.values);
  const target = coding.encode(values);
  if (!target.every(Number.isFinite)) throw new InputError(`${where}: a target is beyond the range of numbers`);
  return { rows: coded.rows, modalities, target, gaussianTarget: coding.gaussianView.ofValues(values) };
}
