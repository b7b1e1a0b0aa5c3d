import { setTimeout as wait } from "node:timers/promises";
import { InputError, Interrupted } from "../../errors.js";
import { duration } from "../../report/duration.js";
import { page, sectionTexts } from "../../report/page.js";
import type { Section } from "../../report/section.js";
import { shown } from "../../shown.js";
import { DrawnFigures, watchSections } from "../../study/watch/watch-page.js";
import { lookAt, type Watched } from "../../study/watch/watched.js";
import { withSignals } from "../signals.js";
import { print, printJson, tell } from "../terminal.js";
import { watchScript } from "./script.js";
import { serveWatch, type WatchServer } from "./server.js";

/** What `pidreg watch` takes. */
export interface WatchRequest {
  readonly folder: string;
  readonly port: number;
  /** Seconds without a question, or with nothing at work and nothing new, after which it closes. */
  readonly idleSeconds: number;
  readonly json: boolean;
}

/** Seconds between two looks at the files, and of a page between two questions. */
const lookSeconds = 1;
/** Seconds that a page has to fetch the end. */
const graceSeconds = 5;

const endedWords = "All trainings have ended.";

/** The end, with what did not come to it. */
function endWords({ trainings }: Watched): string {
  const open = trainings.filter(({ state }) => state !== "finished" && state !== "failed").length;
  if (open === 0) return endedWords;
  return `No training is at work any more, and ${open} of ${trainings.length} did not finish; the command that began them goes on (train: with --resume).`;
}

/** Follows trainings until they end, nobody looks any more, or Ctrl-C. */
export async function watch(request: WatchRequest): Promise<void> {
  const first = await lookAt(request.folder);
  if (first.trainings.length > 0 && first.trainings.every(({ state }) => state === "finished") && !first.atWork) {
    throw new InputError(
      `${request.folder}: its trainings are finished, and there is nothing to follow; ${first.trainings.length === 1 ? "its report.html shows what they found" : "pidreg runs lists them"}`,
    );
  }
  const follower = new Follower(request.folder);
  await follower.see(first);
  const server = await serveWatch({ page: () => follower.page(), state: () => follower.state() }, request.port);
  try {
    if (request.json) printJson({ folder: request.folder, url: server.url });
    else print(`${server.url}\n\nThe page follows ${shown(request.folder)}, on this machine alone. Ctrl-C ends it.`);
    const why = await withSignals((signal) => follow(follower, server, request, signal));
    tell(why);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted("the watch has ended; what it watched goes on");
  } finally {
    await server.close();
  }
}

/** Looks again and again. @returns why it ended */
async function follow(
  follower: Follower,
  server: WatchServer,
  { folder, idleSeconds }: WatchRequest,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    await pause(lookSeconds, signal);
    await follower.see(await lookAt(folder));
    if (follower.hasEnded()) {
      for (let s = 0; s < graceSeconds && !server.endTold(); s += lookSeconds) await pause(lookSeconds, signal);
      return follower.endWords();
    }
    const quiet = follower.isAtWork() ? server.idleSeconds() : Math.min(follower.stillSeconds(), idleSeconds);
    if (Math.max(quiet, server.idleSeconds()) >= idleSeconds) {
      return `closed after ${duration(idleSeconds)} in which ${follower.isAtWork() ? "no page asked" : "nothing went on"}; what it watched is left alone`;
    }
  }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(1000 * seconds, undefined, { signal });
  } catch {
    throw new Interrupted("interrupted");
  }
}

/** What is known of what is watched. */
class Follower {
  private sections: readonly Section[] = [];
  private readonly drawn = new DrawnFigures();
  private watched: Watched | null = null;
  /** Whether some process was seen at work. */
  private wasAtWork = false;
  private ended = false;
  private changed = performance.now();
  private texts: ReturnType<typeof sectionTexts> = [];

  constructor(private readonly folder: string) {}

  async see(watched: Watched): Promise<void> {
    this.watched = watched;
    this.wasAtWork ||= watched.atWork;
    this.ended = !watched.atWork && (this.wasAtWork || isAllFinished(watched));
    this.sections = await watchSections(watched, this.drawn);
    const texts = sectionTexts(this.sections);
    if (JSON.stringify(texts) !== JSON.stringify(this.texts)) this.changed = performance.now();
    this.texts = texts;
  }

  isAtWork(): boolean {
    return this.watched?.atWork === true;
  }

  hasEnded(): boolean {
    return this.ended;
  }

  endWords(): string {
    return this.watched === null ? endedWords : endWords(this.watched);
  }

  /** Seconds since something was new. */
  stillSeconds(): number {
    return (performance.now() - this.changed) / 1000;
  }

  state() {
    return { sections: this.texts, ended: this.ended ? this.endWords() : null };
  }

  page(): string {
    const head = {
      ...{ title: this.folder, subtitle: "Trainings as they go on, from their files" },
      ...{
        script: watchScript(lookSeconds),
        asks: true as const,
        madeFrom: "the files of the folder, as they are now",
      },
    };
    return page(head, this.sections);
  }
}

function isAllFinished({ trainings }: Watched): boolean {
  return trainings.length > 0 && trainings.every(({ state }) => state === "finished" || state === "failed");
}
