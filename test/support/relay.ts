import { freePort } from "../../grid/ports.js";
import type { Socket } from "node:net";
import { simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** A mail that the relay has accepted, with the recipients that it has accepted. */
export interface Arrived {
  messageId: string;
  subject: string;
  to: string[];
}

type Answer = { code: number; text: string };

/** A mail relay on a port of its own. A test can make it misbehave. */
export class TestRelay {
  readonly arrived: Arrived[] = [];
  /** The answer to a recipient, by the part before the @; undefined accepts it. */
  onRecipient: (name: string) => Answer | undefined = () => undefined;
  /** The answer to a mail to all these recipients; undefined accepts it. */
  onMail: (names: string[]) => Answer | undefined = () => undefined;
  /** The answer to a connection; undefined accepts it. */
  onConnection: () => Answer | undefined = () => undefined;
  /** Whether to break the connection off: before the relay has the mail, or after that and before it says so. */
  breaksOff: (at: "before" | "after", names: string[]) => boolean = () => false;
  /** Delays the answer to a mail to all these recipients. */
  delay: (names: string[]) => Promise<void> = async () => undefined;
  #server: SMTPServer | undefined;
  port = 0;

  async start(): Promise<this> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["AUTH", "STARTTLS"],
      onConnect: (_session, done) => done(toError(this.onConnection())),
      onRcptTo: (address, _session, done) => done(toError(this.onRecipient(nameOf(address.address)))),
      onData: (stream, session, done) => {
        const to = recipientsOf(session);
        const names = to.map(nameOf);
        if (this.breaksOff("before", names)) return socketOf(server, session).destroy();
        const read = simpleParser(stream).then(async (mail) => {
          await this.delay(names);
          const answer = this.onMail(names);
          if (answer === undefined)
            this.arrived.push({ messageId: mail.messageId ?? "", subject: mail.subject ?? "", to });
          if (this.breaksOff("after", names)) socketOf(server, session).destroy();
          else done(toError(answer));
        });
        // A sender that disconnects in the middle of a mail sends it again.
        read.catch(() => undefined);
      },
    });
    server.on("error", () => undefined);
    this.port ||= await freePort();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", () => resolve());
    });
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const { _socket } of connectionsOf(server)) _socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Ends all misbehavior, and forgets the mails that have arrived. */
  reset(): void {
    this.arrived.length = 0;
    Object.assign(this, {
      onRecipient: () => undefined,
      onMail: () => undefined,
      onConnection: () => undefined,
      breaksOff: () => false,
      delay: async () => undefined,
    });
  }

  /** How often the mails that `about` selects reached each recipient. */
  copies(about: (mail: Arrived) => boolean): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const recipient of this.arrived.filter(about).flatMap(({ to }) => to))
      counts[recipient] = (counts[recipient] ?? 0) + 1;
    return counts;
  }
}

function connectionsOf(server: SMTPServer): { id: string; _socket: Socket }[] {
  return [...(server as unknown as { connections: Set<{ id: string; _socket: Socket }> }).connections];
}

function socketOf(server: SMTPServer, session: SMTPServerSession): Socket {
  return connectionsOf(server).find(({ id }) => id === session.id)!._socket;
}

function recipientsOf({ envelope }: SMTPServerSession): string[] {
  return envelope.rcptTo.map(({ address }) => address);
}

function nameOf(address: string): string {
  return address.split("@")[0]!;
}

function toError(answer: Answer | undefined): Error | null {
  return answer === undefined ? null : Object.assign(new Error(answer.text), { responseCode: answer.code });
}
