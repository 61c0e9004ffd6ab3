import type { CodeGap } from "../requirements/requirement.js";
import { completeConfig, type GridConfig } from "./grid-file.js";

/** The code gaps for which this grid holds jobs. */
export function heldGapsOf(config: GridConfig): CodeGap[] {
  const { analysis } = completeConfig(config);
  return (["unread", "open"] as const).filter((gap) => analysis[gap] === "hold");
}
