/* What the files that make boards share. */
#ifndef VIEW_BOARDINT_H
#define VIEW_BOARDINT_H

#include <stdint.h>

#include "board.h"
#include "buf.h"
#include "state.h"

struct json;

/* --- board.c: making one; texts are made harmless and kept as long as the board --------------- */
const char *board_keep(struct board *b, const char *text);  /* NULL gives NULL */
const char *board_say(struct board *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *board_take(struct board *b, struct buf *text);  /* releases it; NULL for "" */
void board_column(struct board *b, const char *title, int rank, int least, bool right);
struct board_row *board_row(struct board *b, const char *id); /* until the next one is added */
void board_head(struct board *b, const char *text, enum board_style style);
/* The row that matters most: what failed, what waits, what works, by that cell's style. */
void board_find_at(struct board *b, size_t cell);
void board_foot(struct board *b, const char *text, enum board_style style);

/* --- board_parts.c: what a step of several parts has -------------------------------------- */
struct board_maker {
	struct board *b;
	const struct state *s;
	const struct inst *in;
	const struct progress_set *progress;
	struct moment now;
	int64_t t;           /* run time of now */
	struct binding *bind; /* names in scope of the step */
	size_t n_bind;
	char prefix[72];     /* of the values that its parts set: "data_" */
};

void board_begin(struct board_maker *m, struct board *b, const struct state *s,
		 const struct inst *in, struct moment now, const struct progress_set *progress);
void board_end(struct board_maker *m);

/* The part whose id ends in "/NAME"; NULL: it has none, or is not met yet. */
const struct inst *board_part(const struct inst *in, const char *name);
/* The round of a loop for an item; NULL. */
const struct inst *board_round(const struct inst *loop, const char *item);
/* What says most of how a round stands: the step in it that is open, or the last that was. NULL
 * for NULL. */
const struct inst *board_leaf(const struct inst *round);
/* The newest command that did the work of a step below or of `in`; NULL. */
const struct cmd *board_work(const struct state *s, const struct inst *in);
/* The value "PREFIX_NAME" of the step, or NULL: not there, not known, secret. */
const char *board_value(const struct board_maker *m, const char *name);
/* … as JSON; the caller's to json_free. NULL. */
struct json *board_json(const struct board_maker *m, const char *name);
/* What the value is for an item: its entry of the map, or what the item's round captured so far,
 * as text (JSON where it is more than that). Appends; false: nothing is known. */
bool board_of_item(const struct board_maker *m, const struct inst *loop, const char *name,
		   const char *item, struct buf *out);
/* The items that it goes over: those of the first of its parts (NULL at their end) whose list is
 * frozen, else of the value `list`, a map or a list. In order; fn is called for each. */
void board_items(const struct board_maker *m, const char *const *parts, const char *list,
		 void (*fn)(void *ctx, const char *item), void *ctx);
/* What an item stands for in the map `list` ("/srv/orders"). Appends; false: nothing is known. */
bool board_entry(const struct board_maker *m, const char *list, const char *item,
		 struct buf *out);
/* "3h10m": how long ago, in its two largest units. */
void board_age(struct buf *out, int64_t seconds);
/* "4s ago", "20s ago", "3min ago": in steps that grow. */
void board_ago(struct buf *out, int64_t seconds);
/* … as wide for an hour as for a second; old: without the "ago". */
void board_ago_cell(struct buf *out, int64_t seconds);
void board_old_cell(struct buf *out, int64_t seconds);

/* Where a step stands, as one word and its style; NULL: it is not met yet. */
struct board_phase {
	const char *waits, *works, *checks, *done;
};
const char *board_phase(const struct inst *in, const struct board_phase *p,
			enum board_style *ret);
/* What went wrong with it, one line; NULL: nothing. */
const char *board_trouble(struct board *b, const struct inst *in);

/* --- one maker for each kind ------------------------------------------------------------------ */
void board_restore(struct board_maker *m);
void board_rebuild(struct board_maker *m);
void board_contact(struct board_maker *m);

#endif
