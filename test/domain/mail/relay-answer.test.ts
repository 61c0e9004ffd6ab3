import { expect, test } from "@jest/globals";
import { meaningOf, pauseMs } from "../../../domain/mail/relay-answer.js";

test.each([
  [0, "CONN", "connect ECONNREFUSED", "relay"],
  [554, "CONN", "554 no service for you", "relay"],
  [535, "AUTH PLAIN", "535 5.7.8 wrong password", "relay"],
  [550, "MAIL FROM", "550 sender unknown", "relay"],
  [530, "MAIL FROM", "530 5.7.0 log in first", "relay"],
  [552, "MAIL FROM", "552 5.3.4 too large", "never"],
  [421, "RCPT TO", "421 closing", "relay"],
  [450, "RCPT TO", "450 4.2.1 busy", "later"],
  [550, "RCPT TO", "550 5.1.1 no such user", "never"],
  [554, "RCPT TO", "554 5.7.1 relay access denied", "later"],
  [451, "DATA", "451 try again", "later"],
  [554, "DATA", "554 not that", "never"],
] as const)("%i to %s (%s) means: %s", (code, command, text, meaning) =>
  expect(meaningOf({ code, command, text })).toBe(meaning),
);

test("pauses grow up to a maximum", () => {
  const times = { firstMs: 2_000, longestMs: 300_000 };
  expect([1, 2, 3, 20, 2_000].map((tries) => pauseMs(tries, times))).toEqual([2_000, 4_000, 8_000, 300_000, 300_000]);
});
