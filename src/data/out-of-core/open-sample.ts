import type { DataConfig } from "../../config/data.js";
import type { Rng } from "../../math/rng.js";
import type { Dataset } from "../dataset.js";
import { type LoadOptions, planRequest, readDataset } from "../read-dataset.js";
import { planTable } from "../table/open-plan.js";
import { sampledTable } from "./sampled-table.js";
import { eachPart } from "./table-parts.js";

/** Cells of a part of the table, about: what is held of it at a time. */
const partCells = 2_000_000;
/** Fewest rows of a part. */
const fewestRows = 2048;

/** How the other rows of a table are read: as those of the sample were. */
export interface PartOptions extends Pick<LoadOptions, "dayPlaces"> {
  /** The section, with what the sample says of its target. */
  readonly data: DataConfig;
}

/** A table that is open, of which a sample was read. */
export interface OpenedSample {
  /** The sample as a data set of its own. */
  readonly sample: Dataset;
  /** Rows of the table. */
  readonly tableRows: number;
  /** Reads all rows of the table, part by part; a part may have no row left. */
  readonly eachPart: (options: PartOptions, look: (part: Dataset, read: number) => Promise<void>) => Promise<void>;
  readonly close: () => void;
}

/**
 * Opens the table of a data section and reads a random sample of its rows.
 * @param rng stream of the sample
 * @throws InputError as `loadDataset`
 */
export async function openSample(
  data: DataConfig,
  baseFolder: string,
  options: LoadOptions,
  { size, rng }: { readonly size: number; readonly rng: Rng },
): Promise<OpenedSample> {
  const plan = await planTable(data, baseFolder, planRequest(data, options));
  const [source] = plan.sources;
  const close = () => source.close();
  const alone = { savedSplit: async () => undefined, beside: async () => [] };
  try {
    const sampled = sampledTable(source, size, rng, (read) => {
      options.progress?.("out of core", read, null, "rows read for the sample");
    });
    const sample = await readDataset(data, { ...plan, sources: [sampled] }, options, alone);
    const request = sampled.request();
    const rows = Math.max(fewestRows, Math.floor(partCells / (request.numbers.length + request.texts.length)));
    return {
      ...{ sample, tableRows: sampled.tableRows(), close },
      eachPart: async ({ data: own, dayPlaces }, look) => {
        await eachPart(source, request, rows, async (part) => {
          const asked = { ...options, dayPlaces, part: true };
          await look(await readDataset(own, { ...plan, sources: [part] }, asked, alone), part.rows);
        });
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}
