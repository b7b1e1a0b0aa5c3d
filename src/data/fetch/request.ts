import { RunError } from "../../errors.js";
import type { TimeLimits } from "./time-limits.js";

/** What a download may do. */
export interface RequestRules extends TimeLimits {
  /** Schemes that addresses and redirects may have. Default: https alone. */
  readonly protocols?: readonly string[];
}

const mostRedirects = 5;

/**
 * Asks for an address and follows redirects, which may not leave the allowed schemes.
 * @returns the last answer, its body unread
 * @throws RunError for an unreachable server, a forbidden scheme, too many redirects
 */
export async function request(
  url: string,
  headers: Readonly<Record<string, string>>,
  { protocols = ["https:"] }: RequestRules,
  signal: AbortSignal,
): Promise<Response> {
  let address = new URL(url);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    if (!protocols.includes(address.protocol)) {
      throw new RunError(`${url}: leads to ${address.href}; only ${protocols.join(", ")} is followed`);
    }
    const response = await ask(address, headers, signal);
    if (response.status < 300 || response.status >= 400) return response;
    const location = response.headers.get("location");
    await response.body?.cancel();
    if (location === null || !URL.canParse(location, address.href)) {
      throw new RunError(`${url}: the server redirects (${response.status}) to no address`);
    }
    address = new URL(location, address);
  }
  throw new RunError(`${url}: more than ${mostRedirects} redirects; the last leads to ${address.href}`);
}

async function ask(address: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(address.href, {
      headers: { ...headers, "accept-encoding": "identity" },
      redirect: "manual",
      signal,
    });
  } catch (error) {
    throw new RunError(
      `${address.href}: cannot be reached: ${networkReason(error)}; check the connection, then repeat`,
    );
  }
}

/** The innermost reason of a failed network call. */
export function networkReason(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? networkReason(cause) : message;
}
