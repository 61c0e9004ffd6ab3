/** The answer of a relay that did not accept a mail, for one recipient or for all. `code` is 0 if it did not answer. */
export interface RelayAnswer {
  code: number;
  /** The command that it answered, such as `RCPT TO`; empty if no command was sent. */
  command: string;
  text: string;
}

/**
 * What the answer is about.
 * - `relay`: the relay itself, or our access to it (connection, login, sender). The mail waits without a limit.
 * - `later`: a recipient who may still get the mail.
 * - `never`: a recipient who will never get the mail.
 */
export type Meaning = "relay" | "later" | "never";

/**
 * Follows RFC 5321, sections 4.2.1 and 4.5.4. Enhanced codes 5.7 (RFC 3463) are about permissions, which an admin may still
 * give.
 */
export function meaningOf({ code, command, text }: RelayAnswer): Meaning {
  const isTooLarge = code === 552 && command.startsWith("MAIL FROM");
  if (!/^(RCPT TO|DATA)/.test(command) && !isTooLarge) return "relay";
  if (code === 421 || code === 530 || code < 400) return "relay";
  return code >= 500 && !/\b5\.7\.\d/.test(text) ? "never" : "later";
}

/** The pause before the next try of a mail, in ms. It doubles each time. @param tries how often the mail was tried, from 1 */
export function pauseMs(tries: number, { firstMs, longestMs }: { firstMs: number; longestMs: number }): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, tries - 1)));
}
