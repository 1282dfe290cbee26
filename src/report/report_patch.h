/* What people noted and changed during a run, as changes of its runbook. */
#ifndef REPORT_REPORT_PATCH_H
#define REPORT_REPORT_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report_diff.h"

struct buf;
struct event;
struct json;
struct place;
struct report;
struct state;
struct step;
struct view;

enum change_kind { CHANGE_NOTE, CHANGE_COMMAND, CHANGE_VALUE };

struct report_change {
	enum change_kind kind;
	int64_t seq, wall;
	char *key;                /* of the step, as it may be shown; NULL: of the run */
	const struct step *step;  /* the runbook's; NULL */
	char *who;
	char *text, *old;         /* as it was typed; a note's as it may be shown */
	char *name;               /* VALUE: which */
	bool last, good;          /* COMMAND: none came after it; the step is done with it */
};

struct report_changes {
	struct report_change *v;
	size_t n, cap;
};

/* report_change.c */
void report_change_row(struct report *r, const struct view *v, const struct event *ev,
		       const struct json *body);
void report_change_end(struct report *r, const struct state *s);
void report_changes_release(struct report_changes *c);

/* --- report_patch_yaml.c: where a change goes in the text of a file --------------------------- */

/* An edit; text NULL: there is none, and why. The text is the caller's to free(). */
struct patch_edit {
	size_t at, removed;
	char *text;
	const char *why;
};

/* A comment above the step at this place: first is its first line, text follows, both without
 * control characters but for newlines. */
struct patch_edit report_patch_comment(const struct diff *d, struct place at, const char *text);
/* Another scalar in place of the one that stands there, which reads as `old`; key: the place of its
 * key. */
struct patch_edit report_patch_scalar(const struct diff *d, struct place key, struct place at,
				      const char *old, const char *text);

#endif
