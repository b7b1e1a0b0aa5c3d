import { valuesOf } from "../../data/rows.js";
import type { ModalityKind } from "../kind.js";
import { absentShaped, rowMeans } from "../shaped/preparation.js";
import { shapedToGraph } from "../shaped/to-graph.js";
import { drawArray } from "./draw.js";
import { openArray } from "./open.js";
import { pooledFeatures, pooledValues } from "./pool.js";
import { type ArrayPreparation, arrayPreparationSchema, fitArray, prepareArray } from "./preparation.js";

/** Rows of an array file, of any shape, flattened for the encoder. */
export const arrayKind: ModalityKind<ArrayPreparation> = {
  open: openArray,
  stored: arrayPreparationSchema,
  fit: fitArray,
  prepare: prepareArray,
  width: ({ shape }) => valuesOf(shape),
  absent: absentShaped,
  // Frequencies are made for numbers that mean something each by itself.
  encoder: ({ name, width, form }, { hidden, dropout, batchNorm, linear }) => ({
    ...{ name, inputWidth: width, hidden, dropout, batchNorm, embedding: null, linear },
    form: { kind: "array", shape: form?.shape ?? [width] },
  }),
  kernelFeatures: (batch) => pooledFeatures(batch),
  kernelValues: (values, width) => pooledValues(values, width),
  linearRows: (_fitted, store) => store,
  identity: (_fitted, store) => ({ width: valuesOf(store.shape), read: store.read }),
  watched: async (fitted, store) => [
    { column: "mean of a row", outsideReadAs: { as: "itself" }, ...(await rowMeans(fitted, store)) },
  ],
  input: ({ shape }) => ({ shape }),
  toGraph: (graph, raw, fitted, missing) => shapedToGraph(graph, raw, fitted, missing),
  describe: ({ shape, normalise }, { origin, gaps }) => ({
    ...{ kind: "array", file: origin?.file ?? "", dtype: origin?.dtype ?? "", shape, normalise },
    rows: origin?.rows ?? gaps.length,
    lacking: gaps.filter((count) => count === valuesOf(shape)).length,
  }),
  draw: drawArray,
};
