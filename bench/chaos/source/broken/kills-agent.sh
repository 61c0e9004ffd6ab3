# Tries to kill the process that runs it: every agent of the grid that it is a part of, as far as it can be seen.
pid=$$
while [ "${pid:-0}" -gt 1 ]; do
  tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q 'workers/agent/main.js' && kill -9 "$pid"
  pid=$(sed 's/.*) . //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 1)
done
sleep 0.3
exit 1
