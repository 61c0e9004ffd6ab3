/** The start of a command that runs as a user, with only that user's rights. */
export function asUser(user: number): string[] {
  return ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--no-new-privs", "--"];
}
