/* What those are owed who were told: when the next word is due, a draft of it from the record, and
 * the command that sends it. Nothing here sends. As view.h: pure.
 */
#ifndef VIEW_VIEW_UPDATE_H
#define VIEW_VIEW_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

struct buf;
struct contact_party;
struct inst;
struct state;
struct view;

struct view_update {
	const struct inst *told; /* the announcement that was made last */
	int64_t left_ms;         /* until it is due; negative: it is late */
	int64_t cadence_ms;
	const char *channel;     /* that takes it; NULL: it was told by hand, or it is a drill
				  * for which there is no channel */
	const struct contact_party *by; /* the same */
	const char *to;          /* … to this address */
	bool is_public;          /* others read that channel too */
};

/* False where nothing is owed: nobody was told, all was completed, there is no cadence, the run is
 * closed. Counted from the last word that a channel took: an announcement, or an update. */
bool view_update(const struct view *v, struct moment now, struct view_update *ret);
bool view_update_of(const struct state *s, struct moment now, struct view_update *ret);

/* "update due in 4:10", "UPDATE LATE by 0:30"; no newline. */
void view_update_line(struct buf *out, const struct view_update *u);

/* Its subject on the first line, then the text: where the run stands, what comes next, when the
 * next word comes. A drill says so in front of both. */
void view_update_draft(struct buf *out, const struct view *v, const struct view_update *u,
		       struct moment now);

/* The shell command that sends `text` (its first line is the subject) by that channel; program: our
 * own, absolute. For VERB_EXEC, so that it is on record before it is sent and with what the server
 * said. False, and nothing is appended, where no channel takes it. */
bool view_update_command(struct buf *out, const struct view_update *u, const char *program,
			 const char *text);

/* Whether a command of the record is one of these. */
bool view_update_is(const char *command);

#endif
