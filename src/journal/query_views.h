/* The views that questions are asked of. */
#ifndef JOURNAL_QUERY_VIEWS_H
#define JOURNAL_QUERY_VIEWS_H

struct query_view {
	const char *name, *sql;
};

/* Ends with a NULL name. One without sql is of removals, which a file of an older format has none
 * of. */
extern const struct query_view query_views[];
extern const char query_removals[], query_no_removals[];

#endif
