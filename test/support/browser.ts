import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

/** The browser that the tests drive; null where none is installed. */
export const browserProgram: string | null =
  ["chromium", "chromium-browser", "google-chrome"].find(
    (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
  ) ?? null;

/** Whether browser tests are skipped; under CI=true they run, and fail where there is no browser. */
export const skipBrowser = browserProgram === null && process.env.CI !== "true";
if (skipBrowser) console.warn("skipped: no Chromium is installed (Debian: apt-get install chromium)");

type Message = { id?: number; method?: string; params?: Record<string, unknown>; result?: unknown; error?: unknown };

/** A page with what went wrong on it. */
export interface Page {
  /** Loads a file, or an address of this machine; what went wrong before is forgotten. */
  readonly open: (place: string) => Promise<void>;
  /** Sets the width in CSS pixels and the theme that the reader's system asks for. */
  readonly show: (width: number, theme: "light" | "dark") => Promise<void>;
  /** Value of a function that runs in the page; it must not use anything outside itself. */
  readonly evaluate: <T>(body: () => T) => Promise<T>;
  /** Value that a function which runs in the page comes to; it must not use anything outside itself and its argument. */
  readonly call: <A, T>(body: (argument: A) => Promise<T> | T, argument: A) => Promise<T>;
  /** Presses a key, as `Tab`, `Enter` or `ArrowRight`. */
  readonly press: (key: string) => Promise<void>;
  /** Answer to any command of the DevTools protocol. */
  readonly ask: (method: string, params?: object) => Promise<unknown>;
  /** A picture of the whole page, PNG. */
  readonly picture: () => Promise<Buffer>;
  /** Errors, warnings and dialogs that the page brought up. */
  readonly complaints: string[];
  /** Addresses that the page asked for, its own aside. */
  readonly requests: string[];
}

/**
 * Headless Chromium over the DevTools protocol on a pair of pipes.
 * Source: https://chromedevtools.github.io/devtools-protocol/, `--remote-debugging-pipe`.
 */
export class Browser {
  private nextId = 1;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly listeners: ((message: Message) => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
  ) {
    let rest = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.receive(JSON.parse(message));
    });
  }

  /** @throws Error when no browser is installed */
  static start(): Browser {
    if (browserProgram === null) throw new Error("no Chromium is installed, and CI=true does not skip its tests");
    const profile = mkdtempSync(path.join(tmpdir(), "pidreg-browser-"));
    const flags = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
    ];
    const stdio = ["ignore", "ignore", "ignore", "pipe", "pipe"] as const;
    return new Browser(spawn(browserProgram, flags, { stdio: [...stdio] }), profile);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("close", resolve));
    await this.send("Browser.close");
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async newPage(): Promise<Page> {
    const { targetId } = (await this.send("Target.createTarget", { url: "about:blank" })) as { targetId: string };
    const attached = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const { sessionId } = attached as { sessionId: string };
    const send = (method: string, params: object = {}) => this.send(method, params, sessionId);
    const complaints: string[] = [];
    const requests: string[] = [];
    let loaded: () => void = () => undefined;
    let address = "";
    this.listeners.push(({ method, params = {} }) => {
      if (method === "Page.loadEventFired") loaded();
      // A dialog holds everything up until it is answered.
      if (method === "Page.javascriptDialogOpening") void send("Page.handleJavaScriptDialog", { accept: true });
      if (method === "Network.requestWillBeSent") {
        const { url } = params.request as { url: string };
        if (url !== address && !url.startsWith("data:")) requests.push(url);
      }
      if (/Log\.entryAdded|Runtime\.(consoleAPICalled|exceptionThrown)|javascriptDialogOpening/.test(method ?? "")) {
        complaints.push(`${method}: ${JSON.stringify(params)}`);
      }
    });
    for (const domain of ["Page", "Network", "Log", "Runtime"]) await send(`${domain}.enable`);
    return {
      complaints,
      requests,
      ask: send,
      open: async (place) => {
        complaints.length = 0;
        requests.length = 0;
        address = place.startsWith("http://127.0.0.1:") ? place : pathToFileURL(place).href;
        const done = new Promise<void>((resolve) => {
          loaded = resolve;
        });
        await send("Page.navigate", { url: address });
        await done;
      },
      show: async (width, theme) => {
        await send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
        await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: theme }] });
      },
      evaluate: async <T>(body: () => T) => {
        const answer = await send("Runtime.evaluate", { expression: `(${body})()`, returnByValue: true });
        const { result, exceptionDetails } = answer as { result: { value: T }; exceptionDetails?: unknown };
        if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
        return result.value;
      },
      call: async <A, T>(body: (argument: A) => Promise<T> | T, argument: A) => {
        const expression = `(${body})(${JSON.stringify(argument)})`;
        const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
        const { result, exceptionDetails } = answer as { result: { value: T }; exceptionDetails?: unknown };
        if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
        return result.value;
      },
      press: async (key) => {
        const text = { Enter: "\r", " ": " " }[key];
        await send("Input.dispatchKeyEvent", {
          type: "keyDown",
          key,
          code: key,
          ...keyCode(key),
          ...(text && { text }),
        });
        await send("Input.dispatchKeyEvent", { type: "keyUp", key, code: key, ...keyCode(key) });
      },
      picture: async () => {
        const taken = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
        return Buffer.from((taken as { data: string }).data, "base64");
      },
    };
  }

  private send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    const id = this.nextId++;
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${JSON.stringify(error)}`)),
      );
    });
  }

  private receive(message: Message): void {
    if (message.id === undefined) for (const listen of this.listeners) listen(message);
    else this.waiting.get(message.id)?.(message);
  }
}

/** Number by which browsers know a key. */
function keyCode(key: string): { readonly windowsVirtualKeyCode?: number } {
  const codes: Readonly<Record<string, number>> = {
    ...{ Tab: 9, Enter: 13, Escape: 27, " ": 32, End: 35, Home: 36 },
    ...{ ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 },
  };
  return codes[key] === undefined ? {} : { windowsVirtualKeyCode: codes[key] };
}
