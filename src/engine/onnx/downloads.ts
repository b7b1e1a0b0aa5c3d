import type * as Ort from "onnxruntime-node";
import type { StepDefinition } from "../engine.js";
import type { SessionFactory } from "./session.js";
import { traceStep } from "./trace.js";

/**
 * Reads tensors that lie on a device, each through a session that hands out what it is given: `Tensor.getData` of
 * onnxruntime-node 1.30 ends the process for a buffer of WebGPU.
 */
export class Downloads {
  private readonly sessions = new Map<string, Promise<Ort.InferenceSession>>();

  constructor(private readonly factory: SessionFactory) {}

  /** A copy of the values of a tensor. */
  async read(tensor: Ort.Tensor): Promise<Float32Array> {
    if (tensor.location !== "gpu-buffer") return (tensor.data as Float32Array).slice();
    const session = await this.sessionFor(tensor.dims);
    const { "output/copy": copy } = await session.run({ "state/value": tensor });
    return (copy.data as Float32Array).slice();
  }

  async dispose(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    for (const session of sessions) await (await session).release();
  }

  private sessionFor(shape: readonly number[]): Promise<Ort.InferenceSession> {
    const key = shape.join();
    const known = this.sessions.get(key);
    if (known !== undefined) return known;
    const copy: StepDefinition = {
      name: "read",
      state: ["value"],
      inputs: [],
      run: ({ value }) => ({ outputs: { copy: value } }),
    };
    const { model } = traceStep(copy, [{ name: "value", shape }], { updates: "nodes" });
    const session = this.factory.create(model.bytes, []);
    this.sessions.set(key, session);
    return session;
  }
}
