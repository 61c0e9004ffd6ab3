import type { CodeGap } from "../requirements/requirement.js";
import { completeConfig, type GridConfig } from "./grid-file.js";

/** What reading the code may not leave open on this grid. */
export function heldGapsOf(config: GridConfig): CodeGap[] {
  const { analysis } = completeConfig(config);
  return (["unread", "open"] as const).filter((gap) => analysis[gap] === "hold");
}
