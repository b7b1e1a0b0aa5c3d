import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { applyLinear, linearSpec } from "../../models/mlp.js";
import { type ForwardContext, joinSpecs, type ModuleSpec } from "../../models/module.js";
import { normalWeights, type ParameterSpec, product } from "../../models/parameters.js";
import tf from "../../tensorflow.js";
import { linear } from "./linear.js";
import { type Mapped, monotone, monotoneWidth, nearIdentity } from "./monotone.js";

/** Sizes of a flow. */
export interface FlowArchitecture {
  /** Columns, in and out. */
  readonly columns: number;
  /** Blocks of a monotone map of each column, a linear map and a coupling map; a linear map ends the flow. */
  readonly blocks: number;
  /** Units K of a monotone map, an even number. */
  readonly units: number;
  /** Width of the hidden layer of a coupling map. */
  readonly hidden: number;
}

/** A map of rows that can be undone; only its own direction and determinant are ever needed. */
export interface Flow extends ModuleSpec {
  readonly apply: (context: ForwardContext, x: Tensor2D) => Mapped;
}

interface Part extends ModuleSpec {
  readonly apply: (context: ForwardContext, x: Tensor2D) => Mapped;
}

/**
 * A flow near the identity to begin with. Of one column: two monotone maps. Of several: blocks of monotone maps of each column, a
 * linear map, and a monotone map of one half of the columns whose parameters a network makes of the other half. The halves take
 * turns, the first half is moved first: a column that no coupling map moves stays what monotone and linear maps make of it, and
 * the first columns are those whose correlation with the other side counts.
 */
export function flow(name: string, { columns, blocks, units, hidden }: FlowArchitecture): Flow {
  const parts: Part[] = [];
  if (columns === 1) parts.push(elementwise(`${name}.0`, 1, units), elementwise(`${name}.1`, 1, units));
  else {
    for (let k = 0; k < blocks; k++) {
      parts.push(
        elementwise(`${name}.${k}.each`, columns, units),
        linearPart(`${name}.${k}.linear`, columns),
        coupling(`${name}.${k}.coupling`, { columns, units, hidden, moves: k % 2 === 0 ? "first" : "last" }),
      );
    }
    parts.push(linearPart(`${name}.last`, columns));
  }
  return { ...joinSpecs(parts), apply: (context, x) => inTurn(parts, context, x) };
}

function inTurn(parts: readonly Part[], context: ForwardContext, x: Tensor2D): Mapped {
  const [first, ...others] = parts;
  return others.reduce<Mapped>(
    (done, part) => {
      const { z, logDet } = part.apply(context, done.z);
      return { z, logDet: tf.add(done.logDet, logDet) as Tensor1D };
    },
    first.apply(context, x),
  );
}

function parameter(name: string, shape: readonly number[], initial: ParameterSpec["initial"]): ParameterSpec {
  return { name, shape, initial, decay: false, group: "encoder" };
}

function elementwise(name: string, columns: number, units: number): Part {
  const shape = [1, columns, monotoneWidth(units)];
  return {
    parameters: [parameter(`${name}.units`, shape, () => nearIdentity(columns, units))],
    ...{ moments: [], noise: [] },
    apply: ({ parameters }, x) => monotone(x, parameters[`${name}.units`]),
  };
}

/** Weights of a linear map apart from 0 by a little, so that columns do not stay alike. */
const startingSpread = 0.01;
/** Gain of the last layer of a coupling map: what it makes of the given columns is there from the start, and small. */
const couplingGain = 0.1;

function linearPart(name: string, d: number): Part {
  const small = (size: number) => normalWeights(size, 1, startingSpread ** 2);
  const zeros = (size: number) => () => new Float32Array(size);
  const of = (part: string, shape: readonly number[], initial: (size: number) => ParameterSpec["initial"]) =>
    parameter(`${name}.${part}`, shape, initial(product(shape)));
  return {
    parameters: [
      of("lower", [d, d], small),
      of("upper", [d, d], small),
      of("scales", [d], zeros),
      of("shift", [d], zeros),
    ],
    ...{ moments: [], noise: [] },
    apply: ({ parameters: p }, x) => {
      const [lower, upper] = [p[`${name}.lower`], p[`${name}.upper`]] as Tensor2D[];
      return linear(x, lower, upper, p[`${name}.scales`] as Tensor1D, p[`${name}.shift`] as Tensor1D);
    },
  };
}

interface CouplingShape extends Pick<FlowArchitecture, "columns" | "units" | "hidden"> {
  /** Which columns are moved, given the others. */
  readonly moves: "first" | "last";
}

function coupling(name: string, { columns, units, hidden, moves }: CouplingShape): Part {
  const first = moves === "last" ? Math.ceil(columns / 2) : Math.floor(columns / 2);
  const rest = columns - first;
  const width = rest * monotoneWidth(units);
  const [inner, outer] = [`${name}.hidden`, `${name}.units`];
  const last = linearSpec(outer, hidden, width, { group: "encoder", bias: false, gain: couplingGain });
  const spec = joinSpecs([
    linearSpec(inner, first, hidden, { group: "encoder", bias: true }),
    { ...last, parameters: [...last.parameters, parameter(`${outer}.bias`, [width], () => nearIdentity(rest, units))] },
  ]);
  return {
    ...spec,
    apply: (context, x) => {
      const inOrder = <T>(one: T, other: T) => (moves === "last" ? [one, other] : [other, one]);
      const halves = tf.split(x as Tensor, inOrder(first, rest), 1) as Tensor2D[];
      const [given, moved] = inOrder(halves[0], halves[1]);
      const h = tf.elu(applyLinear(context, inner, given, true)) as Tensor2D;
      const raw = tf.reshape(applyLinear(context, outer, h, true), [-1, rest, monotoneWidth(units)]);
      const { z, logDet } = monotone(moved, raw);
      return { z: tf.concat(inOrder(given, z), 1) as Tensor2D, logDet };
    },
  };
}
