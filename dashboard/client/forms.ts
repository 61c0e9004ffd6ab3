import { refreshSoon } from "./follow.js";

/**
 * Sends forms with `data-api="POST /api/v1/…"` as JSON. A field with `data-kind="boolean"` is sent as a boolean. An empty field is left
 * out. What the API answers is shown in the form's output.
 */
export function enableForms(): void {
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof Element ? target.closest("form") : null;
    // From now on the page leaves it as it is.
    if (form !== null) form.dataset["touched"] = "";
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["api"] === undefined) return;
    event.preventDefault();
    void send(form, form.dataset["api"]);
  });
}

async function send(form: HTMLFormElement, api: string): Promise<void> {
  const { confirm: question, then } = form.dataset;
  if (question !== undefined && !window.confirm(question)) return;
  const [method = "POST", address = ""] = api.split(" ");
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(address, {
      method,
      headers: { "content-type": "application/json", "idempotency-key": keyOf(form) },
      body: JSON.stringify(bodyOf(form)),
    });
    const body = (await answer.json().catch(() => ({}))) as { detail?: string; token?: string; jobId?: string };
    show(form, answer.ok ? (body.token ?? "Done.") : (body.detail ?? `The API answered ${answer.status}.`), answer.ok);
    if (!answer.ok) return;
    delete form.dataset["key"];
    delete form.dataset["touched"];
    form.reset();
    if (then !== undefined) location.assign(then.replace("{jobId}", body.jobId ?? ""));
    else refreshSoon();
  } catch {
    show(form, "The grid does not answer. Try again; nothing is done twice.", false);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** The same until the request has succeeded, so that a second try has no second effect; another one after each change of the form. */
function keyOf(form: HTMLFormElement): string {
  const content = JSON.stringify(bodyOf(form));
  if (form.dataset["key"] === undefined || form.dataset["content"] !== content) {
    form.dataset["key"] = crypto.randomUUID();
    form.dataset["content"] = content;
  }
  return form.dataset["key"];
}

function bodyOf(form: HTMLFormElement): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of form.elements) {
    if (
      !(field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)
    )
      continue;
    if (field.name === "") continue;
    if (field.dataset["kind"] === "boolean")
      body[field.name] =
        field instanceof HTMLInputElement && field.type === "checkbox" ? field.checked : field.value === "true";
    else if (field.value.trim() !== "") body[field.name] = field.value;
  }
  return body;
}

function show(form: HTMLFormElement, text: string, isGood: boolean): void {
  const output = form.querySelector("output");
  if (output === null) return;
  output.textContent = text;
  output.className = isGood ? "good" : "bad";
}
