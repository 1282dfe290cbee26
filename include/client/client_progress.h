/* What running commands say of how far they are, read from the end of their output. */
#ifndef CLIENT_CLIENT_PROGRESS_H
#define CLIENT_CLIENT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct client;
struct progress_set;

/* Reads on in what commands printed since the last call: the progress lines of their last few
 * kilobytes, whatever they printed before. Each command is read at most four times a second, and
 * once more when it ended. now: boot ns. True: something new was read. */
bool client_progress(struct client *c, struct progress_set *set, int64_t now);

/* The same for a moment that was gone to: what runs then is read as it came, by the times of the
 * rows, so that it is as fast as it was. client_progress goes on from there. */
void client_progress_past(struct client *c, struct progress_set *set);

#endif
