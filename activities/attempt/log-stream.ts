import type { AgentApi } from "../../client/agent-api.js";
import { untilTaken } from "./upload.js";

const flushMs = 300;
const pieceBytes = 64 * 1024;
const patienceMs = 60_000;

/** Brings an attempt's output to the API while it comes, in order, and waits out an API that is away. */
export interface LogStream {
  write(data: Buffer | string): void;
  /** Sends what is left. Returns false if the API stayed away for too long. */
  end(): Promise<boolean>;
}

export function openLogStream(api: AgentApi, leaseId: string, attempt: number, limitBytes: number): LogStream {
  let waiting: Buffer[] = [];
  let taken = 0;
  let sent = 0;
  let sending: Promise<boolean> = Promise.resolve(true);
  let timer: NodeJS.Timeout | undefined;

  async function send(content: Buffer): Promise<boolean> {
    const isTaken = await untilTaken(() => api.appendLog(leaseId, attempt, sent, content), patienceMs);
    if (isTaken) sent += content.length;
    return isTaken;
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const content = Buffer.concat(waiting);
    waiting = [];
    for (let start = 0; start < content.length; start += pieceBytes) {
      const piece = content.subarray(start, start + pieceBytes);
      sending = sending.then(async (isWhole) => isWhole && (await send(piece)));
    }
  }

  return {
    write(data) {
      if (taken >= limitBytes) return;
      const bytes = Buffer.from(data);
      const rest = limitBytes - taken;
      taken += bytes.length;
      waiting.push(bytes.subarray(0, rest));
      if (taken >= limitBytes) waiting.push(Buffer.from(`\n[the log is cut here, at ${limitBytes} bytes]\n`));
      timer ??= setTimeout(flush, flushMs);
    },
    async end() {
      flush();
      return sending;
    },
  };
}
