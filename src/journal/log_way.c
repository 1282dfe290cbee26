/* One way to rows: an index, gone along in pieces, forward or back. */
#include "log_way.h"

#include <string.h>

#include "bind.h"
#include "err.h"
#include "kind.h"
#include "log_sql.h"

static const int sql_of[WAY_MAX][2] = {
	[WAY_RUN] = { SQL_LOG_RUN, SQL_LOG_RUN_BACK },
	[WAY_STEP] = { SQL_LOG_STEP, SQL_LOG_STEP_BACK },
	[WAY_PERSON] = { SQL_LOG_PERSON, SQL_LOG_PERSON_BACK },
	[WAY_KIND] = { SQL_LOG_KIND, SQL_LOG_KIND_BACK },
	[WAY_PLACE] = { SQL_LOG_PLACE, SQL_LOG_PLACE_BACK },
	[WAY_TIME] = { SQL_LOG_TIME, SQL_LOG_TIME_BACK },
	[WAY_ARRIVAL] = { SQL_LOG_ARRIVAL, SQL_LOG_ARRIVAL_BACK },
};

void log_way_begin(struct source *s, enum log_way way, const char *arg, const struct place *at)
{
	*s = (struct source){ .way = way, .arg = arg, .at = *at };
}

static int bind_way(struct journal *j, const struct source *s, const struct way_end *end,
		    int64_t most, sqlite3_stmt **ret, struct err *err)
{
	int rc = db_use(&j->db, sql_of[s->way][end->reverse], ret, err);
	if (rc)
		return rc;
	struct binder b = { .st = *ret };
	bind_text(&b, s->arg);
	bind_int(&b, s->at.wall);
	bind_int(&b, s->at.id);
	bind_int(&b, s->at.seq);
	bind_int(&b, end->wall);
	bind_int(&b, end->id);
	bind_int(&b, most);
	return bind_end(&b, &j->db, err);
}

int log_way_fill(struct journal *j, struct source *s, const struct way_end *end, struct err *err)
{
	sqlite3_stmt *st = NULL;
	if (s->next < s->n || s->dry)
		return 0;
	s->n = s->next = 0;
	int rc = bind_way(j, s, end, LOG_AHEAD, &st, err);
	while (rc == 0 && (rc = db_step(&j->db, st, err)) == 1) {
		s->at = (struct place){ sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
					sqlite3_column_int64(st, 2) };
		s->ahead[s->n++] = s->at;
		rc = s->n == LOG_AHEAD;
	}
	if (st)
		sqlite3_reset(st);
	if (rc < 0)
		return rc;
	s->dry = s->n < LOG_AHEAD;
	return 0;
}

int log_way_count(struct journal *j, const struct source *s, const struct way_end *end,
		  int64_t most, int64_t *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int64_t n = 0;
	int rc = bind_way(j, s, end, most, &st, err);
	while (rc == 0 && (rc = db_step(&j->db, st, err)) == 1) {
		n++;
		rc = 0;
		if (n == most)
			break;
	}
	if (st)
		sqlite3_reset(st);
	if (rc == 0)
		*ret = n;
	return rc;
}

int log_way_indexed(struct journal *j, bool *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_LOG_INDEXES, &st, err);
	if (rc == 0)
		rc = db_step(&j->db, st, err);
	if (rc != 1)
		return rc;
	*ret = sqlite3_column_int(st, 0) == LOG_INDEXES;
	sqlite3_reset(st);
	return 0;
}

bool log_way_has_kindn(const char *kind, size_t n)
{
	static const enum event_kind bulk[] = { EV_STEP, EV_CMD_INTENT, EV_CMD_ENDED, EV_OUTPUT,
						EV_LOOKED, EV_VALUE };
	for (size_t i = 0; i < sizeof(bulk) / sizeof(bulk[0]); i++) {
		const char *word = word_of(WORDS_EVENT, bulk[i]);
		if (strlen(word) == n && memcmp(kind, word, n) == 0)
			return false;
	}
	return true;
}

bool log_way_has_kind(const char *kind)
{
	return log_way_has_kindn(kind, strlen(kind));
}
