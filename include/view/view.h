/* What a person may see of a run: its rows, folded.
 *
 * One view serves every interface, live or after the fact: rows go in one by one, texts and
 * prompts come out. Pure: no clock, no descriptor; the time is passed in. Every text that comes
 * out is safe to send to a terminal (str_printable): whatever a runbook, a value or a command says
 * obeys nothing. Pointers that come out are borrowed until the next view_apply.
 */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "engine.h"

struct buf;
struct err;
struct event;
struct inst;
struct runbook;
struct state;
struct view;

/* book (borrowed for the view's life) and find_book as for engine_new. Never fails. */
struct view *view_new(const struct runbook *book, engine_book_fn *find_book, void *ctx);
void view_free(struct view *v);

/* Folds the next row in. ERR_CORRUPT as engine_apply; the view stands as it stood then. */
int view_apply(struct view *v, const struct event *ev, struct err *err);

const struct state *view_state(const struct view *v);

/* --- the place ------------------------------------------------------------------------------- */

struct view_figures {
	const char *mode;        /* "REAL", "DRILL" */
	int64_t elapsed_ms;      /* since the run was opened; of a closed run: until it was */
	bool has_rto;
	int64_t left_ms;         /* to the objective; negative when it is past */
	const struct inst *now;  /* the step that the operator is at, or NULL */
	size_t place, of;        /* the step at `now` is the place-th of `of`; place 0: none */
	size_t done, skipped, deferred, failed;
	size_t owed;             /* still down */
	size_t running;          /* commands in flight */
};

void view_figures(const struct view *v, struct moment now, struct view_figures *ret);

/* One line, no newline: "DRILL Restore … | 0:04:10, 0:40:50 left of 45m | step 4 of 23 | 3 done
 * …". */
void view_header(struct buf *out, const struct view *v, struct moment now);

/* One line "still down: writers, rotation"; nothing appended when nothing is. */
void view_owed(struct buf *out, const struct view *v);

/* A line "CAUTION: …" for each caution whose condition holds now; nothing where none does. */
void view_cautions(struct buf *out, const struct view *v);

/* The whole walk, a line per step with its mark, the current one pointed at; then what runs, what
 * is still down, the values, who has the seat. Ends with a newline. */
void view_where(struct buf *out, const struct view *v, struct moment now);

/* "[x] DONE", "[>] NOW", …: symbol and word for where a step is; never colour. */
const char *view_mark(const struct inst *in);

/* --- one step -------------------------------------------------------------------------------- */

/* The step in full, a labelled line each (several where a text has several): what it is, why, its
 * target, WARNING before the action it guards, the exact command or instruction, what is expected,
 * what to do if not, its readings and its output's size. Ends with a newline. */
void view_step_text(struct buf *out, const struct view *v, const struct inst *in,
		    struct moment now);

/* Only what went wrong with it, its readings, and what to do if it does not come out. */
void view_step_trouble(struct buf *out, const struct view *v, const struct inst *in,
		       struct moment now);

/* What guards its start, as lines: the environment, what each probe read and when, who asked and
 * that somebody must agree. Nothing where nothing does. */
void view_guard_text(struct buf *out, const struct view *v, const struct inst *in,
		     struct moment now);

/* Whether a second person will have to agree to its start, as far as the record says. */
bool view_guard_second(const struct state *s, const struct inst *in);

/* "4.2 Take the writers down (preferences)": number, filled title, item. */
void view_step_name(struct buf *out, const struct view *v, const struct inst *in);

/* The instance a person means by `name`: its key, id, number ("4.2"), or title, exactly; the active
 * one, then the latest met, where several fit. NULL: none. */
const struct inst *view_find(const struct view *v, const char *name);

/* Whether `name` means this instance: its key, id, number or title. */
bool view_means(const struct view *v, const struct inst *in, const char *name);

/* --- rows ------------------------------------------------------------------------------------ */

enum view_weight {
	VIEW_QUIET, /* of no use to somebody who follows the walk: a chunk of output */
	VIEW_PLAIN,
	VIEW_LOUD,  /* something failed, is lost, or a person acted off the script */
};

/* One line for a row that was applied, without newline: "Step 4.2 … is done: exit 0 after 0:12."
 * The time is not part of it. */
enum view_weight view_event_line(struct buf *out, const struct view *v, const struct event *ev);

/* What became of a closed run: verdict, time to recover against the objective, what is left open;
 * several lines. Of an open one: that it is open. Ends with a newline. */
void view_ending(struct buf *out, const struct view *v);

/* Whether the run is closed with success: every exit status that depends on it asks here. */
bool view_recovered(const struct view *v);

#endif
