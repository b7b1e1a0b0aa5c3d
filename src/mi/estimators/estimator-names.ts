/** Ways to estimate a mutual information, by the name that `--estimator` takes. */
export const estimatorNames = ["gaussian", "ksg", "density", "flow"] as const;
export type EstimatorName = (typeof estimatorNames)[number];

/**
 * Whose value is the answer: the first of these that was asked for and reads the rows. Which one is fixed before any value is
 * seen, since the largest of several estimates of the same rows is too large.
 */
export const answerOrder: readonly EstimatorName[] = ["density", "flow", "gaussian", "ksg"];

/** Others, known from the literature, that the benchmark compares with these; none is ever an answer. */
export const zooNames = ["mine", "nwj", "smile", "infonce", "nn-ratio", "minde"] as const;

/** Those that a benchmark takes. */
export const benchmarkEstimatorNames = [...estimatorNames, ...zooNames] as const;
export type BenchmarkEstimatorName = (typeof benchmarkEstimatorNames)[number];
