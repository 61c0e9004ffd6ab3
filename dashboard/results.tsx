export interface ResultsView {
  /** The shown attempt: the last one that did not pass. */
  attempt: number;
  subtests: { name: string; result: string; message: string }[];
  counts: Record<string, number> | null;
}

export interface ArtifactLine {
  attempt: number;
  path: string;
  bytes: number;
  leftOut: string | null;
  link: string | null;
}

/** At most this many failed subtests are shown. The API has all of them. */
const shown = 20;

/** The failed subtests with their messages. */
export function FailedSubtests({ results }: { results: ResultsView | null }) {
  const failed = results?.subtests.filter(({ result }) => result === "failed" || result === "error") ?? [];
  if (results === null || failed.length === 0) return null;
  const more = failed.length - shown;
  return (
    <section>
      <h2>What failed in attempt {results.attempt}</h2>
      <p class="soft">{countsText(results.counts)}</p>
      {failed.slice(0, shown).map(({ name, result, message }) => (
        <div>
          <span class="bad">{name}</span> <span class="soft">({result})</span>
          {message === "" ? null : <pre>{message}</pre>}
        </div>
      ))}
      {more > 0 ? <p class="soft">and {more} more</p> : null}
    </section>
  );
}

/** Files that attempts left. They are downloaded, never shown: tests wrote them. */
export function Artifacts({ artifacts }: { artifacts: readonly ArtifactLine[] }) {
  if (artifacts.length === 0) return null;
  return (
    <section>
      <h2>Artifacts</h2>
      <table>
        {artifacts.map(({ attempt, path, bytes, leftOut, link }) => (
          <tr>
            <td>{attempt}</td>
            <td>
              {link === null ? (
                path
              ) : (
                <a href={link} download>
                  {path}
                </a>
              )}
            </td>
            <td>{bytes} bytes</td>
            <td class="held">{link === null ? (leftOut ?? "the upload is incomplete") : ""}</td>
          </tr>
        ))}
      </table>
    </section>
  );
}

/** `3 passed, 1 failed`; empty if nothing was counted. */
export function countsText(counts: Record<string, number> | null): string {
  return Object.entries(counts ?? {})
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${result}`)
    .join(", ");
}
