import { statSync } from "node:fs";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { lookup } from "node:dns";
import { fileURLToPath } from "node:url";
import { hostNameOf } from "../address.js";
import { SourceError } from "../pack/packed.js";

/** From where sources may be fetched. */
export interface FetchPolicy {
  /** Host names (`*.example.org` for all below), addresses and networks. Empty allows every public host. */
  allow: readonly string[];
  /** Whether repositories on this machine's disk that belong to this process's user may be fetched. */
  file: boolean;
}

/** The policy without `sources` in grid.yaml. @param isLocal whether only this machine can reach the grid */
export function defaultPolicy(isLocal: boolean): FetchPolicy {
  return isLocal ? { allow: ["127.0.0.0/8", "::1", "localhost", "*"], file: true } : { allow: [], file: false };
}

/**
 * Networks that are not part of the public Internet (IANA's registries of special-purpose addresses): this machine, private
 * networks, link-local addresses with the metadata servers of clouds, and multicast.
 */
const internal = new BlockList();
const internalNetworks: Record<"ipv4" | "ipv6", [string, number][]> = {
  ipv4: [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ],
  ipv6: [
    ["::", 128],
    ["::1", 128],
    ["64:ff9b::", 96],
    ["64:ff9b:1::", 48],
    ["100::", 64],
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["fc00::", 7],
    ["fe80::", 10],
    ["fec0::", 10],
    ["ff00::", 8],
  ],
};
for (const family of ["ipv4", "ipv6"] as const)
  for (const [network, bits] of internalNetworks[family]) internal.addSubnet(network, bits, family);

/** A host or address that the policy does not allow; the message names it, and where the policy is set. */
export class RefusedAddressError extends Error {
  override name = "RefusedAddressError";
  constructor(host: string, why: string) {
    super(`this grid fetches no sources from ${host}: ${why} (\`sources\` in grid.yaml)`);
  }
}

/** Checks an address without looking up its host. @throws SourceError if the policy does not allow it */
export function assertAddressAllowed(url: string, policy: FetchPolicy): void {
  const path = url.startsWith("/") ? url : url.startsWith("file:") ? fileURLToPath(url) : null;
  if (path !== null) return assertPathAllowed(url, path, policy);
  try {
    assertHostAllowed(hostNameOf(url), policy);
  } catch (error) {
    if (error instanceof RefusedAddressError) throw new SourceError("user/wrong-source", error.message);
    throw error;
  }
}

function assertPathAllowed(url: string, path: string, policy: FetchPolicy): void {
  if (!policy.file)
    throw new SourceError(
      "user/wrong-source",
      `${url}: this grid fetches no sources from its own disk (\`sources.file\` in grid.yaml)`,
    );
  const owner = statSync(path, { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && owner !== process.getuid?.())
    throw new SourceError("user/wrong-source", `${url}: this folder does not belong to the grid's user`);
}

/** Checks a name or an address. @throws RefusedAddressError */
export function assertHostAllowed(host: string, policy: FetchPolicy): void {
  if (isIP(host) > 0) return assertAllowed(host, host, policy);
  const { allow } = policy;
  const mayResolve = allow.some((rule) => rule === "*" || isIP(rule.split("/")[0]!) > 0);
  if (allow.length > 0 && !mayResolve && !isNamed(host, policy))
    throw new RefusedAddressError(host, "it is not on the list of allowed hosts");
}

/** A listed name may have an internal address, because it is listed on purpose. @throws RefusedAddressError */
function assertAllowed(host: string, address: string, policy: FetchPolicy): void {
  if (isNamed(host, policy) || isListed(address, policy)) return;
  const shown = host === address ? host : `${host} (${address})`;
  if (internal.check(address, family(address)))
    throw new RefusedAddressError(shown, "it is not part of the public Internet");
  if (policy.allow.length > 0 && !policy.allow.includes("*"))
    throw new RefusedAddressError(shown, "it is not on the list of allowed hosts");
}

/** Looks up a host and returns only allowed addresses. Callers connect to these, so they reach no unchecked address. */
export function allowedLookup(policy: FetchPolicy): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, "", 0);
      let refusal: Error | undefined;
      const allowed = addresses.filter(({ address }) => {
        try {
          assertAllowed(host, address, policy);
          return true;
        } catch (thrown) {
          refusal = thrown as Error;
          return false;
        }
      });
      if (allowed.length === 0) return done(refusal ?? new Error(`${host} has no address`), "", 0);
      if (options.all === true) return done(null, allowed);
      return done(null, allowed[0]!.address, allowed[0]!.family);
    });
  };
}

function isNamed(host: string, { allow }: FetchPolicy): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return allow.some((rule) => {
    const clean = rule.toLowerCase().replace(/\.$/, "");
    return clean === name || (clean.startsWith("*.") && name.endsWith(clean.slice(1)));
  });
}

function isListed(address: string, { allow }: FetchPolicy): boolean {
  return allow.some((rule) => {
    const [network = "", bits] = rule.split("/");
    if (isIP(network) === 0) return false;
    const list = new BlockList();
    if (bits === undefined) list.addAddress(network, family(network));
    else list.addSubnet(network, Number(bits), family(network));
    return list.check(address, family(address));
  });
}

function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
