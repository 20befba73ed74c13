/* Preloaded into the daemon, it makes a disk that says "flushed" and has not: what power_run.py must notice. */
int fsync(int descriptor) { (void)descriptor; return 0; }
int fdatasync(int descriptor) { (void)descriptor; return 0; }
