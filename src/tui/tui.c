#include "tui.h"

#include <stdlib.h>

#include "mem.h"
#include "tuiint.h"

bool tui_fits(const char **ret_why)
{
	return term_fits(ret_why);
}

int tui_open(struct tui **ret, struct err *err)
{
	struct tui *t = mem_alloc(sizeof(*t));
	int rc = term_open(&t->term, err);

	if (rc) {
		free(t);
		return rc;
	}
	*ret = t;
	return 0;
}

void tui_close(struct tui *t)
{
	if (!t)
		return;
	scene_clear(t);
	term_close(t->term);
	free(t->v);
	free(t->dead);
	free(t);
}

void tui_about(struct tui *t, enum run_mode mode)
{
	term_drill(t->term, mode == MODE_DRILL);
	scene_stale(t);
}

struct term *tui_term(struct tui *t)
{
	return t->term;
}

bool tui_gone(const struct tui *t)
{
	return t->gone;
}
