import { describe, expect, test } from "@jest/globals";
import { userOf, withUser } from "../../../activities/agent/sandbox/user.js";
import { planMounts, installationOf } from "../../../activities/agent/sandbox/mount-plan.js";

const sandbox = "/srv/grid/agents/alpha/work/0";
const data = { at: "/srv/grid", by: `${sandbox}/hidden/0` };
const temporary = { at: "/tmp", by: `${sandbox}/tmp` };

describe("a test's view of the file system", () => {
  test("hides the grid's data, and keeps the sandbox in its place", () => {
    expect(planMounts(sandbox, [temporary, data], [])).toEqual({
      mounts: [
        `${sandbox} ${sandbox}/hidden/0/agents/alpha/work/0 none bind 0 0`,
        `${sandbox}/tmp /tmp none rbind 0 0`,
        `${sandbox}/hidden/0 /srv/grid none rbind 0 0`,
      ],
      anchors: [{ path: `${sandbox}/hidden/0/agents/alpha/work/0`, isFolder: true }],
    });
  });

  test("hides the folder of the sandbox last, because the other mounts need it", () => {
    const { mounts } = planMounts(sandbox, [data, temporary], []);
    expect(mounts.at(-1)).toContain(" /srv/grid ");
  });

  test("leaves out hidden paths below others, and exposed paths below exposed folders", () => {
    const inner = { at: "/srv/grid/agents", by: `${sandbox}/hidden/1` };
    const kept = [
      { path: "/srv/grid/node", isFolder: true },
      { path: "/srv/grid/node/bin", isFolder: true },
      { path: "/usr/bin", isFolder: true },
    ];
    const { mounts, anchors } = planMounts(sandbox, [data, inner], kept);
    expect(anchors.map(({ path }) => path)).toEqual([
      `${sandbox}/hidden/0/agents/alpha/work/0`,
      `${sandbox}/hidden/0/node`,
    ]);
    expect(mounts).toHaveLength(3);
  });

  test("escapes blanks in the mount table", () => {
    const { mounts } = planMounts("/srv/my grid/0", [{ at: "/srv/my grid", by: "/srv/my grid/0/hidden" }], []);
    expect(mounts.at(-1)).toBe("/srv/my\\040grid/0/hidden /srv/my\\040grid none rbind 0 0");
  });

  test("exposes the whole installation of a program, not only its bin folder", () => {
    expect(installationOf("/root/.nvm/versions/node/v20/bin")).toBe("/root/.nvm/versions/node/v20");
    expect(installationOf("/root/shims")).toBe("/root/shims");
    expect(installationOf("/bin")).toBe("/bin");
  });
});

test("each sandbox of each agent has its own user, with a name", () => {
  const users = ["/a/agents/alpha", "/a/agents/beta", "/b/agents/alpha"].flatMap((folder) =>
    [0, 1, 127].map((number) => userOf(folder, number)),
  );
  expect(new Set(users).size).toBe(users.length);
  expect(Math.min(...users)).toBeGreaterThanOrEqual(2_000_000_000);
  expect(Math.max(...users)).toBeLessThan(2 ** 31);
  expect(withUser("root:x:0:0::/root:/bin/sh", 7, "/h")).toBe(
    "root:x:0:0::/root:/bin/sh\nholdfast:x:7:7:Holdfast test:/h:/bin/sh\n",
  );
});
