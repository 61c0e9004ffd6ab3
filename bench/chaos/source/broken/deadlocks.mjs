// Waits for what nobody will ever do.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
