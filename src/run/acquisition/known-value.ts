import { InputError } from "../../errors.js";
import { mostAcquired } from "../../evaluation/acquisition/value.js";
import { checkRunFolder } from "../../record/check-run-folder.js";
import { ensembleMembers } from "../../record/ensemble-folder.js";
import { loadModel, type StoredModel } from "../../record/model-folder.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { takesAbsentModalities } from "../absence.js";
import type { ValuedModel } from "./expected-next.js";

/** Loads the model of a run. @throws InputError that says why it does not know what modalities bring */
export async function loadValued(run: string): Promise<ValuedModel> {
  await checkRunFolder(run);
  const ensemble = await ensembleMembers(run);
  if (ensemble !== null) {
    throw new InputError(
      `${run}: is an ensemble; name the run folder of one of its members, as ${ensemble.members[0]}`,
    );
  }
  const stored = await loadModel(new RunFolder(run).file(runFiles.model));
  if (stored.acquisition !== null) return { stored, value: stored.acquisition };
  throw new InputError(
    `${run}: the model does not know what a modality would bring a row that lacks it: ${why(stored)}`,
  );
}

function why({ config, coding }: StoredModel): string {
  const modalities = Object.keys(config.data.modalities).length;
  if (modalities < 2) return "it has one modality";
  if (modalities > mostAcquired)
    return `it has ${modalities} modalities, and every subset is read of up to ${mostAcquired}`;
  if (coding.names.length > 1)
    return `it has ${coding.names.length} targets, and costs are weighed against the error of one`;
  if (!takesAbsentModalities(config)) {
    return "it was trained without training.modalityDropout; train it with, as --set training.modalityDropout=0.2";
  }
  return "it was trained by an earlier version; `pidreg train CONFIG --resume` evaluates it anew";
}
