/* What a run needs to know before it starts: all on one screen. */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include "line.h"
#include "scene.h"
#include "tui.h"

struct field;

struct form_field {
	const struct field *f;
	struct line line;
	struct value got;    /* as last checked */
	char *error;         /* harmless; NULL: none is known */
};

struct form {
	struct tui *t;
	const struct runbook *rb;
	enum run_mode mode;
	struct form_field *v;
	size_t n;
	size_t at;           /* field that has the keys; n: the line that starts it */
	int64_t at_since;    /* boot ns */
	int from;            /* first row shown */
	bool edited, esc_once;
	bool due;            /* by an Enter that nothing came behind of, so far */
	bool ready;          /* it is to be started */
};

/* --- form_draw.c ------------------------------------------------------------------------------ */
void form_draw(void *self, struct term *t, struct area a);

#endif
