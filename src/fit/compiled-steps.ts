import type { CompiledStep, Engine, EngineState, StepDefinition } from "../engine/engine.js";

/** Steps over one state, each compiled when it is first asked for, and given back together. */
export class CompiledSteps {
  private readonly steps = new Map<string, Promise<CompiledStep>>();

  constructor(
    private readonly engine: Engine,
    private readonly state: EngineState,
  ) {}

  /** The step of that key; `define` is called once per key. */
  get(key: string, define: () => StepDefinition): Promise<CompiledStep> {
    const known = this.steps.get(key);
    if (known !== undefined) return known;
    const step = this.engine.compile(define(), this.state);
    this.steps.set(key, step);
    // One that failed is tried again; whoever asked for it learns of it.
    step.catch(() => this.steps.delete(key));
    return step;
  }

  async dispose(): Promise<void> {
    const steps = [...this.steps.values()];
    this.steps.clear();
    for (const step of await Promise.allSettled(steps)) if (step.status === "fulfilled") await step.value.dispose();
  }
}

/**
 * Runs a step over any number of rows, batch by batch; the last batch may be smaller than the step's, whose other rows
 * are then left as they were.
 * @param run receives the rows of a batch and where they begin
 */
export async function inBatches(
  rows: ArrayLike<number>,
  batchSize: number,
  run: (rows: number[], start: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += batchSize) {
    const count = Math.min(batchSize, rows.length - start);
    await run(
      Array.from({ length: count }, (_, i) => rows[start + i]),
      start,
    );
  }
}
