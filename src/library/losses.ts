/** `pidreg/losses`: the losses of PIDReg as pure TensorFlow.js functions, and the generator their noise comes from. */

export * from "../losses/index.js";
export { Rng } from "../math/rng.js";
