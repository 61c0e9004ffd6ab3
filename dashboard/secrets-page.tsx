import { Action } from "./actions.js";
import { renderPage, When, type Reader } from "./layout.js";

export interface SecretsPage {
  reader: Reader;
  secrets: { project: string; name: string; updatedBy: string; updatedAt: string; lastUsedAt: string | null }[];
}

/** The secrets of all projects, without their values. */
export function secretsPage({ reader, secrets }: SecretsPage): string {
  return renderPage({ title: "Secrets", live: null, reader }, [
    <h2>Secrets</h2>,
    <p class="soft">
      A test gets the secrets that its suite file names, if its submission came with a token of the project or an
      operator. Values are encrypted and never shown.
    </p>,
    reader.role === "admin" ? (
      <Action api="PUT /api/v1/secrets/{project}/{name}" label="Store">
        <label>
          Project
          <input name="project" maxLength={200} required />
        </label>
        <label>
          Name
          <input name="name" placeholder="DEPLOY_KEY" maxLength={100} required />
        </label>
        <label>
          Value
          <input name="value" type="password" autocomplete="off" required />
        </label>
      </Action>
    ) : null,
    secrets.length === 0 ? <p class="soft">No secrets yet.</p> : null,
    <table>
      {secrets.map(({ project, name, updatedBy, updatedAt, lastUsedAt }) => (
        <tr key={`${project} ${name}`}>
          <td>{project}</td>
          <td>
            <code>{name}</code>
          </td>
          <td class="soft">
            stored <When at={updatedAt} /> by {updatedBy}
          </td>
          <td class="soft">{lastUsedAt === null ? "never used" : ["used ", <When at={lastUsedAt} />]}</td>
          <td>
            {reader.role === "admin" ? (
              <Action
                api={`DELETE /api/v1/secrets/${encodeURIComponent(project)}/${encodeURIComponent(name)}`}
                label="Delete"
                confirm={`Delete ${name} of ${project}? Jobs that name it are held until it is stored again.`}
              />
            ) : null}
          </td>
        </tr>
      ))}
    </table>,
  ]);
}
