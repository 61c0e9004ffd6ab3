import { describe, expect, test } from "@jest/globals";
import { countOf, folderOf, parseHierarchies } from "../../../activities/agent/sandbox/cgroup-files.js";

const mixed = `22 27 0:21 / /proc rw,relatime - proc proc rw
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;
const membership = "8:pids:/\n4:memory:/box/486a\n2:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/user.slice\n";

describe("control groups", () => {
  test("of both versions are found in the kernel's mount table", () => {
    expect(parseHierarchies(mixed)).toEqual([
      { version: 1, point: "/sys/fs/cgroup/memory", root: "/", controllers: ["memory"] },
      { version: 1, point: "/sys/fs/cgroup/cpu,cpuacct", root: "/", controllers: ["cpu", "cpuacct"] },
      { version: 2, point: "/sys/fs/cgroup/unified", root: "/", controllers: [] },
    ]);
  });

  test("are created below the agent's own control group", () => {
    expect(parseHierarchies(mixed).map((hierarchy) => folderOf(hierarchy, membership))).toEqual([
      "/sys/fs/cgroup/memory/box/486a",
      "/sys/fs/cgroup/cpu,cpuacct/a:b",
      "/sys/fs/cgroup/unified/user.slice",
    ]);
  });

  test("of a container are resolved from the container's own root", () => {
    const [hierarchy] = parseHierarchies(
      "35 31 0:32 /docker/a\\040b /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
    );
    expect(folderOf(hierarchy!, "4:memory:/docker/a b/inner\n")).toBe("/sys/fs/cgroup/memory/inner");
    expect(folderOf(hierarchy!, "4:memory:/docker/a b\n")).toBe("/sys/fs/cgroup/memory");
    expect(folderOf(hierarchy!, "4:memory:/elsewhere\n")).toBeUndefined();
    expect(folderOf(hierarchy!, "4:memory:/docker/a bc\n")).toBeUndefined();
  });

  test("have no folder if the process is in none of them", () => {
    const [memory] = parseHierarchies(mixed);
    expect(folderOf(memory!, "0::/\n")).toBeUndefined();
  });

  test("report counts as lines with a name and a number", () => {
    const events = "low 0\nhigh 0\nmax 17\noom 2\noom_kill 3\noom_group_kill 0\n";
    expect(countOf(events, "oom_kill")).toBe(3);
    expect(countOf(events, "oom")).toBe(2);
    expect(countOf("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", "oom_kill")).toBe(1);
    expect(countOf("", "max")).toBe(0);
  });
});
