import type { ProbeConfig } from "./probe-config.js";

/** Describes a probe for people. A script is not shown, because it may contain secrets. */
export function probeText(probe: ProbeConfig): string {
  if ("tcp" in probe) return `a TCP connection to ${probe.tcp}`;
  if ("http" in probe) {
    const { origin, pathname } = new URL(probe.http);
    return `GET ${origin}${pathname}`;
  }
  if ("dns" in probe) return `the name ${probe.dns}${probe.server === undefined ? "" : ` at ${probe.server}`}`;
  if ("script" in probe) return "a script";
  if ("disk" in probe) return `free space on ${probe.disk}`;
  return `the test ${probe.test}`;
}
