import { RunError } from "../../errors.js";
import { withBackend } from "../eager/with-backend.js";
import type { StepDefinition, TensorMap, TensorSpec } from "../engine.js";
import { buildModel, type GraphModel, type NamedValue, rewriteOutputs } from "../graph/build.js";
import { Graph } from "../graph/graph.js";
import { full, traced } from "../kernels/kernel.js";
import { callStep, inStepScope } from "../step.js";
import { splitUpdate, type VectorUpdate } from "../update/extract.js";
import { type TraceBackend, traceBackend, traceBackendName } from "./trace-backend.js";

/** A step as an ONNX model. Graph names: `input/x`, `state/w` for what it reads, `output/y`, `next/w` for results. */
export interface TracedStep {
  readonly model: GraphModel;
  /** Names of the state entries that the session changes. */
  readonly changed: readonly string[];
  /** What changes the other entries after the session ran. */
  readonly update: VectorUpdate | null;
  readonly outputs: readonly TensorSpec[];
}

/**
 * Where the elementwise end of a step is run: as a loop over the memory of the state, which has to lie there, or as nodes of
 * the graph, wherever that runs.
 */
export type Updates = "loop" | "nodes";

/** What a graph has to mind of the place where it runs. */
export interface TraceOptions {
  readonly updates: Updates;
  /** Most outputs of a node; any number if left out. */
  readonly mostOutputs?: number | undefined;
  /** Channels that convolutions of ONNX Runtime take together; standard operators alone if left out. */
  readonly block?: number | undefined;
}

/**
 * Runs a step once on symbolic tensors and returns its graph. It is traced twice: a step that bakes in a random number,
 * a counter or any other JavaScript value that changes gives two graphs and is refused.
 * @param stateSpecs the entries the step names, with their shapes
 * @throws RunError naming the step and what it may not do
 */
export function traceStep(
  step: StepDefinition,
  stateSpecs: readonly TensorSpec[],
  options: TraceOptions = { updates: "loop" },
): TracedStep {
  try {
    const first = traceOnce(step, stateSpecs, options);
    const second = traceOnce(step, stateSpecs, options);
    if (Buffer.compare(first.model.bytes, second.model.bytes) !== 0)
      throw new RunError(
        "two traces of it differ, so it draws random numbers or uses a JavaScript value that changes from call to " +
          "call; make these inputs of the step",
      );
    return first;
  } catch (cause) {
    if (!(cause instanceof RunError)) throw cause;
    throw new RunError(`step "${step.name}": ${cause.message}`, { cause });
  }
}

function traceOnce(
  step: StepDefinition,
  stateSpecs: readonly TensorSpec[],
  { updates, mostOutputs, block }: TraceOptions,
): TracedStep {
  const backend = traceBackend();
  const graph = new Graph({ mostOutputs, block });
  return withBackend(traceBackendName, () =>
    backend.record(graph, () =>
      inStepScope(() => {
        const state = placeholders(backend, graph, "state", stateSpecs);
        const inputs = placeholders(backend, graph, "input", step.inputs);
        const result = callStep(step, state, inputs);
        // An entry returned as it came is not a change.
        const changed = Object.entries(result.state).filter(([name, tensor]) => tensor !== state[name]);
        const next = collect(backend, graph, "next", Object.fromEntries(changed));
        const outputs = collect(backend, graph, "output", result.outputs);
        const written = rewriteOutputs(graph, [...outputs, ...next]);
        const { update, rest } = updates === "loop" ? splitUpdate(written) : { update: null, rest: written };
        return {
          model: buildModel(graph, step.name, rest),
          changed: changed
            .map(([name]) => name)
            .filter((name) => rest.some((output) => output.name === `next/${name}`)),
          update,
          outputs: Object.entries(result.outputs).map(([name, { shape }]) => ({ name, shape })),
        };
      }),
    ),
  );
}

function placeholders(backend: TraceBackend, graph: Graph, prefix: string, specs: readonly TensorSpec[]): TensorMap {
  const make = ({ name, shape }: TensorSpec) =>
    [name, backend.tensor(traced(graph.input(`${prefix}/${name}`, shape, "float32")))] as const;
  return Object.fromEntries(specs.map(make));
}

function collect(backend: TraceBackend, graph: Graph, prefix: string, tensors: TensorMap): NamedValue[] {
  return Object.entries(tensors).map(([name, tensor]) => ({
    name: `${prefix}/${name}`,
    value: full(graph, backend.traced(tensor)),
  }));
}
