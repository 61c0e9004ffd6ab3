import { createHmac } from "node:crypto";
import { isSameSecret } from "./same-secret.js";

/** What a forge says of a push. */
export interface PushEvent {
  /** The branch that was pushed to; null for a tag, and for events of other kinds. */
  branch: string | null;
  /** The commit that it is at now; null if it was deleted. */
  commit: string | null;
}

type Header = (name: string) => string | undefined;

/**
 * Whether a forge sent this, and nobody else. GitHub, Gitea, Forgejo and Bitbucket sign the body with HMAC-SHA256; GitLab
 * sends the secret itself.
 */
export function isSigned(body: Buffer, header: Header, secret: string): boolean {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const signed = ["x-hub-signature-256", "x-hub-signature", "x-gitea-signature", "x-forgejo-signature"].some((name) => {
    const given = header(name);
    return given !== undefined && isSameSecret(given.replace(/^sha256=/, "").toLowerCase(), signature);
  });
  const token = header("x-gitlab-token");
  return signed || (token !== undefined && isSameSecret(token, secret));
}

/** Reads the body of a push event. All these forges have `ref` and `after`. @throws SyntaxError if it is no JSON */
export function readPush(body: Buffer): PushEvent {
  const event = JSON.parse(body.toString("utf8")) as { ref?: unknown; after?: unknown } | null;
  const ref = typeof event?.ref === "string" ? event.ref : "";
  const after = typeof event?.after === "string" ? event.after : "";
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
  const isCommit = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(after) && !/^0+$/.test(after);
  return { branch: branch === "" ? null : branch, commit: isCommit ? after : null };
}
