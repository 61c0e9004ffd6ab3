/** Exit codes of the command; those above 2 are sysexits(3). */
export const exitCodes = {
  pass: 0,
  fail: 1,
  abort: 2,
  wrongUse: 64,
  unreachable: 69,
  waitOver: 75,
  notSignedIn: 77,
} as const;

/** Ends the command with a message for people. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly exitCode: number;
  constructor(message: string, exitCode: number = exitCodes.wrongUse) {
    super(message);
    this.exitCode = exitCode;
  }
}
