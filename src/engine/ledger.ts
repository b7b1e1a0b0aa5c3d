import type { EngineName } from "../config/engines.js";
import type { CompiledStep, EngineHoldings, EngineState } from "./engine.js";

/** What an engine has given out and not got back. */
export class Ledger {
  private readonly states = new Set<EngineState>();
  private readonly steps = new Set<CompiledStep>();
  private closed = false;

  constructor(private readonly engine: EngineName) {}

  get held(): EngineHoldings {
    return { states: this.states.size, steps: this.steps.size };
  }

  addState<S extends EngineState>(state: S): S {
    this.states.add(state);
    return state;
  }

  addStep<S extends CompiledStep>(step: S): S {
    this.steps.add(step);
    return step;
  }

  /** @throws if the engine was disposed of */
  assertOpen(): void {
    if (this.closed) throw new Error(`engine "${this.engine}" was disposed of; create another`);
  }

  removeState(state: EngineState): void {
    this.states.delete(state);
  }

  removeStep(step: CompiledStep): void {
    this.steps.delete(step);
  }

  /** Takes back everything; the engine gives out nothing more. */
  async close(): Promise<void> {
    this.closed = true;
    for (const step of [...this.steps]) await step.dispose();
    for (const state of [...this.states]) state.dispose();
  }
}
