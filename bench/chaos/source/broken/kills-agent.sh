# Tries to kill the agent that runs it: every agent among its parent processes that it can see.
pid=$$
while [ "${pid:-0}" -gt 1 ]; do
  tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q 'workers/agent/main.js' && kill -9 "$pid"
  pid=$(sed 's/.*) . //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 1)
done
sleep 0.3
exit 1
