import { normalChannels } from "./normal.js";
import { type BenchmarkTask, mapped, type RowMap } from "./task.js";

/** Channels of the first source: 16 draws of two standard normal numbers (`numpy.random.seed(0)`, `randn(16, 2)` twice). */
export const firstChannels: readonly (readonly [number, number])[] = [
  [1.764052345967664, 0.4001572083672233],
  [0.9787379841057392, 2.240893199201458],
  [1.8675579901499675, -0.977277879876411],
  [0.9500884175255894, -0.1513572082976979],
  [-0.10321885179355784, 0.41059850193837233],
  [0.144043571160878, 1.454273506962975],
  [0.7610377251469934, 0.12167501649282841],
  [0.44386323274542566, 0.33367432737426683],
  [1.4940790731576061, -0.20515826376580087],
  [0.31306770165090136, -0.8540957393017248],
  [-2.5529898158340787, 0.6536185954403606],
  [0.8644361988595057, -0.7421650204064419],
  [2.2697546239876076, -1.4543656745987648],
  [0.04575851730144607, -0.1871838500258336],
  [1.5327792143584575, 1.469358769900285],
  [0.1549474256969163, 0.37816251960217356],
];

/** Channels of the second source, drawn next. */
export const secondChannels: readonly (readonly [number, number])[] = [
  [-0.8877857476301128, -1.980796468223927],
  [-0.3479121493261526, 0.15634896910398005],
  [1.2302906807277207, 1.2023798487844113],
  [-0.3873268174079523, -0.30230275057533557],
  [-1.0485529650670926, -1.4200179371789752],
  [-1.7062701906250126, 1.9507753952317897],
  [-0.5096521817516535, -0.4380743016111864],
  [-1.2527953600499262, 0.7774903558319101],
  [-1.6138978475579515, -0.2127402802139687],
  [-0.8954665611936756, 0.386902497859262],
  [-0.510805137568873, -1.180632184122412],
  [-0.028182228338654868, 0.42833187053041766],
  [0.06651722238316789, 0.3024718977397814],
  [-0.6343220936809636, -0.3627411659871381],
  [-0.672460447775951, -0.3595531615405413],
  [-0.813146282044454, -1.7262826023316769],
];

/** Each side of two normal columns in noise, seen through a cube; y through a cube root. */
const cubed = {
  x: ((values) => values.map((v) => v ** 3)) as RowMap,
  y: ((values) => values.map(Math.cbrt)) as RowMap,
};

/**
 * Two sources of 16 columns, each a linear channel of a target of two columns in unit noise, then distorted column by column (the
 * example of 16 columns of arXiv 2510.04417). Values: 1/2 log2 det(I + H'H).
 */
export const flowPidTasks: readonly BenchmarkTask[] = [
  mapped(normalChannels("base", 5.200153, [...firstChannels, ...secondChannels]), "flow-pid-16", cubed),
  mapped(normalChannels("base", 4.366513, firstChannels), "flow-pid-16:x1", cubed),
  mapped(normalChannels("base", 3.999053, secondChannels), "flow-pid-16:x2", cubed),
];
