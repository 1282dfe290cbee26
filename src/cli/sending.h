/* What a process that sends does to itself. */
#ifndef CLI_SENDING_H
#define CLI_SENDING_H

#include <stdint.h>

/* No core and no look into its memory: a secret will be there. With a time over 0 it ends itself
 * a little after it, whatever hangs. */
void sending_guard(int64_t timeout_ms);

/* The internal verb `send`: $channel, $to, $subject, $text, $try. Returns the exit status: 0, the
 * server took it and standard output says in its words how; else a line on standard error. */
int cmd_send(void);

#endif
