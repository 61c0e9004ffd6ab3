import { rolesOfPeople } from "../domain/access/roles.js";
import { Action } from "./actions.js";
import { renderPage, When, type Reader } from "./layout.js";

export interface TokenLine {
  tokenId: string;
  name: string;
  role: string;
  machine: string | null;
  address: string | null;
  project: string | null;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/** All tokens, and a form for a new one. Its secret is shown once, in the form. */
export function tokensPage({ tokens, reader }: { tokens: TokenLine[]; reader: Reader }): string {
  return renderPage({ title: "Tokens", live: null, reader }, [
    <h2>Tokens</h2>,
    <Action api="POST /api/v1/tokens" label="Create a token">
      <label>
        For whom or what
        <input name="name" maxLength={200} required />
      </label>
      <label>
        Role
        <select name="role">
          {rolesOfPeople.map((role) => (
            <option selected={role === "submitter"}>{role}</option>
          ))}
        </select>
      </label>
      <label>
        Mail address
        <input name="address" type="email" />
      </label>
      <label>
        Only for the project
        <input name="project" maxLength={200} />
      </label>
      <label>
        Valid for
        <input name="for" placeholder="until it is revoked" />
      </label>
    </Action>,
    <table>
      <tr class="head">
        {["Name", "Role", "Made", "Last used", "Valid", ""].map((head) => (
          <th>{head}</th>
        ))}
      </tr>
      {tokens.map((token) => (
        <tr key={token.tokenId}>
          <td>{token.name}</td>
          <td>{[token.role, token.machine, token.address, token.project].filter((part) => part !== null).join(" ")}</td>
          <td class="soft">
            <When at={token.createdAt} /> by {token.createdBy}
          </td>
          <td class="soft">{token.lastUsedAt === null ? "never" : <When at={token.lastUsedAt} />}</td>
          <td>
            {token.revokedAt !== null ? (
              <span class="bad">revoked</span>
            ) : token.expiresAt === null ? (
              "until it is revoked"
            ) : (
              <When at={token.expiresAt} />
            )}
          </td>
          <td>
            {token.revokedAt === null ? (
              <Action
                api={`POST /api/v1/tokens/${encodeURIComponent(token.tokenId)}/revoke`}
                label="Revoke"
                confirm={`Revoke the token of ${token.name}? It cannot be undone.`}
              />
            ) : null}
          </td>
        </tr>
      ))}
    </table>,
  ]);
}
