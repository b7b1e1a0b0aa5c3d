import { isUtf8 as known } from "node:buffer";

/** Whether bytes are UTF-8. A file of its own, because browsers ask another way (`web/stand-ins/`). */
export const isUtf8: (bytes: Uint8Array) => boolean = known;
