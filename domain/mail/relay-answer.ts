/** What a relay said when it did not take a mail, for one recipient or for all; `code` is 0 where it said nothing. */
export interface RelayAnswer {
  code: number;
  /** The command that it answered, such as `RCPT TO`; empty where it never came to one. */
  command: string;
  text: string;
}

/**
 * What the answer is about: `relay` its own state, or ours with it (connection, login, sender): the mail waits for as
 * long as that takes; `later` a recipient who may get it yet; `never` one who will not.
 */
export type Meaning = "relay" | "later" | "never";

/** RFC 5321, sections 4.2.1 and 4.5.4; enhanced codes are those of RFC 3463: 5.7 is about what we may do, and may be mended. */
export function meaningOf({ code, command, text }: RelayAnswer): Meaning {
  const isTooLarge = code === 552 && command.startsWith("MAIL FROM");
  if (!/^(RCPT TO|DATA)/.test(command) && !isTooLarge) return "relay";
  if (code === 421 || code === 530 || code < 400) return "relay";
  return code >= 500 && !/\b5\.7\.\d/.test(text) ? "never" : "later";
}

/** The pause before the next try of a mail, in ms: twice as long each time. @param tries how often it was tried, from 1 */
export function pauseMs(tries: number, { firstMs, longestMs }: { firstMs: number; longestMs: number }): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, tries - 1)));
}
