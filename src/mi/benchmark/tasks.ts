import { classTasks } from "./classes.js";
import { flowPidTasks } from "./flow-pid-16.js";
import { gateTasks } from "./gates.js";
import { noiseTasks } from "./noise.js";
import { independent, normalDense, normalPair, normalSparse, normalTwoPairs, readout, whiteNoise } from "./normal.js";
import { scalarTasks } from "./scalar.js";
import { studentTasks } from "./student.js";
import type { BenchmarkTask } from "./task.js";
import { transformedTasks } from "./transformed.js";

/** All tasks of the benchmark, each with another id. */
export const benchmarkTasks: readonly BenchmarkTask[] = [
  normalPair,
  ...[2, 3, 5, 25].map(normalDense),
  ...[3, 5, 25].map(normalTwoPairs),
  normalSparse(5, 3),
  ...[1, 3].map(whiteNoise),
  readout(16),
  ...studentTasks,
  ...scalarTasks,
  ...transformedTasks,
  ...noiseTasks,
  ...classTasks,
  ...[1, 4, 16].map(independent),
  ...gateTasks,
  ...flowPidTasks,
];
