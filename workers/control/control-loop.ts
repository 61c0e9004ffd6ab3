import type { Repeat } from "../process/loop.js";

/** Work that a control worker repeats for as long as it runs. Several control workers may do it at the same time. */
export interface ControlLoop {
  name: string;
  /** How long to wait, in milliseconds, when there is nothing more to do. */
  everyMs: number;
  run(): Promise<Repeat>;
}
