import type { AgentApi } from "../../../client/agent-api.js";
import { LogSpool } from "./log-spool.js";
import { retryUpload } from "./upload.js";

const flushMs = 300;
const pieceBytes = 64 * 1024;
const patienceMs = 60_000;
/** How long the agent retries, in the background, to send output that it could not send in time. */
const latePatienceMs = 24 * 3_600_000;
/** How much is kept around the first failing subtest of a long log. */
const around = { before: 16 * 1024, after: 112 * 1024 } as const;

export interface LogTarget {
  api: AgentApi;
  leaseId: string;
  attempt: number;
  limitBytes: number;
  /** The file for the middle of a long log. */
  spool: string;
}

/** Sends an attempt's output to the API as it comes, in order. Waits while the API is unreachable. */
export interface LogStream {
  write(data: Buffer | string): void;
  /**
   * Sends the rest. Of a log over its limit, it sends the end, and the part around the first of these names.
   * Returns false if the API was unreachable for too long. Then the rest is sent when the API is back.
   */
  end(names?: readonly string[]): Promise<boolean>;
}

export function openLogStream({ api, leaseId, attempt, limitBytes, spool: path }: LogTarget): LogStream {
  const headBytes = Math.floor(limitBytes / 2);
  const tailBytes = limitBytes - headBytes;
  const spool = new LogSpool(path);
  let waiting: Buffer[] = [];
  let taken = 0;
  let sent = 0;
  let sending: Promise<boolean> = Promise.resolve(true);
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const late: Buffer[] = [];

  async function send(content: Buffer, isInTime: boolean): Promise<boolean> {
    const isTaken = isInTime && (await retryUpload(() => api.appendLog(leaseId, attempt, sent, content), patienceMs));
    if (isTaken) sent += content.length;
    else late.push(content);
    return isTaken;
  }

  /** Sends the output that could not be sent in time. The API stores a repeated piece only once. */
  async function sendLate(): Promise<void> {
    for (const content of late.splice(0)) {
      if (!(await retryUpload(() => api.appendLog(leaseId, attempt, sent, content), latePatienceMs))) return;
      sent += content.length;
    }
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const content = Buffer.concat(waiting);
    waiting = [];
    for (let start = 0; start < content.length; start += pieceBytes) {
      const piece = content.subarray(start, start + pieceBytes);
      sending = sending.then((isWhole) => send(piece, isWhole));
    }
  }

  /** What to send of a log after its beginning: the part around its first failure, and the end. */
  async function restOf(names: readonly string[]): Promise<Buffer[]> {
    const { start, written } = spool;
    const tail = Math.max(start, written - tailBytes);
    const found = tail > start ? await spool.find(names) : undefined;
    const isShown = found === undefined || found >= tail;
    const from = isShown ? tail : Math.max(start, found - around.before);
    const to = isShown ? tail : Math.min(tail, found + around.after);
    const parts: Buffer[] = [];
    if (from > 0) parts.push(gap(from));
    if (to > from) parts.push(spool.read(from, to));
    if (tail > to) parts.push(gap(tail - to));
    return [...parts, spool.read(tail, written)];
  }

  return {
    write(data) {
      const bytes = Buffer.from(data);
      const head = bytes.subarray(0, Math.max(0, headBytes - taken));
      taken += head.length;
      if (head.length > 0) waiting.push(head);
      if (head.length < bytes.length) spool.write(bytes.subarray(head.length));
      timer ??= setTimeout(flush, flushMs);
    },
    async end(names = []) {
      if (!isEnded && spool.lost > 0) waiting.push(gap(spool.lost));
      else if (!isEnded && spool.written > 0) {
        // The timer may replace `waiting` while this waits.
        const rest = await restOf(names);
        waiting.push(...rest);
        spool.close();
      }
      isEnded = true;
      flush();
      const isWhole = await sending;
      if (!isWhole) void sendLate();
      return isWhole;
    },
  };
}

function gap(bytes: number): Buffer {
  return Buffer.from(`\n[… ${bytes} bytes are left out here: the log is over its limit, or the disk was full …]\n`);
}
