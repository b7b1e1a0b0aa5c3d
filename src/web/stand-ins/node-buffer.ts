/** What of `node:buffer` says how much memory a buffer may take, in its place: 2 GiB, which every browser allows. */
export const constants = { MAX_LENGTH: 2 ** 31 - 1 };
