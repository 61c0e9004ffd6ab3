import { once } from "node:events";
import type { Request, Response } from "express";
import type { GridEvent, Place } from "../../db/events/events.js";
import { Problem } from "../requests/problem.js";
import type { EventFeed } from "./feed.js";

/** A client that lost the stream reconnects after this time. */
const retryMs = 1_000;
const heartbeatMs = 15_000;
/** A stream ends after this time. Then the client reconnects, and its token is checked again. */
const longestMs = 15 * 60_000;
/** A client that falls more than this many bytes behind is cut off. It continues where it was. */
const mostBuffered = 2 ** 20;
const mostStreams = 2_000;

/** A stream of server-sent events to one client. */
export class EventStream {
  static #open = 0;
  readonly #response: Response;
  readonly closed: Promise<void>;

  constructor(response: Response) {
    if (EventStream.#open >= mostStreams)
      throw new Problem("too-many-streams", `${mostStreams} clients follow events already; try again later`);
    EventStream.#open++;
    this.#response = response;
    const heartbeat = setInterval(() => this.#write(": still here\n\n"), heartbeatMs);
    const end = setTimeout(() => response.end(), longestMs);
    this.closed = new Promise((resolve) => {
      response.on("error", () => undefined);
      response.on("close", () => {
        clearInterval(heartbeat);
        clearTimeout(end);
        EventStream.#open--;
        resolve();
      });
    });
  }

  /** Tells the client that it misses nothing from now on. */
  open(): void {
    this.#write(`retry: ${retryMs}\n\n`);
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  send(event: string, id: string, data: unknown): void {
    this.#write(frame(event, id, data));
  }

  sendFrames(frames: readonly string[]): void {
    if (frames.length > 0) this.#write(frames.join(""));
  }

  /** Resolves when the client has received what was sent, or has disconnected. */
  async drained(): Promise<void> {
    if (!this.isOpen || !this.#response.writableNeedDrain) return;
    await Promise.race([once(this.#response, "drain"), this.closed]);
  }

  /** The number of clients with an open stream. */
  static get count(): number {
    return EventStream.#open;
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (!this.isOpen) return;
    if (!this.#response.headersSent)
      this.#response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
    this.#response.write(text);
    if (this.#response.writableLength > mostBuffered) this.#response.destroy();
  }
}

function frame(event: string, id: string, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

const frames = new WeakMap<GridEvent, string>();

/** The text of an event, made once for all clients that get it. */
function frameOf(event: GridEvent): string {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const { place, ...data } = event;
  const made = frame(event.kind, textOf(place), data);
  frames.set(event, made);
  return made;
}

/** Sends the events that a client wants until it disconnects. */
export async function streamEvents(
  feed: EventFeed,
  request: Request,
  response: Response,
  wants: (event: GridEvent) => boolean,
): Promise<void> {
  const from = placeOf(lastEventId(request));
  const stream = new EventStream(response);
  const end = await feed.follow(
    {
      wants,
      send: (events) => stream.sendFrames(events.map(frameOf)),
      reset: (place) => stream.send("reset", textOf(place), {}),
    },
    from,
  );
  stream.open();
  await stream.closed;
  end();
}

/** The id of the last event that the client has seen, if it says so. */
export function lastEventId(request: Request): string | undefined {
  const given = request.get("Last-Event-ID");
  return given === undefined || given === "" ? undefined : given;
}

function textOf({ tx, eventId }: Place): string {
  return `${tx}-${eventId}`;
}

/** @throws Problem */
function placeOf(id: string | undefined): Place | undefined {
  if (id === undefined) return undefined;
  const [, tx, eventId] = /^(\d{1,18})-(\d{1,18})$/.exec(id) ?? [];
  if (tx === undefined || eventId === undefined)
    throw new Problem("wrong-request", "Last-Event-ID: must be the id of an event of this grid");
  return { tx, eventId };
}
