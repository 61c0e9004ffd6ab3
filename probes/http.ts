import { connect as connectTls } from "node:tls";
import type { ProbeConfig } from "../domain/config/probe-config.js";
import { formatDuration } from "../domain/time/duration.js";
import { reasonOf } from "./reason.js";

type HttpProbe = Extract<ProbeConfig, { http: string }>;

/**
 * Succeeds if the address answers with the right status and body, and with a certificate that stays valid for long enough.
 * @throws Error with the reason
 */
export async function probeHttp({ http, status, body, certificate }: HttpProbe, timeoutMs: number): Promise<string> {
  const answer = await ask(http, timeoutMs);
  const isExpected = status === undefined ? answer.ok : answer.status === status;
  if (!isExpected) throw new Error(`${http} answered ${answer.status}${status === undefined ? "" : `, not ${status}`}`);
  if (body !== undefined && !answer.text.includes(body))
    throw new Error(`${http} answered ${answer.status}, but without "${body}"`);
  if (certificate !== undefined) await checkCertificate(new URL(http), certificate, timeoutMs);
  return `${http} answered ${answer.status}`;
}

async function ask(url: string, timeoutMs: number): Promise<{ ok: boolean; status: number; text: string }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "follow" });
    return { ok: answer.ok, status: answer.status, text: await answer.text() };
  } catch (error) {
    const { name, cause } = error as Error;
    throw new Error(
      name === "TimeoutError" ? `${url} did not answer within ${timeoutMs} ms` : `${url}: ${reasonOf(cause ?? error)}`,
      { cause: error },
    );
  }
}

/** Checks how long the certificate is still valid. The HTTP request has already checked its issuer. */
function checkCertificate({ hostname: named, port, protocol }: URL, validMs: number, timeoutMs: number): Promise<void> {
  // Only a URL has brackets around an IPv6 address.
  const hostname = named.replace(/^\[(.*)\]$/, "$1");
  if (protocol !== "https:")
    return Promise.reject(new Error(`${hostname} is probed without TLS, so it has no certificate`));
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: hostname, port: Number(port || 443), timeout: timeoutMs });
    socket.on("secureConnect", () => {
      const leftMs = Date.parse(socket.getPeerCertificate().valid_to) - Date.now();
      socket.destroy();
      if (leftMs >= validMs) resolve();
      else
        reject(
          new Error(`the certificate of ${hostname} is valid for only ${formatDuration(Math.max(0, leftMs))} more`),
        );
    });
    socket.on("timeout", () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on("error", (error) => reject(new Error(`${hostname}: ${reasonOf(error)}`)));
  });
}
