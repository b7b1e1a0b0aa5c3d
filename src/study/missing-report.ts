import { setTimeout as wait } from "node:timers/promises";
import { lockOwner } from "../record/lock-state.js";
import { type RunFolder, runFiles } from "../record/run-folder.js";
import { writeReport } from "../report/write-report.js";

/** How often, and how many milliseconds apart, it is looked whether whoever is at work in a run is done with it. */
const looks = { times: 50, apart: 200 } as const;

/**
 * A process that is killed between the results of a run and its report leaves a finished run without one: it is written here. One that is
 * still at work, or is being ended, is waited for; a run that stays held is left alone.
 */
export async function writeMissingReport(place: RunFolder): Promise<void> {
  for (let look = 0; look < looks.times; look++) {
    if (await place.has(runFiles.report)) return;
    if ((await lockOwner(place.path)) === null) {
      await writeReport(place.path);
      return;
    }
    await wait(looks.apart);
  }
}
