import type { ProbeConfig } from "../config/probe-config.js";

/** `<host>:<port>` of a service, if its probe names it. A test sees it as HOLDFAST_SERVICE_<NAME>. */
export function serviceAddress(probe: ProbeConfig): string | undefined {
  if ("tcp" in probe) return probe.tcp;
  if (!("http" in probe)) return undefined;
  const { hostname, port, protocol } = new URL(probe.http);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

/** The addresses of all services that have one. */
export function serviceAddresses(
  services: Readonly<Record<string, { probe: ProbeConfig }>>,
): { service: string; address: string }[] {
  return Object.entries(services).flatMap(([service, { probe }]) => {
    const address = serviceAddress(probe);
    return address === undefined ? [] : [{ service, address }];
  });
}
