import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Client } from "@temporalio/client";
import { askDatabase } from "../../../db/connect.js";
import type { ProbeConfig } from "../../../domain/config/probe-config.js";
import type { ProbeResult } from "../../../domain/health/health.js";
import { probeDisk } from "../../../probes/disk.js";
import { reasonOf } from "../../../probes/reason.js";
import { wasLate, watchStalls } from "../../../probes/stall.js";
import type { selfServices } from "./self-services.js";
import { within } from "../../../source/within.js";

/** How a part of the grid is probed. An accepted connection is not enough: a stopped process accepts connections. */
export interface SelfProbe {
  /** Prefix of its answers: `<host>:<port>`, or `disk`. */
  label: string;
  /** The probe as pages show it. */
  shown: ProbeConfig;
  timeoutMs: number;
  /** Returns what it answered. @throws Error with the reason why it does not work */
  ask: () => Promise<string>;
}

/** Parts that can be probed; one without an address is left out. */
export type SelfProbes = Partial<Record<Exclude<keyof typeof selfServices, "control">, SelfProbe>>;

/** Less free space than this on the grid's disk is a problem: the next log or table may not fit. */
const leastFree = { bytes: 256 * 2 ** 20, inodes: 1_000 } as const;
/** On a fully loaded machine a healthy part may need seconds. */
const timeoutMs = 5_000;
/** Relays may delay their greeting. */
const greetingMs = 10_000;

/** The probes of the parts of a grid, by the addresses in its environment. */
export function selfProbes(
  client: Client,
  {
    temporal,
    databaseUrl,
    smtpUrl,
    data,
  }: { temporal: { address: string }; databaseUrl: string; smtpUrl: string; data: string },
): SelfProbes {
  const [database, relay] = [addressIn(databaseUrl, 5432), addressIn(smtpUrl, isEncrypted(smtpUrl) ? 465 : 587)];
  return {
    temporal: { ...at(temporal.address), timeoutMs, ask: () => askTemporal(client) },
    disk: {
      label: "disk",
      shown: { disk: data, free: leastFree.bytes, inodes: leastFree.inodes },
      timeoutMs,
      ask: () => probeDisk(data, leastFree.bytes, leastFree.inodes),
    },
    ...(database === null
      ? {}
      : { database: { ...at(database), timeoutMs, ask: () => askDatabase(databaseUrl, timeoutMs) } }),
    ...(relay === null
      ? {}
      : { relay: { ...at(relay), timeoutMs: greetingMs, ask: () => askRelay(relay, isEncrypted(smtpUrl)) } }),
  };
}

/** Probes a part of the grid once. Never throws: an error is a failed probe with its reason. */
export async function probePart({ label, timeoutMs: limitMs, ask }: SelfProbe): Promise<ProbeResult> {
  watchStalls();
  const [at, began] = [new Date().toISOString(), performance.now()];
  try {
    return { ok: true, at, detail: `${label} ${await within(limitMs, `no answer within ${limitMs} ms`, ask())}` };
  } catch (error) {
    const late = wasLate(began) ? { isLate: true } : {};
    return { ok: false, at, detail: `${label}: ${reasonOf(error)}`, ...late };
  }
}

function at(address: string): Pick<SelfProbe, "label" | "shown"> {
  return { label: address, shown: { tcp: address } };
}

async function askTemporal(client: Client): Promise<string> {
  const { serverVersion } = await client.withDeadline(Date.now() + timeoutMs, () =>
    client.workflowService.getSystemInfo({}),
  );
  return `answers, version ${serverVersion}`;
}

/** Succeeds if the relay sends its greeting (RFC 5321, section 3.1). */
export function askRelay(address: string, encrypted: boolean): Promise<string> {
  const separator = address.lastIndexOf(":");
  const where = { host: address.slice(0, separator), port: Number(address.slice(separator + 1)) };
  return new Promise((resolve, reject) => {
    // Its certificate is checked when mail is sent.
    const socket = encrypted ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where);
    const timer = setTimeout(() => socket.destroy(), greetingMs);
    let said = "";
    socket.setEncoding("utf8").on("data", (piece: string) => {
      said += piece;
      if (!said.includes("\n")) return;
      const line = said.slice(0, said.indexOf("\n")).trim().slice(0, 200);
      if (line.startsWith("220")) resolve("greets");
      else reject(new Error(`it says ${line}`));
      socket.end("QUIT\r\n");
    });
    socket.on("error", reject);
    socket.on("close", () => {
      clearTimeout(timer);
      reject(new Error("it gave no greeting"));
    });
  });
}

/** `<host>:<port>` of a URL; null for one that names no host, such as a local socket. */
function addressIn(url: string, defaultPort: number): string | null {
  const { hostname, port } = new URL(url);
  return hostname === "" ? null : `${hostname.replace(/^\[|\]$/g, "")}:${port || defaultPort}`;
}

/** Whether a connection is encrypted from its start. It follows the rules of nodemailer. */
function isEncrypted(smtpUrl: string): boolean {
  const { protocol, port, searchParams } = new URL(smtpUrl);
  return protocol === "smtps:" || searchParams.get("secure") === "true" || port === "465";
}
