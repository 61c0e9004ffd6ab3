import type { Role } from "../domain/access/roles.js";
import { Action, maySubmit } from "./actions.js";
import { When } from "./layout.js";

/** Of a job that has not ended: forms for a longer hold budget, and for a later mail. */
export function Patience({ jobId, mailNotBefore, role }: { jobId: string; mailNotBefore: string | null; role: Role }) {
  return (
    <>
      {mailNotBefore === null ? null : (
        <p>
          The mail about this job is sent <When at={mailNotBefore} /> at the earliest.
        </p>
      )}
      {maySubmit(role) ? (
        <p>
          <Action api={`POST /api/v1/jobs/${jobId}/postpone-mail`} label="Tell me later">
            <label>
              No mail for <input name="for" value="12h" size={5} required />
            </label>
          </Action>
          <Action api={`POST /api/v1/jobs/${jobId}/extend`} label="Extend">
            <label>
              Hold it longer, by <input name="for" value="7d" size={5} required />
            </label>
          </Action>
        </p>
      ) : null}
    </>
  );
}
