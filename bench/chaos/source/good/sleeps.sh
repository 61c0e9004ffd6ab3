# Waits, like a test that waits for its program.
sleep "$1"
