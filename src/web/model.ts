import { z } from "zod";
import type { DataConfig } from "../config/data.js";
import { openBeside } from "../data/beside.js";
import type { Dataset } from "../data/dataset.js";
import { externalTable } from "../data/external-table.js";
import { missingMarks } from "../data/missing/missing-marks.js";
import { planRequest, readDataset } from "../data/read-dataset.js";
import type { DecodingProgress } from "../data/rows.js";
import { planColumns } from "../data/table/table-plan.js";
import { eagerEngineOn } from "../engine/eager/eager-engine.js";
import { activate } from "../engine/eager/with-backend.js";
import type { Engine } from "../engine/engine.js";
import { fileColumns } from "../modalities/prepare.js";
import { calibrationFromJSON, calibrationKeys, type PredictionCalibration } from "../record/stored-calibration.js";
import { inferenceOf, modelOf, readModelDocument, type StoredModel } from "../record/stored-model.js";
import { takesAbsentModalities } from "../run/absence.js";
import { modelTable } from "../run/apply/model-table.js";
import type { Inference } from "../training/step/inference.js";
import type { PageContents } from "./contents.js";
import { type RunningModel, rowsAtATime } from "./explain.js";
import { plainData } from "./files/file-fields.js";
import { GivenFiles } from "./files/given-files.js";
import { givenArrays, openGiven } from "./files/open-given.js";
import { pace as newPace, type Pace } from "./pace.js";
import { withLists } from "./packed/number-lists.js";
import { ofPlanes } from "./packed/planes.js";
import { withShared } from "./packed/shared-keys.js";
import { unpacked } from "./packed/unpacked.js";
import { type GivenText, openTextTable } from "./text-table.js";

/** Rows of a call, by how many there are: a slider asks for one row, and waits for a whole call. */
const rowsPerCall = [4, 32, rowsAtATime] as const;

/** Decoded rows stay in memory; arrays of more bytes are read where they lie. */
const inMemory = { memory: 512e6, workers: 1, prefetch: 1, cache: "", disk: Number.POSITIVE_INFINITY };

/** How a table is loaded. */
export interface LoadOptions {
  readonly pace: Pace;
  readonly progress?: DecodingProgress | undefined;
}

/** The models of a page, ready to predict. */
export class PageModel {
  private constructor(
    /** The model, or the members of an ensemble. */
    readonly members: readonly RunningModel[],
    readonly calibration: PredictionCalibration,
  ) {}

  /** @throws InputError for contents that are no model of this version */
  static async open({ documents, lists, weights, calibration }: PageContents): Promise<PageModel> {
    const engine = eagerEngineOn("cpu", "cpu");
    activate("cpu");
    const [text, numbers, ...packed] = await Promise.all([documents, lists, ...weights].map(unpacked));
    const short = withLists(JSON.parse(new TextDecoder().decode(text)), numbers) as Record<string, unknown>[];
    const stored = withShared(short).map((document, k) => readModel(document, ofPlanes(packed[k])));
    const [first] = stored;
    const known =
      calibration === null
        ? first.calibration
        : calibrationFromJSON(z.object(calibrationKeys).parse(calibration), first.coding.names.length, "the page");
    return new PageModel(
      stored.map((model) => runningModel(model, engine)),
      known,
    );
  }

  /** The first member, which says what all of them predict and read. */
  get stored(): StoredModel {
    return this.members[0].stored;
  }

  /** Whether the model is made for rows that lack modalities. */
  get takesAbsent(): boolean {
    return takesAbsentModalities(this.stored.config);
  }

  /**
   * The rows of a table as each member loads them.
   * @throws InputError naming row and column of what does not fit
   */
  async load(given: GivenText, options: LoadOptions = { pace: newPace() }): Promise<Dataset[]> {
    const tables: Dataset[] = [];
    for (const { stored } of this.members) tables.push(await loadText(stored, stored.config.data, given, options));
    return tables;
  }

  /** The same of a table that `rowText` wrote, however tables of the training are written. */
  async loadPlain(given: GivenText, options: LoadOptions = { pace: newPace() }): Promise<Dataset[]> {
    const tables: Dataset[] = [];
    for (const { stored } of this.members)
      tables.push(await loadText(stored, plainData(stored.config.data), given, options));
    return tables;
  }
}

function runningModel(stored: StoredModel, engine: Engine): RunningModel {
  const made = new Map<number, Inference>();
  return {
    stored,
    inference: (rows) => {
      const most = rowsPerCall.findLast((count) => count <= rows) ?? rowsPerCall[0];
      const known = made.get(most) ?? inferenceOf(stored, engine, most);
      made.set(most, known);
      return known;
    },
  };
}

function readModel(document: Record<string, unknown>, weights: Uint8Array): StoredModel {
  return modelOf(readModelDocument(document, "model.json"), weights, {
    document: "model.json",
    weights: "weights.safetensors",
  });
}

/** One table with the columns of a model, found by name. */
async function loadText(
  stored: StoredModel,
  data: DataConfig,
  given: GivenText,
  { pace, progress }: LoadOptions,
): Promise<Dataset> {
  const { label, files = new GivenFiles([]) } = given;
  const place = { label, places: (modalities: object) => ({ file: label, modalities }) };
  const section = externalTable(data, fileColumns(stored.preprocessor), place, {
    ...modelTable(stored, { targets: "optional" }),
    arrays: givenArrays(stored.config, files),
  });
  const source = await openTextTable(given, { dialect: data, marks: missingMarks(data.missingValues), pace });
  const plan = await planColumns(section.data, [source], planRequest(section.data, section.options));
  await pace();
  return readDataset(section.data, plan, section.options, {
    savedSplit: async () => undefined,
    beside: (tables) =>
      openBeside(section.data, plan, tables, {
        ...{ baseFolder: files.folder, open: openGiven(stored, files), external: true, progress },
        place: () => inMemory,
      }),
  });
}
