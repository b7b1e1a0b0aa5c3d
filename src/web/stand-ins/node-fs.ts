/** What of `node:fs` says how a file is opened, in its place: files that were given are only read. */
export const constants = { O_RDONLY: 0, O_NONBLOCK: 0 };
