import { ApiError, createRequests } from "../../client/requests.js";
import { refreshSoon } from "./follow.js";

/** The session of the page is a cookie. A request that gets no answer is sent again with the same key. */
const requests = createRequests("", undefined, { timeoutMs: 30_000, patienceMs: 10_000 });

/**
 * Sends forms with `data-api="POST /api/v1/…"` as JSON. A field with `data-kind="boolean"` is sent as a boolean. An empty field
 * is left out. A field whose name is in the address, as in `/secrets/{project}`, is inserted there. The form's output shows
 * the answer of the API.
 */
export function enableForms(): void {
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof Element ? target.closest("form") : null;
    // From now on, refreshes leave this form as it is.
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
    const path = addressOf(form, address).replace(/^\/api\/v1/, "");
    const answer = await requests.json<Answer | undefined>(method, path, bodyOf(form, address), {
      "idempotency-key": keyOf(form),
    });
    show(form, successOf(answer), true);
    // After an error or a dry run, the form stays as it is, so that it can be sent again.
    if (answer?.applied === false) return;
    delete form.dataset["key"];
    delete form.dataset["touched"];
    form.reset();
    if (then !== undefined) location.assign(then.replace("{jobId}", answer?.jobId ?? ""));
    else refreshSoon();
  } catch (error) {
    const isRefused = error instanceof ApiError;
    show(form, isRefused ? error.message : "The grid does not answer. Try again; nothing is done twice.", false);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** The fields of an answer that the page uses. */
interface Answer {
  token?: string;
  jobId?: string;
  applied?: boolean;
  changes?: string[];
  details?: string[];
}

/** @param answer undefined if the API has nothing to say */
function successOf(answer: Answer | undefined): string {
  const { token, applied, changes, details = [] } = answer ?? {};
  if (changes === undefined) return token ?? "Done.";
  if (changes.length === 0) return "Nothing would change.";
  return [applied === true ? "Applied:" : "Would change:", ...changes, ...details].join("\n");
}

const placeholders = /\{(\w+)\}/g;

/** The address with the values of its fields. */
function addressOf(form: HTMLFormElement, address: string): string {
  const values = bodyOf(form);
  return address.replace(placeholders, (_, name: string) => {
    const value = values[name];
    return typeof value === "string" ? encodeURIComponent(value.trim()) : "";
  });
}

/**
 * The idempotency key of a form. It stays the same until the request succeeds, so that a second try has no second effect. Each
 * change of the form gives it a new key.
 */
function keyOf(form: HTMLFormElement): string {
  const content = JSON.stringify(bodyOf(form));
  if (form.dataset["key"] === undefined || form.dataset["content"] !== content) {
    form.dataset["key"] = crypto.randomUUID();
    form.dataset["content"] = content;
  }
  return form.dataset["key"];
}

/** @param address the fields that are in it are left out */
function bodyOf(form: HTMLFormElement, address = ""): Record<string, unknown> {
  const placed = new Set([...address.matchAll(placeholders)].map(([, name]) => name));
  const body: Record<string, unknown> = {};
  for (const field of form.elements) {
    if (
      !(field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)
    )
      continue;
    if (field.name === "" || placed.has(field.name)) continue;
    if (field.dataset["kind"] === "boolean")
      body[field.name] =
        field instanceof HTMLInputElement && field.type === "checkbox" ? field.checked : field.value === "true";
    else if (field.value.trim() === "") continue;
    else if (field.dataset["kind"] === "time") body[field.name] = new Date(field.value).toISOString();
    else body[field.name] = field.value;
  }
  return body;
}

function show(form: HTMLFormElement, text: string, isGood: boolean): void {
  const output = form.querySelector("output");
  if (output === null) return;
  output.textContent = text;
  output.className = isGood ? "good" : "bad";
}
