import { createSocket, type Socket } from "node:dgram";

/** A name server that knows one name. It keeps its address when it is stopped and started. */
export class NameServer {
  readonly name: string;
  readonly address: string;
  port: number;
  #socket: Socket | undefined;
  #isSilent = false;

  /** @param port 0 for any free one */
  constructor(name: string, address: string, port: number) {
    this.name = name;
    this.address = address;
    this.port = port;
  }

  async start(): Promise<this> {
    this.#isSilent = false;
    if (this.#socket !== undefined) return this;
    const socket = createSocket("udp4");
    socket.on("message", (query, from) => {
      if (!this.#isSilent) socket.send(answerTo(query, this.name), from.port, from.address);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(this.port, this.address, resolve);
    });
    socket.on("error", () => undefined);
    this.port = socket.address().port;
    this.#socket = socket;
    return this;
  }

  /** Stops answering, while the port stays open. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  /** Closes its port. */
  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(resolve));
  }
}

const typeA = 1;
const answered = 0x8580;
const noSuchName = 0x8583;

/** The answer to one question (RFC 1035): 127.0.0.1 for the name, no record for its other types, an error for other names. */
function answerTo(query: Buffer, name: string): Buffer {
  let end = 12;
  const labels: string[] = [];
  for (let length = query[end] ?? 0; length > 0; length = query[end] ?? 0) {
    labels.push(query.toString("latin1", end + 1, end + 1 + length));
    end += 1 + length;
  }
  const question = query.subarray(12, end + 5);
  const isKnown = labels.join(".").toLowerCase() === name;
  const hasAddress = isKnown && query.readUInt16BE(end + 1) === typeA;
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(isKnown ? answered : noSuchName, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(hasAddress ? 1 : 0, 6);
  const record = Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat(hasAddress ? [head, question, record] : [head, question]);
}
