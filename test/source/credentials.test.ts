import { describe, expect, test } from "@jest/globals";
import { seal, splitCredentials, unseal } from "../../source/credentials.js";

describe("credentials in a repository's address", () => {
  test.each([
    [
      "https://ann:s3cret@git.example.org/r.git",
      "https://git.example.org/r.git",
      { username: "ann", password: "s3cret" },
    ],
    ["https://token@git.example.org/r.git", "https://git.example.org/r.git", { username: "token", password: "" }],
    ["http://ann:p%40ss%2Fword@h:81/r", "http://h:81/r", { username: "ann", password: "p@ss/word" }],
    ["HTTPS://ann:p@ss@h", "HTTPS://h", { username: "ann", password: "p@ss" }],
    ["ssh://git:s3cret@h/r.git", "ssh://git@h/r.git", { username: "git", password: "s3cret" }],
    ["ssh://git@h/r.git", "ssh://git@h/r.git", null],
    ["git@github.example.org:a/b.git", "git@github.example.org:a/b.git", null],
    ["https://git.example.org/r.git", "https://git.example.org/r.git", null],
    ["file:///srv/r.git", "file:///srv/r.git", null],
  ])("%s", (address, url, credentials) => expect(splitCredentials(address)).toEqual({ url, credentials }));

  test("can be decrypted with the same key only", () => {
    const secret = { username: "ann", password: "s3cret" };
    const sealed = seal(secret, "key");
    expect(sealed.toString("latin1")).not.toContain("s3cret");
    expect(unseal(sealed, "key")).toEqual(secret);
    expect(() => unseal(sealed, "other")).toThrow();
  });
});
