/* From a file to a run that is kept: what run, drill and the screen have in common. */
#ifndef CLI_START_H
#define CLI_START_H

#include "buf.h"
#include "client.h"
#include "journal.h"
#include "keeper.h"
#include "loader.h"
#include "params.h"

struct opts;
struct scenario;
struct source_file;
struct tui;

/* All zeroes but `o` and `what.mode` to begin with. */
struct start {
	const struct opts *o;
	char *path;           /* of the runbook; NULL: blank */
	struct runbook *rb;
	struct findings found;
	struct params params;
	struct buf reason;    /* to start in spite of errors */
	struct keeper_run what;
	char *journal;
	char run[JOURNAL_RUN_ID_MAX];
	char *who;
	struct client_identity identity; /* of who operates it */
	struct buf permit;    /* that it is started with */
	struct scenario *scenario; /* of a drill, or NULL; and what is pinned of it */
	struct source_file *pinned;
	size_t n_pinned;
};

/* Each says what is wrong and returns the status. */

/* The runbook called `name`. With errors in it and no reason yet: asks for one on a terminal (line
 * by line), else CLI_BOOK. */
int start_load(struct start *s, const char *name);
/* Who starts it; a shared account is asked, on the screen t or, where that is NULL, in lines. */
int start_who(struct start *s, struct tui *t);
/* Opens the run, writes its id where that is wanted, makes sure that it is kept. */
int start_open(struct start *s);
/* The same in parts, start_permit_show the last: nothing of the run moves between these two. */
int start_record(struct start *s);
int start_keep(struct start *s);

/* start_permit.c: --permit FILE, read and looked at; then shown to the keeper. CLI_OK without. */
int start_permit_read(struct start *s);
int start_permit_show(const struct start *s);

/* start_drill.c: of a drill, by its options, before its runbook is loaded. *book is what was named;
 * of a scenario it becomes the scenario's runbook. Then, with the runbook: whether both fit. */
int start_drill(struct start *s, const char **book);
int start_drill_check(struct start *s);
bool start_plays(const struct start *s); /* a drill that runs nothing */
void start_drill_release(struct start *s);

void start_release(struct start *s);

#endif
