/** First line of an error's message; where ONNX Runtime puts its source location in front, only the end is of use. */
export function reasonOf(cause: unknown): string {
  const [line] = (cause instanceof Error ? cause.message : String(cause)).trim().split("\n");
  return line.split("was false. ").at(-1)!.replace(/\.$/, "");
}
