import type { CodeAnalysis } from "../domain/requirements/requirement.js";
import { describeUse, type UseComparison } from "../domain/requirements/service-use.js";

/** The services that its runs used, compared with what it requires. */
export function UseNotes({ use }: { use: UseComparison | null }) {
  if (use === null) return null;
  return (
    <ul>
      {describeUse(use).map((text) => (
        <li>{text}</li>
      ))}
    </ul>
  );
}

/** What was found in the code besides requirements. */
export function CodeNotes({ analysis }: { analysis: CodeAnalysis | null }) {
  if (analysis === null) return null;
  const { unread, waived, notUnderstood } = analysis;
  return (
    <>
      {unread === null ? null : <p class="soft">Its code: {unread}.</p>}
      <ul>
        {waived.map(({ requirement, reason }) => (
          <li>
            <code>{requirement}</code> waived: {reason}
          </li>
        ))}
        {notUnderstood.map(({ file, line, reason }) => (
          <li class="soft">
            Not understood: {file}:{line}: {reason}
          </li>
        ))}
      </ul>
    </>
  );
}
