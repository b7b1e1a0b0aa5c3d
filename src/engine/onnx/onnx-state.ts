import type * as Ort from "onnxruntime-node";
import type { EngineState } from "../engine.js";
import type { Ledger } from "../ledger.js";

/** A state that sessions of ONNX Runtime read and change. */
export interface OnnxState extends EngineState {
  readonly ledger: Ledger;
  /** Whether sessions leave the next values of entries on their device. */
  readonly onDevice: boolean;
  /** The values of an entry. */
  current(name: string): Ort.Tensor;
  /** Where a session writes the next values of an entry; null: where it likes. */
  destination(name: string): Ort.Tensor | null;
  /** Makes the values that a session wrote the current ones. @param written what the session returned */
  settle(name: string, written: Ort.Tensor): void;
}
