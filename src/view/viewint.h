/* What the files of the view share. */
#ifndef VIEW_VIEWINT_H
#define VIEW_VIEWINT_H

#include "buf.h"
#include "prompt.h"
#include "state.h"
#include "view.h"

struct arena;

struct view {
	struct engine *engine;
	struct arena *texts;      /* of the prompts; NULL while there are none */
	struct prompt *prompts;
	size_t n_prompts, cap_prompts;
	bool built;               /* prompts are those of the state as it stands */
};

/* --- view_text.c: everything harmless --------------------------------------------------------- */

/* One line; NULL is nothing. */
void view_safe(struct buf *out, const char *s);
/* At most `max` characters, the rest as "…"-like "(… N more)". */
void view_safe_short(struct buf *out, const char *s, size_t max);
/* A template filled with the scope of `in`, harmless, on one line or several. As written where it
 * cannot be filled. */
void view_fill(struct buf *out, const struct view *v, const struct inst *in, const char *text,
	       bool lines);
/* "  label: text", further lines indented under it. Nothing for NULL or "". text is harmless. */
void view_label(struct buf *out, const char *label, const char *text);
void view_label_fill(struct buf *out, const struct view *v, const struct inst *in,
		     const char *label, const char *text);
void view_label_raw(struct buf *out, const char *label, const char *text); /* made harmless */
/* "0:12", "1:02:03" of nanoseconds; never negative. */
void view_span(struct buf *out, int64_t ns);
void view_ms(struct buf *out, int64_t ms); /* "45m" */

/* --- view_place.c ----------------------------------------------------------------------------- */

bool view_is_leaf(const struct inst *in);
int64_t view_time(const struct view *v, struct moment now); /* run time, the last row's if closed */

/* --- view_step.c ------------------------------------------------------------------------------ */

/* "exit 3 after 0:12, output 1234 bytes" of a command that ended; "running for 0:12"; of one
 * without a process, for a drill runs nothing: "played, not run, for 0:12". */
enum effect view_effect(const struct inst *in);
/* Whether a shell would read the value of this name in the text. */
bool view_uses_name(const char *text, const char *name);
void view_cmd_line(struct buf *out, const struct cmd *c, int64_t now);
/* The line that says it destroys, and whether there is a way back. */
void view_destroys(struct buf *out, bool has_undo);

/* --- view_each.c ------------------------------------------------------------------------------ */

bool view_is_loop(const struct inst *in); /* the group, not its rounds */
/* Of a loop: its list, the names of what it destroys, each command that its one answer starts.
 * Nothing for any other step. */
void view_each_text(struct buf *out, const struct inst *in);
/* What its one answer does, as a question; false: in is no loop. */
bool view_each_asks(struct buf *out, const struct inst *in);

/* --- view_guard.c ----------------------------------------------------------------------------- */

/* "this destroys, in prd (PROTECTED). To start it, type its target: " */
void view_guard_asks(struct buf *out, const struct inst *in);

/* --- view_contact.c --------------------------------------------------------------------------- */

/* What goes out, to whom; or why it is an instruction. */
void view_contact_text(struct buf *out, const struct view *v, const struct inst *in);
/* What a climb asks now. */
void view_contact_asks(struct buf *out, const struct inst *in);
/* view_drill.c: what a tabletop asks of a command. */
void view_play_asks(struct buf *out, const struct cmd *c);
size_t view_play_fields(const struct field **ret);

/* --- view_walk.c ------------------------------------------------------------------------------ */

/* "  (UNDONE since)"; nothing where no undo was asked for. */
void view_undo(struct buf *out, const struct inst *in);
/* Why it stands as it does, its undo, and what came after it. */
void view_aftermath(struct buf *out, const struct inst *in);

/* --- view_words.c ----------------------------------------------------------------------------- */

/* A verb's word, key, text and duty as an answer to one kind of question. */
void view_choice(struct choice *c, enum ask_kind ask, enum verb verb);

#endif
