/* What the picture is drawn with: lanes under a caption, cut into parts that fit on a sheet; bars
 * and marks in them. */
#ifndef REPORT_REPORT_DRAW_H
#define REPORT_REPORT_DRAW_H

#include "reportint.h"

struct pen {
	struct buf *out;
	const struct report *r;
	const char *caption;
	size_t left;      /* lanes that are still to come under this caption */
	int y;            /* of the lane; -1: no part is open */
	size_t in_part, part, parts;
};

int report_draw_place(const struct report *r, int64_t ms); /* in 1/10000 of the run */
void report_draw_after(struct buf *out, int64_t ms);       /* -1: not known */

/* So many lanes follow, and then the end. */
void report_draw_begin(struct pen *p, const char *caption, size_t lanes);
void report_draw_end(struct pen *p);
/* The next lane, with its name; bad: in the colour of what went wrong. */
void report_draw_lane(struct pen *p, const char *name, bool bad);

/* In the lane: y from its top. Whoever calls it closes the element. */
void report_draw_rect(struct pen *p, const char *class, int from, int to, int y, int height);
void report_draw_spans(struct pen *p, const struct report_spans *of);

struct marks {
	unsigned in;        /* where the rows are told */
	const char *actor;  /* of this one; NULL: of all */
	const char *name;   /* of this step */
};
void report_draw_marks(struct pen *p, const struct marks *m);

#endif
