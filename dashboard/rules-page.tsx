import { isOperator } from "../domain/access/roles.js";
import type { Exclusion } from "../domain/matching/exclusion.js";
import { Action, Why } from "./actions.js";
import { renderPage, When, type Reader } from "./layout.js";

export interface RuleLine {
  /** Null for a rule of grid.yaml. */
  exclusionId: string | null;
  rule: Exclusion;
  author: string;
  createdAt: string | null;
  machines: string[];
  tests: string[];
  stale: string | null;
}

/** The rules that keep tests off machines. */
export function rulesPage({ reader, rules }: { reader: Reader; rules: readonly RuleLine[] }): string {
  const stale = rules.filter((rule) => rule.stale !== null).length;
  return renderPage({ title: "Rules", live: null, reader }, [
    <h2>Rules that keep tests off machines</h2>,
    <p class="one">
      {rules.length === 0
        ? "Every test may run on every machine that has what it requires."
        : `${rules.length} ${rules.length === 1 ? "rule" : "rules"}, ${stale} of them without effect.`}
    </p>,
    rules.length === 0 ? null : (
      <table>
        <tr class="head">
          <th>Tests</th>
          <th>Not on</th>
          <th>Why</th>
          <th>Until</th>
          <th>By</th>
          <th>Effect now</th>
          <th />
        </tr>
        {rules.map((line) => (
          <Rule {...line} reader={reader} />
        ))}
      </table>
    ),
    isOperator(reader.role) ? <NewRule /> : null,
  ]);
}

function Rule({ exclusionId, rule, author, createdAt, machines, tests, stale, reader }: RuleLine & { reader: Reader }) {
  const { variants, facts = {}, until } = rule;
  return (
    <tr>
      <td>{`${rule.tests ?? "*"}${variants === undefined ? "" : ` [${variants}]`}`}</td>
      <td>
        {[rule.machines ?? "*", ...Object.entries(facts).map(([name, value]) => `with ${name} ${value}`)].join(" ")}
      </td>
      <td>{rule.reason}</td>
      <td>{until === undefined ? "it is ended" : <When at={until} />}</td>
      <td>
        {author} {createdAt === null ? null : <When at={createdAt} />}
      </td>
      <td>
        {stale === null ? (
          `${tests.length} ${tests.length === 1 ? "test" : "tests"}, not on ${machines.join(", ")}`
        ) : (
          <span class="held">none: {stale}</span>
        )}
      </td>
      <td>
        {exclusionId !== null && isOperator(reader.role) ? (
          <Action api={`POST /api/v1/exclusions/${exclusionId}/cancel`} label="End it">
            <Why />
          </Action>
        ) : null}
      </td>
    </tr>
  );
}

function NewRule() {
  return (
    <section>
      <h2>A new rule</h2>
      <p class="soft">
        Patterns may contain <code>*</code>, and several are separated by commas. An empty field matches everything.
      </p>
      <Action api="POST /api/v1/exclusions" label="Send">
        <label>
          Tests
          <input name="tests" placeholder="checkout*" />
        </label>
        <label>
          Variants
          <input name="variants" placeholder="browser=firefox" />
        </label>
        <label>
          Not on machines
          <input name="machines" placeholder="beta,gamma" />
        </label>
        <label>
          Until
          <input name="until" type="datetime-local" data-kind="time" />
        </label>
        <Why />
        <label>
          What to do
          <select name="dryRun" data-kind="boolean">
            <option value="true">only show what it would do</option>
            <option value="false">apply it</option>
          </select>
        </label>
      </Action>
    </section>
  );
}
