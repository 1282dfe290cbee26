/* Gives the terminal back whatever happens: at exit, on a crash, on a signal, for ^Z. */
#ifndef TUI_RESCUE_H
#define TUI_RESCUE_H

#include <stdbool.h>
#include <stddef.h>

struct rescue;

/* Before anything is changed: the modes that `in` has now are those to go back to. Takes the
 * signals. enter and leave (copied) are what the terminal is sent when it is taken and given back.
 * One at a time; NULL with errno set when the modes cannot be read. */
struct rescue *rescue_take(int in, int out, const char *enter, const char *leave);
/* The terminal is set up: its modes now are those to go back to after a stop. */
void rescue_ready(struct rescue *r);
/* It is given back already: the signals are as they were before. */
void rescue_done(struct rescue *r);
/* Stops the process as ^Z does; returns when it goes on. */
void rescue_stop(struct rescue *r);
/* Readable after a change of size or a stop; for poll(2). */
int rescue_fd(const struct rescue *r);
/* Whether the size has changed, or another program had the terminal, since the last call. */
void rescue_news(struct rescue *r, bool *ret_resized, bool *ret_back);

#endif
