import { write } from "node:fs";

/** The variable with the file descriptor through which a process tells its supervisor that its event loop runs. */
export const lifeVariable = "HOLDFAST_LIFE_FD";
const everyMs = 2_000;

/** Sends signs of life from now on, if there is a supervisor. @param descriptor the value of the variable */
export function showLife(descriptor: string | undefined): void {
  if (descriptor === undefined || descriptor === "") return;
  // Child processes do not inherit the descriptor.
  const show = () => write(Number(descriptor), ".", () => undefined);
  show();
  setInterval(show, everyMs).unref();
}
