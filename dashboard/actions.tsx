import type { ComponentChildren } from "preact";
import { isOperator, type Role } from "../domain/access/roles.js";

/** A form that the page's script sends to the API as JSON. Without JavaScript the command line does the same. */
export function Action(props: {
  /** Method and address, such as `POST /api/v1/pauses`. */
  api: string;
  label: string;
  /** A question to confirm before the form is sent. */
  confirm?: string;
  /** The page to open afterwards. `{jobId}` is replaced by the job of the answer. */
  then?: string;
  children?: ComponentChildren;
}) {
  const { api, label, confirm, then, children } = props;
  return (
    <form
      class="action"
      data-api={api}
      {...(confirm === undefined ? {} : { "data-confirm": confirm })}
      {...(then === undefined ? {} : { "data-then": then })}
    >
      {children}
      <button type="submit">{label}</button>
      <output data-keep />
    </form>
  );
}

export function Why({ name = "reason" }: { name?: string }) {
  return (
    <label>
      Why
      <input name={name} maxLength={2000} required />
    </label>
  );
}

/** Whether this role may submit jobs. */
export function maySubmit(role: Role): boolean {
  return role === "submitter" || isOperator(role);
}
