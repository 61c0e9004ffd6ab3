import { renderPage, type Reader } from "./layout.js";

export interface FailureLine {
  identifier: string;
  blame: string;
  retriable: boolean;
  help: string;
}

/** The catalogue of failure identifiers. `#<identifier>` links to each. */
export function failuresPage(failures: readonly FailureLine[], reader: Reader): string {
  return renderPage({ title: "Failures", live: null, reader }, [
    <h2>Failure identifiers</h2>,
    <p class="soft">Each step of a job names its problem and who is to blame.</p>,
    <table>
      <tr>
        <th>Identifier</th>
        <th>Blame</th>
        <th>Can run again</th>
        <th>Meaning</th>
      </tr>
      {failures.map(({ identifier, blame, retriable, help }) => (
        <tr id={identifier}>
          <td>
            <a href={`#${identifier}`}>
              <code>{identifier}</code>
            </a>
          </td>
          <td>{blame}</td>
          <td>{retriable ? "yes" : "no"}</td>
          <td>{help}</td>
        </tr>
      ))}
    </table>,
  ]);
}

/** An identifier with a link to its meaning. */
export function FailureLink({ identifier }: { identifier: string | null }) {
  return identifier === null ? null : <a href={`/failures#${identifier}`}>{identifier}</a>;
}
