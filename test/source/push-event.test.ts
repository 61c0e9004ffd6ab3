import { createHmac } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { isSigned, readPush } from "../../source/push-event.js";

const [one, other] = ["1".repeat(40), "2".repeat(40)];
const none = "0".repeat(40);
const read = (event: unknown) => readPush(Buffer.from(JSON.stringify(event)));

describe("a push event", () => {
  const cloud = (from: object | null, to: object | null) => ({ push: { changes: [{ old: from, new: to }] } });
  const main = (hash: string) => ({ type: "branch", name: "main", target: { hash } });
  const server = (toHash: string) => ({
    changes: [
      { ref: { id: "refs/heads/main", displayId: "main", type: "BRANCH" }, fromHash: one, toHash, type: "UPDATE" },
    ],
  });

  test.each([
    ["GitHub, GitLab and Gitea", { ref: "refs/heads/main", before: one, after: other }],
    ["Bitbucket Cloud", cloud(main(one), main(other))],
    ["Bitbucket Data Center", server(other)],
  ])("of %s", (_forge, event) => expect(read(event)).toEqual({ branch: "main", commit: other, before: one }));

  test.each([
    ["GitHub, GitLab and Gitea", { ref: "refs/heads/main", before: one, after: none }],
    ["Bitbucket Cloud", cloud(main(one), null)],
    ["Bitbucket Data Center", server(none)],
  ])("of %s says that a branch was deleted", (_forge, event) =>
    expect(read(event)).toMatchObject({ branch: "main", commit: null }),
  );

  test.each([
    ["a tag", { ref: "refs/tags/v1", after: other }],
    ["a tag at Bitbucket", cloud(null, { type: "tag", name: "v1", target: { hash: other } })],
    ["a ping", { zen: "Keep it logically awesome." }],
    ["nothing", null],
    ["a number", 7],
    ["an invalid commit", { ref: "refs/heads/main", after: "--upload-pack=x" }],
    ["a branch with an endless name", { ref: `refs/heads/${"x".repeat(5_000)}`, after: other }],
  ])("that is %s names no branch", (_what, event) => expect(read(event).branch).toBeNull());

  test("that is no JSON is an error", () => expect(() => readPush(Buffer.from("nonsense"))).toThrow(SyntaxError));
});

describe("a signature", () => {
  const body = Buffer.from("{}");
  const right = createHmac("sha256", "secret").update(body).digest("hex");
  const signed = (headers: Record<string, string>) => isSigned(body, (name) => headers[name], "secret");

  test.each([
    ["x-hub-signature-256", `sha256=${right}`],
    ["x-hub-signature", `sha256=${right}`],
    ["x-gitea-signature", right],
    ["x-gitlab-token", "secret"],
  ])("in %s", (name, value) => expect(signed({ [name]: value })).toBe(true));

  test.each([
    ["x-hub-signature-256", "sha256="],
    ["x-hub-signature", `sha1=${right}`],
    ["x-gitea-signature", "secret"],
    ["x-gitlab-token", right],
  ])("in %s that is wrong", (name, value) => expect(signed({ [name]: value })).toBe(false));
});
