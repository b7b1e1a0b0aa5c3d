import { valuesOf } from "../../data/rows.js";
import type { ModalityKind } from "../kind.js";
import { absentShaped, rowMeans } from "../shaped/preparation.js";
import { shapedToGraph } from "../shaped/to-graph.js";
import { shapedEncoder } from "../shaped-encoder.js";
import { drawArray } from "./draw.js";
import { pooledFeatures, pooledValues } from "./pool.js";
import { type ArrayPreparation, arrayPreparationSchema, fitArray, prepareArray } from "./preparation.js";

/** Rows of an array file, of any shape. */
export const arrayKind: ModalityKind<ArrayPreparation> = {
  stored: arrayPreparationSchema,
  fit: fitArray,
  prepare: prepareArray,
  width: ({ shape }) => valuesOf(shape),
  absent: absentShaped,
  encoder: (rows, choice) => shapedEncoder(rows, choice, "array"),
  kernelFeatures: (batch) => pooledFeatures(batch),
  kernelValues: (values, width) => pooledValues(values, width),
  linearRows: (_fitted, store) => store,
  identity: (_fitted, store) => ({ width: valuesOf(store.shape), read: store.read }),
  features: () => [],
  watched: async (fitted, store) => [
    { column: "mean of a row", outsideReadAs: { as: "itself" }, ...(await rowMeans(fitted, store)) },
  ],
  input: ({ shape }) => ({ shape }),
  toGraph: (graph, raw, fitted, missing) => shapedToGraph(graph, raw, fitted, missing),
  describe: ({ shape, normalise }, { origin, gaps }) => ({
    ...{ kind: "array", file: origin?.file ?? "", dtype: origin?.dtype ?? "", shape, normalise },
    rows: origin?.rows ?? gaps.length,
    lacking: gaps.filter((count) => count === valuesOf(shape)).length,
    ...(origin?.decoded === undefined ? {} : { decoded: origin.decoded }),
  }),
  draw: drawArray,
};
