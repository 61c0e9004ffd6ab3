import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** The user name and password for a repository's server. */
export interface Credentials {
  username: string;
  password: string;
}

/**
 * Takes the credentials out of a repository's address. Over HTTP, a user name alone is a secret, because it may be a token.
 * Over SSH, it is not.
 */
export function splitCredentials(address: string): { url: string; credentials: Credentials | null } {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    // `user@host:path` of SSH has no password.
    return { url: address, credentials: null };
  }
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  if (url.password === "" && (!isHttp || url.username === "")) return { url: address, credentials: null };
  const credentials = { username: decode(url.username), password: decode(url.password) };
  const [, scheme, rest = ""] = /^([a-z][\w+.-]*:\/\/)[^/?#]*@(.*)$/is.exec(address.trim()) ?? [];
  if (scheme === undefined) return { url: address, credentials: null };
  return { url: `${scheme}${isHttp ? "" : `${url.username}@`}${rest}`, credentials };
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts a secret for storage: nonce, authentication tag, JSON. @param key any text; the grid's secret key */
export function seal(secret: string | Credentials, key: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyOf(key), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(secret), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @throws Error if the secret was sealed with another key, or was changed */
export function unseal<T extends string | Credentials = Credentials>(sealed: Buffer, key: string): T {
  const decipher = createDecipheriv(algorithm, keyOf(key), sealed.subarray(0, nonceBytes));
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
  return JSON.parse(text.toString("utf8")) as T;
}

function keyOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
