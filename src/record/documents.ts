import { encoded, type Stored } from "../files/document.js";
import { documentText } from "../files/json.js";
import { dataDocument, environmentDocument } from "./data-schemas.js";
import { importanceDocument } from "./importance-schemas.js";
import { occlusionDocument } from "./occlusion-schemas.js";
import { pidDocument } from "./pid-schemas.js";
import { runFiles } from "./run-folder.js";
import { latentsDocument, metricsDocument } from "./run-schemas.js";

/** The indented JSON documents of a run folder, as this version writes them. */
export const runDocuments = {
  [runFiles.environment]: environmentDocument,
  [runFiles.data]: dataDocument,
  [runFiles.metrics]: metricsDocument,
  [runFiles.pid]: pidDocument,
  [runFiles.latents]: latentsDocument,
  [runFiles.importance]: importanceDocument,
  [runFiles.occlusion]: occlusionDocument,
} as const;

export type RunDocumentName = keyof typeof runDocuments;
export type RunDocument<N extends RunDocumentName> = Stored<(typeof runDocuments)[N]>;

/** A document with its text. */
export interface WrittenDocument<T> {
  readonly document: T;
  readonly text: string;
}

/**
 * A document of a run as its file holds it: infinite amounts of information are null.
 * @param label what errors call it
 * @throws RunError naming the place of what its schema does not describe
 */
export function writtenDocument<N extends RunDocumentName>(
  name: N,
  value: RunDocument<N>,
  label: string,
): WrittenDocument<RunDocument<N>> {
  const document = encoded(runDocuments[name], value, label);
  return { document, text: documentText(document, label) };
}
