import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";

const longestConfiguration = 50_000;

/** The beginning of a configuration file, as long as one is; empty if the folder does not have it. */
export function configurationText(view: SourceView, folder: string, name: string): string {
  return (view.read(inSource(folder, name)) ?? "").slice(0, longestConfiguration);
}
