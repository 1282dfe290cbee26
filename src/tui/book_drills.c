/* Which scenarios lie with a runbook: looked for when somebody wants to know. */
#include "book_drills.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fsio.h"
#include "loader.h"
#include "mem.h"
#include "scenario.h"
#include "str.h"

enum { FILES_MAX = 1000 };

static void take(struct book_drills *d, const char *path, const char *book)
{
	struct loader_source disk = loader_disk();
	struct scenario *s = NULL;
	struct findings f = { 0 };
	char *its = NULL;

	if (d->n == BOOK_DRILLS || !scenario_is_file(path))
		return;
	if (scenario_load(path, &disk, &s, &f, NULL) == 0 && s->runbook)
		its = realpath(s->runbook, NULL);
	if (its && str_eq(its, book))
		d->v[d->n++] = (struct book_drill){
			mem_dup(path), mem_dup(s->title ? s->title : path) };
	free(its);
	findings_release(&f);
	scenario_free(s);
}

/* Of a folder whose name a pattern would read otherwise nothing is found. */
void book_drills_find(struct book_drills *ret, const char *path)
{
	static const char *const where[] = { "*.yaml", "drills/*.yaml", "drills/*/*.yaml" };
	char *book = realpath(path, NULL), *folder = fsio_dirname(path);

	*ret = (struct book_drills){ 0 };
	for (size_t i = 0; book && i < sizeof where / sizeof where[0]; i++) {
		char *pattern = mem_printf("%s/%s", folder, where[i]);
		glob_t g = { 0 };

		if (glob(pattern, 0, NULL, &g) == 0)
			for (size_t k = 0; k < g.gl_pathc && k < FILES_MAX; k++)
				take(ret, g.gl_pathv[k], book);
		globfree(&g);
		free(pattern);
	}
	free(folder);
	free(book);
}

void book_drills_release(struct book_drills *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].path);
		free(d->v[i].title);
	}
	*d = (struct book_drills){ 0 };
}
