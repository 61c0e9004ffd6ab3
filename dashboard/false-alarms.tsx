import { testTitle, type Variant } from "../domain/jobs/variant.js";
import { type FalseAlarmReport, falseAlarmText, type Ruling } from "../domain/verdict/false-alarms.js";
import { JobLink } from "./doubts.js";

export interface FalseAlarmsView extends FalseAlarmReport {
  doubted: {
    jobId: string;
    test: string;
    variant: Variant;
    project: string;
    finishedAt: string;
    claimed: boolean;
    ruling: Ruling | null;
    reopened: string;
  }[];
}

/** The rate of false alarms, and the alarms in doubt. */
export function FalseAlarms({ falseAlarms }: { falseAlarms: FalseAlarmsView }) {
  const { claimed, agreed, disagreed, reopened, passedOnReopening, failedAgain, doubted } = falseAlarms;
  return (
    <section>
      <h2>False alarms</h2>
      <p>
        <span class={falseAlarms.falseAlarms > 0 ? "bad" : "good"}>{falseAlarmText(falseAlarms)}</span>.{" "}
        <span class="soft">
          {claimed} claimed not to be the code, admins agreed with {agreed} and disagreed with {disagreed}; {reopened}{" "}
          run again after an outage was recorded later, {passedOnReopening} passed, {failedAgain} failed again.
        </span>
      </p>
      <table>
        {doubted.map(({ jobId, test, variant, project, finishedAt, claimed: isClaimed, ruling, reopened: came }) => (
          <tr>
            <td>
              <JobLink jobId={jobId} />
            </td>
            <td>{testTitle(test, variant)}</td>
            <td>{project}</td>
            <td>{isClaimed ? "not my code" : ""}</td>
            <td>{ruling === null ? "" : `an admin ${ruling}s`}</td>
            <td>{came === "none" ? "" : came === "open" ? "runs again" : `run again: ${came}`}</td>
            <td class="soft">{finishedAt}</td>
          </tr>
        ))}
      </table>
    </section>
  );
}
