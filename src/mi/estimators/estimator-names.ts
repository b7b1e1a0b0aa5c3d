/** Ways to estimate a mutual information, by the name that `--estimator` takes. */
export const estimatorNames = ["gaussian", "ksg", "density", "flow"] as const;
export type EstimatorName = (typeof estimatorNames)[number];

/**
 * Whose value is the answer: the first of these that was asked for and reads the rows. Which one is fixed before any value is
 * seen, since the largest of several estimates of the same rows is too large.
 */
export const answerOrder: readonly EstimatorName[] = ["density", "flow", "gaussian", "ksg"];
