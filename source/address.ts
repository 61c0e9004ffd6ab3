import { type Credentials, splitCredentials } from "./credentials.js";

/** An invalid address of a repository. The message does not quote it, because it may contain a password. */
export class AddressError extends Error {
  override name = "AddressError";
}

const schemes = ["http:", "https:", "ssh:", "git:", "file:"];
/** `user@host:path` of SSH, which cannot contain a password. */
const secureCopy = /^(?:[\w.-]+@)?[\w.-]+:[^\s@?#:]+$/;
const localPath = /^\/[^\s@?#]*$/;

/** Separates the public part of an address from its credentials. @throws AddressError */
export function parseAddress(text: string): { url: string; credentials: Credentials | null } {
  const address = text.trim();
  if (!address.includes("://")) {
    if (secureCopy.test(address) || localPath.test(address)) return { url: address, credentials: null };
    throw new AddressError("is neither a URL nor <user>@<host>:<path>");
  }
  if (!URL.canParse(address))
    throw new AddressError("is not a URL; in a user name or password write / as %2F, # as %23, @ as %40");
  const { protocol, search, hash, pathname } = new URL(address);
  if (!schemes.includes(protocol))
    throw new AddressError(`has a scheme other than ${schemes.join(", ").replaceAll(":", "")}`);
  if (search !== "" || hash !== "")
    throw new AddressError(
      "has a query or a fragment; a token goes before the host: https://<user>:<token>@<host>/<path>",
    );
  if (pathname.includes("@"))
    throw new AddressError("has an @ in its path; in a user name or password write / as %2F, and in a path @ as %40");
  if (/\s/.test(address)) throw new AddressError("has a space in it; write it as %20");
  return splitCredentials(address);
}

/** The host in a repository's address, with its port; the address itself if it has no host. */
export function hostOf(address: string): string {
  return partsOf(address).host;
}

/** The host in a repository's address, without port and brackets. */
export function hostNameOf(address: string): string {
  return partsOf(address).hostname.replace(/^\[|\]$/g, "");
}

function partsOf(address: string): { host: string; hostname: string } {
  if (address.includes("://") && URL.canParse(address) && new URL(address).host !== "") return new URL(address);
  const named = /^(?:[^@/]+@)?([^:/]+):/.exec(address)?.[1] ?? address;
  return { host: named, hostname: named };
}
