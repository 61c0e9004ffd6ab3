import { write } from "node:fs";

/** Names the file descriptor by which a process tells its supervisor that its event loop runs. */
export const lifeVariable = "HOLDFAST_LIFE_FD";
const everyMs = 2_000;

/** Shows life from now on, where a supervisor wants to know. @param descriptor the value of the variable */
export function showLife(descriptor: string | undefined): void {
  if (descriptor === undefined || descriptor === "") return;
  // Node lets no process that this one starts inherit it.
  const show = () => write(Number(descriptor), ".", () => undefined);
  show();
  setInterval(show, everyMs).unref();
}
