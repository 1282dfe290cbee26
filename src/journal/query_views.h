/* The views that questions are asked of. */
#ifndef JOURNAL_QUERY_VIEWS_H
#define JOURNAL_QUERY_VIEWS_H

struct query_view {
	const char *name, *sql;
};

/* Ends with a NULL name. */
extern const struct query_view query_views[];

#endif
