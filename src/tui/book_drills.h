/* The scenarios that lie with a runbook. */
#ifndef TUI_BOOK_DRILLS_H
#define TUI_BOOK_DRILLS_H

#include <stddef.h>

enum { BOOK_DRILLS = 50 };

struct book_drills {
	struct book_drill {
		char *path, *title;
	} v[BOOK_DRILLS];
	size_t n; /* the first BOOK_DRILLS, by path */
};

/* Those of the runbook at path: beside it, in `drills` there, and in the folders of that. What
 * cannot be read is none. */
void book_drills_find(struct book_drills *ret, const char *path);
void book_drills_release(struct book_drills *d);

#endif
