import { Action, maySubmit } from "./actions.js";
import { renderPage, When, type Reader } from "./layout.js";

export interface TriggersPage {
  reader: Reader;
  triggers: {
    triggerId: string;
    name: string;
    source: { url: string; revision: string };
    owner: string;
    project: string;
    schedule: { cron: string[]; timeZone: string } | null;
    push: { branches: string[] } | null;
    createdBy: string;
    nextAt: string[];
    lastAt: string | null;
    lastSubmissionId: string | null;
    lastError: string | null;
  }[];
}

/** Triggers: when they submit next, and how the last time ended. */
export function triggersPage({ reader, triggers }: TriggersPage): string {
  return renderPage({ title: "Triggers", live: null, reader }, [
    <h2>Triggers</h2>,
    <p class="soft">
      Automatic submissions, on a schedule or when commits are pushed. <code>holdfast trigger create</code> makes one.
    </p>,
    triggers.length === 0 ? <p class="soft">No triggers yet.</p> : null,
    <table>
      {triggers.map(({ triggerId, name, source, owner, project, schedule, push, createdBy, nextAt, ...last }) => (
        <tr key={triggerId}>
          <td>
            {name}
            <br />
            <span class="soft">{`${project}, made by ${createdBy} for ${owner}`}</span>
          </td>
          <td>
            {source.url}
            <br />
            <span class="soft">
              {schedule === null
                ? `pushes to ${push?.branches.join(", ")}`
                : `${source.revision}, ${schedule.cron.join("; ")} (${schedule.timeZone})`}
            </span>
          </td>
          <td class="soft">{nextAt[0] === undefined ? "" : ["next ", <When at={nextAt[0]} />]}</td>
          <td>
            {last.lastAt === null ? <span class="soft">never ran</span> : ["last ", <When at={last.lastAt} />]}{" "}
            {last.lastError === null ? null : <span class="bad">{last.lastError}</span>}
            {last.lastError !== null || last.lastSubmissionId === null ? null : (
              <a href={`/submissions/${last.lastSubmissionId}`}>its submission</a>
            )}
          </td>
          <td>
            {maySubmit(reader.role) ? (
              <>
                <Action api={`POST /api/v1/triggers/${triggerId}/run`} label="Run now" />
                <Action
                  api={`DELETE /api/v1/triggers/${triggerId}`}
                  label="Delete"
                  confirm={`Delete the trigger ${name}?`}
                />
              </>
            ) : null}
          </td>
        </tr>
      ))}
    </table>,
  ]);
}
