/* Runs on the screen: what run, drill, attach and home do there alike. */
#ifndef CLI_VISIT_H
#define CLI_VISIT_H

struct err;
struct onscreen;
struct start;
struct tui;

/* Asks on the screen for what is missing (parameters, who it is) and opens the run. CLI_OK: it goes
 * on; else nothing was started, or the screen has said why. */
int visit_begin(struct start *s, struct onscreen *screen);

/* Attaches to the run just opened and stays, as tui_run. */
int visit_stay(const struct start *s, struct tui *t, struct err *err);

/* What became of it, on standard output, where the screen left nothing behind. */
void visit_ended(const char *journal, const char *run);

#endif
