/** How much is kept after one attempt by default. */
export const defaultArtifacts = { bytes: 64 * 2 ** 20, count: 200 } as const;

export interface ArtifactLimits {
  limitBytes: number;
  limitCount: number;
}

/** The limits of a grid. A configuration that an earlier version stored may have none, so the defaults apply. */
export function artifactLimits(limits: {
  artifacts?: number | undefined;
  "artifact-count"?: number | undefined;
}): ArtifactLimits {
  return {
    limitBytes: limits.artifacts ?? defaultArtifacts.bytes,
    limitCount: limits["artifact-count"] ?? defaultArtifacts.count,
  };
}

/** A file that an attempt left; `leftOut` says why it was not kept, null if it was. */
export interface ArtifactEntry {
  path: string;
  bytes: number;
  leftOut: string | null;
}

/** How many left-out files are listed. The others are only counted. */
const mostLeftOut = 50;
export const longestPath = 1_000;

/**
 * Chooses the files to keep, in the order of their paths. A file that does not fit is left out, but a smaller one after it
 * may still fit.
 */
export function chooseArtifacts(
  files: readonly { path: string; bytes: number }[],
  { limitBytes, limitCount }: ArtifactLimits,
): { entries: ArtifactEntry[]; leftOut: number } {
  let [bytesLeft, countLeft] = [limitBytes, limitCount];
  const all = files.map(({ path, bytes }): ArtifactEntry => {
    const why = reasonAgainst(path, bytes);
    if (why === null) [bytesLeft, countLeft] = [bytesLeft - bytes, countLeft - 1];
    return { path: path.slice(0, longestPath), bytes, leftOut: why };
  });
  const leftOut = all.filter((entry) => entry.leftOut !== null);
  const shown = new Set(leftOut.slice(0, mostLeftOut));
  return { entries: all.filter((entry) => entry.leftOut === null || shown.has(entry)), leftOut: leftOut.length };

  function reasonAgainst(path: string, bytes: number): string | null {
    if (path.length > longestPath || path.includes("\ufffd")) return "its name cannot be kept";
    if (countLeft <= 0) return `more than ${limitCount} files`;
    return bytes <= bytesLeft ? null : `more than ${limitBytes} bytes in all`;
  }
}
