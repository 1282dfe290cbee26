/* Restore points into sets that can be restored as a whole. Pure: JSON in, JSON out.
 *
 * Everything goes by the name of the volume, compared whole: `db-1` never takes a point of `db-10`.
 */
#ifndef EXPR_RESTORE_H
#define EXPR_RESTORE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct json;

enum {
	RESTORE_SETS_MAX = 200,    /* offered */
	RESTORE_VOLUMES_MAX = 1000,
	RESTORE_POINTS_MAX = 20000,
};

/* One restore point of one volume, as a driver lists it. Texts are borrowed. */
struct restore_point {
	const char *volume, *point, *holds, *set;
	int64_t at, size; /* ns; bytes, -1: not said */
	size_t order;     /* in the list */
};

struct restore_points {
	struct json *doc;
	struct restore_point *v;
	size_t n;
};

struct restore_volumes {
	struct json *doc;
	const char **names;
	size_t n;
};

/* Takes a driver's list apart. Strict: ERR_PARSE names the item and what is wrong with it;
 * ERR_LIMIT. The caller releases it in any case. */
int restore_points_read(const char *text, struct restore_points *ret, struct err *err);
void restore_points_release(struct restore_points *p);
/* A map of name -> place. */
int restore_volumes_read(const char *text, struct restore_volumes *ret, struct err *err);
void restore_volumes_release(struct restore_volumes *v);

/* Appends {label: {volume: point}}, newest first. rpo_ms 0: there is none. ERR_NOTFOUND: a volume
 * has no point, or no set is complete. */
int restore_sets(const char *points, const char *volumes, int64_t rpo_ms, int64_t now_ns,
		 struct buf *out, struct err *err);
/* Appends the label of the one set that `name` means: its label, time or name, or a point in it. */
int restore_pick(const char *sets, const char *name, struct buf *out, struct err *err);
/* Whether every volume has a chosen point, and every chosen point is (still) in the list;
 * ERR_NOTFOUND names what is not. */
int restore_there(const char *chosen, const char *points, const char *volumes, struct err *err);

#endif
