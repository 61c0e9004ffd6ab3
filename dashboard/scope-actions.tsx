import { Action, Why } from "./actions.js";
import { timeOf } from "../domain/time/time-text.js";
import { isOperator, type Role } from "../domain/access/roles.js";

export function DrainActions({ machine }: { machine: string }) {
  return (
    <section>
      <h2>Drain</h2>
      <p class="soft">A drained machine finishes what it runs and gets nothing more.</p>
      {([true, false] as const).map((draining) => (
        <Action
          api={`POST /api/v1/machines/${encodeURIComponent(machine)}/drain`}
          label={draining ? "Drain" : "Use again"}
        >
          <input type="hidden" name="draining" value={String(draining)} data-kind="boolean" />
          <Why />
        </Action>
      ))}
    </section>
  );
}

/** A form for a maintenance window. Times are entered in the time zone of the browser. */
export function MaintenanceAction({ scope }: { scope: string }) {
  return (
    <section>
      <h2>Plan maintenance</h2>
      <p class="soft">In the window nothing starts that needs it, and its outages cause no alarm.</p>
      <Action api="POST /api/v1/maintenance" label="Plan">
        <input type="hidden" name="scope" value={scope} />
        <label>
          From
          <input name="from" type="datetime-local" data-kind="time" required />
        </label>
        <label>
          Until
          <input name="until" type="datetime-local" data-kind="time" required />
        </label>
        <Why />
      </Action>
    </section>
  );
}

export function OverrideActions({ service }: { service: string }) {
  const address = `/api/v1/services/${encodeURIComponent(service)}/override`;
  return (
    <section>
      <h2>Overrule the probe</h2>
      <Action api={`POST ${address}`} label="Overrule">
        <label>
          Treat it as
          <select name="state">
            <option>up</option>
            <option>down</option>
          </select>
        </label>
        <label>
          For how long
          <input name="for" value="1h" size={6} required />
        </label>
        <Why />
      </Action>
      <Action api={`DELETE ${address}`} label="Let the probe decide">
        <Why />
      </Action>
    </section>
  );
}

export interface PauseLine {
  pauseId: string;
  kind: string;
  scope: string;
  name: string;
  reason: string;
  author: string;
  since: string;
  until: string | null;
}

/** Pauses and maintenance windows that are in effect now, each with a button that ends it. */
export function Pauses({ pauses, role }: { pauses: readonly PauseLine[]; role: Role }) {
  if (pauses.length === 0) return null;
  return (
    <section>
      <h2>Paused or in maintenance</h2>
      {pauses.map(({ pauseId, kind, scope, name, reason, author, since, until }) => (
        <div key={pauseId}>
          <p class="held">
            {`${kind} of ${name === "" ? "the grid" : `${scope} ${name}`} since ${timeOf(since)}${until === null ? "" : `, until ${timeOf(until)}`}, by ${author}: ${reason}`}
          </p>
          {isOperator(role) ? (
            <Action api={`POST /api/v1/pauses/${pauseId}/cancel`} label="End it">
              <Why />
            </Action>
          ) : null}
        </div>
      ))}
    </section>
  );
}
