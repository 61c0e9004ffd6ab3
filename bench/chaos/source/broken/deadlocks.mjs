// Waits for a signal that never comes.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
