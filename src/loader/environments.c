/* Where the environments are: beside the runbook, in the folders around it, or where the program is
 * installed. A folder that everybody may write into is not climbed into. */
#include "load.h"

#include <string.h>

#include "arena.h"
#include "err.h"
#include "str.h"
#include "version.h"

#define NAME "environments.yaml"

enum { LEVELS_MAX = 16 }; /* folders around a runbook that are looked into */

/* A file that is there and cannot be read is found, too: what it guards is not unguarded. What is
 * kept of it says so, so that it is the same when the run is taken up again. */
static struct load_file *look(struct load *l, const char *path, struct err *err)
{
	struct err own = { 0 };
	int code;
	struct load_file *f = load_open(l, path, "environments", &code, &own);
	if (f->bytes)
		return f;
	if (code == ERR_NOTFOUND)
		return NULL;
	err_set(err, code, "%s", own.text);
	f->bytes = arena_printf(l->arena, "# it was there, and could not be read\n");
	f->n = strlen(f->bytes);
	return f;
}

struct load_file *environments_find(struct load *l, struct load_book *b, struct err *err)
{
	struct load_file *f = look(l, load_path(l, b, NAME), err);
	const char *up = "";
	for (int i = 0; !f && i < LEVELS_MAX; i++) {
		up = arena_printf(l->scratch, "../%s", up);
		if (load_may_climb(l, load_path(l, b, up)) <= 0)
			break;
		f = look(l, load_path(l, b, arena_printf(l->scratch, "%s" NAME, up)), err);
	}
	return f ? f : look(l, BLACKSTART_SHARE "/" NAME, err);
}
