/** What of Node's `process` is asked for where files are named, in its place. */
export const process = { cwd: (): string => "/" };
