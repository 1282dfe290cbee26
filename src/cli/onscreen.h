/* The full screen, where a person sits at a terminal that carries it. */
#ifndef CLI_ONSCREEN_H
#define CLI_ONSCREEN_H

#include <stdbool.h>

struct opts;
struct tui;

struct onscreen {
	struct tui *t;
	int real, heard;     /* standard error as it was, and what takes it meanwhile; -1: not */
};

/* Whether it is to be used: a terminal, and nothing asks for lines. Says why not where the terminal
 * is what does not carry it. */
bool onscreen_wanted(const struct opts *o);

/* Says what is wrong and returns the status; CLI_OK: the terminal is taken. */
int onscreen_open(struct onscreen *s);
void onscreen_close(struct onscreen *s);     /* gives it back; nothing open is fine */

/* Between the two what is said on standard error is kept; hear shows it and waits until it was
 * read. */
void onscreen_listen(struct onscreen *s);
void onscreen_hear(struct onscreen *s, const char *title);

#endif
