/** Lets others have their turn; called often, and does nothing where the last turn is a short time ago. */
export type Pace = () => Promise<void>;

/** Milliseconds of work after which the page may draw and answer. */
const longestTurn = 24;

/**
 * A pace for one piece of long work.
 * @param signal ends the work @throws the signal's reason once it fires
 */
export function pace(signal?: AbortSignal): Pace {
  let begun = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - begun < longestTurn) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    begun = performance.now();
  };
}
