import { describe, expect, test } from "@jest/globals";
import { userOf, withUser } from "../../../activities/agent/sandbox/user.js";
import { planMounts, installationOf } from "../../../activities/agent/sandbox/mount-plan.js";

const room = "/srv/grid/agents/alpha/work/0";
const data = { at: "/srv/grid", by: `${room}/veil/0` };
const temporary = { at: "/tmp", by: `${room}/tmp` };

describe("a test's view of the file system", () => {
  test("covers the grid's data, and keeps the room where it is", () => {
    expect(planMounts(room, [temporary, data], [])).toEqual({
      mounts: [
        `${room} ${room}/veil/0/agents/alpha/work/0 none bind 0 0`,
        `${room}/tmp /tmp none rbind 0 0`,
        `${room}/veil/0 /srv/grid none rbind 0 0`,
      ],
      anchors: [{ path: `${room}/veil/0/agents/alpha/work/0`, isFolder: true }],
    });
  });

  test("lays the cover over the room last, because the others stand on it", () => {
    const { mounts } = planMounts(room, [data, temporary], []);
    expect(mounts.at(-1)).toContain(" /srv/grid ");
  });

  test("leaves out covers below others, and what is kept with its folder", () => {
    const inner = { at: "/srv/grid/agents", by: `${room}/veil/1` };
    const kept = [
      { path: "/srv/grid/node", isFolder: true },
      { path: "/srv/grid/node/bin", isFolder: true },
      { path: "/usr/bin", isFolder: true },
    ];
    const { mounts, anchors } = planMounts(room, [data, inner], kept);
    expect(anchors.map(({ path }) => path)).toEqual([`${room}/veil/0/agents/alpha/work/0`, `${room}/veil/0/node`]);
    expect(mounts).toHaveLength(3);
  });

  test("writes blanks as the table of mounts wants them", () => {
    const { mounts } = planMounts("/srv/my grid/0", [{ at: "/srv/my grid", by: "/srv/my grid/0/veil" }], []);
    expect(mounts.at(-1)).toBe("/srv/my\\040grid/0/veil /srv/my\\040grid none rbind 0 0");
  });

  test("keeps an installation whole", () => {
    expect(installationOf("/root/.nvm/versions/node/v20/bin")).toBe("/root/.nvm/versions/node/v20");
    expect(installationOf("/root/shims")).toBe("/root/shims");
    expect(installationOf("/bin")).toBe("/bin");
  });
});

test("each room of each agent has a user of its own, with a name", () => {
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
