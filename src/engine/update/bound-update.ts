import type * as Ort from "onnxruntime-node";
import type { MemoryState } from "../onnx/memory-state.js";
import { scalarName, type VectorUpdate, vectorName } from "./extract.js";
import { compileLoop, type UpdateLoop } from "./wasm-loop.js";

/** An update that works on the entries of a state, in place. */
export class BoundUpdate {
  /** Where the session writes what the update reads, by output name. */
  readonly fetches: Readonly<Record<string, Ort.Tensor>>;
  private readonly loop: UpdateLoop;
  /** Addresses of vectors (null for an entry of the state) and scalars. */
  private readonly vectorAddresses: readonly (number | null)[];
  private readonly scalarAddresses: readonly number[];

  constructor(
    private readonly update: VectorUpdate,
    private readonly state: MemoryState,
  ) {
    this.loop = compileLoop(update, state.memory);
    const scratch = state.scratch();
    const fetches: Record<string, Ort.Tensor> = {};
    let computed = 0;
    this.vectorAddresses = update.vectors.map((source) => {
      if ("entry" in source) return null;
      const { address, tensor } = scratch.take([update.length]);
      fetches[vectorName(computed++)] = tensor;
      return address;
    });
    this.scalarAddresses = update.scalars.map(({ shape }, i) => {
      const { address, tensor } = scratch.take(shape);
      fetches[scalarName(i)] = tensor;
      return address;
    });
    this.fetches = fetches;
  }

  /** Writes the new values of the entries. */
  run(): void {
    const { length, vectors, results } = this.update;
    const addressOf = (entry: string) => this.state.address(entry);
    const sources = vectors.map(
      (source, i) => this.vectorAddresses[i] ?? addressOf((source as { entry: string }).entry),
    );
    this.loop(4 * length, ...sources, ...this.scalarAddresses, ...results.map(({ entry }) => addressOf(entry)));
  }
}
