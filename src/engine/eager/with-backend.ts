import tf from "../../tensorflow.js";

/**
 * Runs `body`, which must not be asynchronous, with a loaded tfjs backend active and restores the one before.
 * Backends are global to tfjs; switching only for the length of a synchronous call keeps engines and foreign tfjs code
 * apart.
 */
export function withBackend<T>(backend: string, body: () => T): T {
  const before = tf.getBackend();
  activate(backend);
  try {
    return body();
  } finally {
    activate(before);
  }
}

/** `tf.setBackend` of an initialised backend takes effect before its promise resolves; checked here. */
export function activate(backend: string): void {
  if (tf.getBackend() === backend) return;
  void tf.setBackend(backend);
  if (tf.getBackend() !== backend) throw new Error(`tfjs did not switch to its ${backend} backend`);
}
