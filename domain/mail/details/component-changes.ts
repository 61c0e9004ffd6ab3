/** The version of one component, now and when the test last passed. */
export interface ComponentVersion {
  name: string;
  version: string;
  /** Null if the component was not there, or its version was not recorded. */
  before: string | null;
  change: "same" | "changed" | "new" | "gone" | "not-known";
}

/** Components that say where an attempt ran. They are no versions, so they never count as changed. */
const places = new Set(["machine"]);

/**
 * Compares the versions of an attempt with those of the last one that passed. Changes come first.
 * @param before null if no such attempt is known
 */
export function compareComponents(
  now: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> | null,
): ComponentVersion[] {
  const names = Object.keys(now);
  const gone = Object.keys(before ?? {}).filter((name) => !(name in now));
  const all = [...names, ...gone].map((name): ComponentVersion => {
    const [version, earlier] = [now[name], before?.[name] ?? null];
    if (version === undefined) return { name, version: "not there any more", before: earlier, change: "gone" };
    return { name, version, before: earlier, change: changeOf(name, version, earlier, before !== null) };
  });
  return [...all.filter(isDifferent), ...all.filter((component) => !isDifferent(component))];
}

export function isDifferent({ change }: ComponentVersion): boolean {
  return change === "changed" || change === "new" || change === "gone";
}

function changeOf(name: string, version: string, before: string | null, isKnown: boolean): ComponentVersion["change"] {
  if (places.has(name)) return "same";
  if (!isKnown) return "not-known";
  if (before === null) return "new";
  return before === version ? "same" : "changed";
}

/** `v22.11.0 (was v22.10.0)` */
export function versionText({ version, change, before }: ComponentVersion): string {
  switch (change) {
    case "changed":
    case "gone":
      return `${version} (was ${before ?? "not noted"})`;
    case "new":
      return `${version} (new since the last pass)`;
    default:
      // The machine may differ, although that is not a change.
      return before === null || before === version ? version : `${version} (last pass: ${before})`;
  }
}
