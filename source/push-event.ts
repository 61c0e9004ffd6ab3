import { createHmac } from "node:crypto";
import { z } from "zod";
import { isSameSecret } from "./same-secret.js";

/** A push, as a forge reports it. */
export interface PushEvent {
  /** The branch that was pushed to; null for a tag, and for events of other kinds. */
  branch: string | null;
  /** The commit of the branch after the push; null if the branch was deleted. */
  commit: string | null;
  /** The commit of the branch before the push; empty or all zeros if the branch is new. */
  before: string;
}

type Header = (name: string) => string | undefined;

const signatureHeaders = ["x-hub-signature-256", "x-hub-signature", "x-gitea-signature", "x-forgejo-signature"];

/**
 * Whether the forge that knows the secret sent this body. GitHub, Gitea, Forgejo and Bitbucket sign the body with
 * HMAC-SHA256. GitLab sends the secret itself.
 */
export function isSigned(body: Buffer, header: Header, secret: string): boolean {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const signed = signatureHeaders.some((name) => {
    const given = header(name);
    return given !== undefined && isSameSecret(given.replace(/^sha256=/, "").toLowerCase(), signature);
  });
  const token = header("x-gitlab-token");
  return signed || (token !== undefined && isSameSecret(token, secret));
}

const hash = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const name = z.string().min(1).max(500);
const branchRef = name.startsWith("refs/heads/");

/** GitHub, GitLab, Gitea, Forgejo. */
const usual = z.object({ ref: branchRef, before: hash.optional(), after: hash });
/** Bitbucket Cloud, "Repository push". A deleted branch has no `new`. */
const place = z.object({ type: z.literal("branch"), name, target: z.object({ hash }) });
const bitbucketCloud = z.object({
  push: z.object({ changes: z.array(z.object({ old: place.nullable(), new: place.nullable() })).min(1) }),
});
/** Bitbucket Data Center, "Repository: Push". */
const bitbucketServer = z.object({
  changes: z.array(z.object({ ref: z.object({ id: branchRef }), fromHash: hash, toHash: hash })).min(1),
});

const nothing: PushEvent = { branch: null, commit: null, before: "" };

/** Reads the body of a push event. If it names several branches, the first one counts. @throws SyntaxError if it is not JSON */
export function readPush(body: Buffer): PushEvent {
  const event: unknown = JSON.parse(body.toString("utf8"));
  const plain = usual.safeParse(event).data;
  if (plain !== undefined) return pushOf(plain.ref, plain.before ?? "", plain.after);
  const server = bitbucketServer.safeParse(event).data?.changes[0];
  if (server !== undefined) return pushOf(server.ref.id, server.fromHash, server.toHash);
  const cloud = bitbucketCloud.safeParse(event).data?.push.changes[0];
  const branch = cloud?.new ?? cloud?.old;
  if (branch == null) return nothing;
  return { branch: branch.name, commit: cloud?.new?.target.hash ?? null, before: cloud?.old?.target.hash ?? "" };
}

function pushOf(ref: string, before: string, after: string): PushEvent {
  const isGone = /^0+$/.test(after);
  return { branch: ref.slice("refs/heads/".length), commit: isGone ? null : after, before };
}
