import type { Context } from "./script.js";
import type { Fields } from "./variables.js";

/** A loop over arguments is followed for at most so many arguments. */
const mostTurns = 50;

/**
 * Runs the body of a loop once, and again for each argument that is left while it shifts the arguments:
 * `while [ $# -gt 0 ]; do case "$1" in … esac; shift; done`.
 */
export function followShifts(context: Context, body: (context: Context) => Context): Context {
  let [before, current] = [context, body(context)];
  for (let turn = 0; turn < mostTurns && isShorter(current.args, before.args); turn++)
    [before, current] = [current, body(current)];
  return current;
}

function isShorter(now: Fields | undefined, before: Fields | undefined): boolean {
  return now !== undefined && now.length > 0 && now.length < (before?.length ?? 0);
}
