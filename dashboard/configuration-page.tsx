import { Action } from "./actions.js";
import { renderPage, type Reader } from "./layout.js";

/** The page where an admin tries and applies a new grid.yaml. */
export function configurationPage({ reader }: { reader: Reader }): string {
  return renderPage({ title: "Configuration", live: null, reader }, [
    <h2>Configuration</h2>,
    <p class="soft">
      Paste your grid.yaml. Try it first: the page shows each mistake with its place, and each setting that would change
      with both values. A file that names other files, for signatures or for tests that watch services, needs{" "}
      <code>holdfast apply</code>.
    </p>,
    <Action api="PUT /api/v1/grid" label="Send">
      <label style="flex: 1 1 100%">
        grid.yaml
        <textarea name="text" rows={20} maxLength={1_000_000} spellcheck={false} required />
      </label>
      <input type="hidden" name="folder" value="/" />
      <label>
        What to do
        <select name="dryRun" data-kind="boolean">
          <option value="true">only try it</option>
          <option value="false">apply it</option>
        </select>
      </label>
    </Action>,
  ]);
}
