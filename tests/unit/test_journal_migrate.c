/* From older formats to newer ones, by a table of steps that exists only here. */
#include "journal_help.h"

#include <sys/wait.h>

#include "../../src/journal/db.h"

enum { APP = 0x62737878 };

static const char *const steps[] = {
	"CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1), (2);",
	"ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = 'row ' || x;",
	"CREATE TABLE b (z) STRICT; INSERT INTO nowhere VALUES (1);",
};
static const char *const good_steps[] = {
	"CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1), (2);",
	"ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = 'row ' || x;",
	"CREATE TABLE b (z INTEGER) STRICT; INSERT INTO b SELECT x * 10 FROM a;"
	"CREATE TRIGGER t BEFORE DELETE ON b BEGIN SELECT RAISE(ABORT, 'no'); END;",
};
enum { SQL_SUM = DB_SQL_OWN, SQL_N };
static const char *const sql[] = { DB_SQL_COMMON, [SQL_SUM] = "SELECT sum(x) FROM a" };

static struct db_kind kind_of(const char *const *which, int n)
{
	return (struct db_kind){ .what = "test file", .app_id = APP, .steps = which, .n_steps = n,
		.sql = sql, .n_sql = SQL_N };
}

static void make_at(const char *path, int format)
{
	struct db d;
	struct db_kind kind = kind_of(good_steps, format);
	must(db_open(&d, &kind, path, DB_WRITE, &E));
	db_close(&d);
	assert_int_equal(raw_int(path, "PRAGMA user_version"), format);
}

static void an_older_file_is_taken_to_the_newest_step_by_step(void **state)
{
	struct scratch *s = *state;
	struct db d;
	struct db_kind newest = kind_of(good_steps, 3);
	for (int from = 0; from < 3; from++) {
		unlink(s->path);
		if (from)
			make_at(s->path, from);
		must(db_open(&d, &newest, s->path, DB_WRITE, &E));
		db_close(&d);
		assert_int_equal(raw_int(s->path, "PRAGMA user_version"), 3);
		assert_int_equal(raw_int(s->path, "PRAGMA application_id"), APP);
		assert_int_equal(raw_int(s->path, "SELECT sum(z) FROM b"), 30);
		char *y = raw_get(s->path, "SELECT group_concat(y) FROM a");
		assert_string_equal(y, "row 1,row 2");
		free(y);
	}
}

static void a_reader_takes_no_step(void **state)
{
	struct scratch *s = *state;
	struct db d;
	struct db_kind newest = kind_of(good_steps, 3);
	make_at(s->path, 2);
	must(db_open(&d, &newest, s->path, DB_READ, &E));
	db_close(&d);
	assert_int_equal(raw_int(s->path, "PRAGMA user_version"), 2);
}

static void a_step_that_fails_leaves_the_one_before(void **state)
{
	struct scratch *s = *state;
	struct db d;
	struct db_kind bad = kind_of(steps, 3);
	make_at(s->path, 1);
	must_fail(db_open(&d, &bad, s->path, DB_WRITE, &E), ERR_CORRUPT);
	assert_int_equal(raw_int(s->path, "PRAGMA user_version"), 2);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
	assert_int_equal(raw_int(s->path, "SELECT count(y) FROM a"), 2);
}

static void an_older_program_refuses_what_was_migrated(void **state)
{
	struct scratch *s = *state;
	struct db d;
	struct db_kind older = kind_of(good_steps, 2);
	make_at(s->path, 3);
	must_fail(db_open(&d, &older, s->path, DB_WRITE, &E), ERR_VERSION);
	must_fail(db_open(&d, &older, s->path, DB_READ, &E), ERR_VERSION);
}

static void a_step_waits_for_no_writer(void **state)
{
	struct scratch *s = *state;
	struct db d;
	struct db_kind newest = kind_of(good_steps, 3);
	make_at(s->path, 1);
	sqlite3 *h = raw_open(s->path);
	sqlite3_exec(h, "PRAGMA journal_mode=WAL; BEGIN IMMEDIATE", NULL, NULL, NULL);
	must_fail(db_open(&d, &newest, s->path, DB_WRITE, &E), ERR_BUSY);
	sqlite3_exec(h, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(h);
	must(db_open(&d, &newest, s->path, DB_WRITE, &E));
	db_close(&d);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM b"), 2);
}

/* Several programs that open the same old file at once: every step is taken once. */
static void openers_at_once_take_each_step_once(void **state)
{
	struct scratch *s = *state;
	enum { CHILDREN = 6 };
	struct db_kind newest = kind_of(good_steps, 3);
	for (int round = 0; round < 10; round++) {
		static const char *const all[] = { "", "-wal", "-shm", "-journal" };
		/* two that close at once may leave them */
		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
			char *name = mem_printf("%s%s", s->path, all[i]);
			unlink(name);
			free(name);
		}
		if (round % 2)
			make_at(s->path, 1);
		for (int i = 0; i < CHILDREN; i++) {
			if (fork() != 0)
				continue;
			struct db d;
			struct err why = { 0 };
			int rc;
			while ((rc = db_open(&d, &newest, s->path, DB_WRITE, &why)) == ERR_BUSY)
				;
			if (rc == 0)
				db_close(&d);
			else
				fprintf(stderr, "# round %d: %s\n", round, why.text);
			_exit(rc ? 1 : 0);
		}
		for (int i = 0; i < CHILDREN; i++) {
			int status = 0;
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		assert_int_equal(raw_int(s->path, "SELECT count(*) FROM b"), 2);
	}
}

static void the_schema_is_compared_with_what_the_steps_make(void **state)
{
	struct scratch *s = *state;
	struct db d;
	struct db_kind newest = kind_of(good_steps, 3);
	static const struct {
		const char *sql, *want;
	} cases[] = {
		{ "CREATE INDEX i ON a (x); CREATE TABLE other (o); ANALYZE", NULL },
		{ "DROP TRIGGER t", "the trigger t is gone" },
		{ "CREATE TRIGGER u AFTER INSERT ON a BEGIN DELETE FROM b; END",
		  "the trigger u was added" },
		{ "DROP TRIGGER t; CREATE TRIGGER t BEFORE DELETE ON b BEGIN SELECT 1; END",
		  "the trigger t was altered" },
		{ "DROP TABLE b; CREATE VIEW b AS SELECT 1 AS z", "the table b is gone" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *defect = NULL;
		unlink(s->path);
		make_at(s->path, 3);
		raw_do(s->path, cases[i].sql);
		must(db_open(&d, &newest, s->path, DB_READ, &E));
		must(db_schema_check(&d, &defect, &E));
		if (cases[i].want)
			assert_string_equal(defect, cases[i].want);
		else
			assert_null(defect);
		free(defect);
		db_close(&d);
	}
}

static void statements_can_only_read_and_insert(void **state)
{
	struct scratch *s = *state;
	static const char *const bad[] = { "UPDATE a SET x = 1", "DELETE FROM a", "DROP TABLE a",
		"ALTER TABLE a RENAME TO c", "CREATE TABLE c (x)", "ATTACH 'x' AS y",
		"INSERT OR REPLACE INTO a SELECT * FROM a; DELETE FROM a" };
	struct db d;
	struct db_kind newest = kind_of(good_steps, 3);
	must(db_open(&d, &newest, s->path, DB_WRITE, &E));
	assert_int_equal(sqlite3_exec(d.h, "INSERT INTO a VALUES (3, 'c')", NULL, NULL, NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sqlite3_exec(d.h, bad[i], NULL, NULL, NULL), SQLITE_AUTH);
	db_close(&d);
	must(db_open(&d, &newest, s->path, DB_READ, &E));
	assert_int_equal(sqlite3_exec(d.h, "INSERT INTO a VALUES (4, 'd')", NULL, NULL, NULL),
			 SQLITE_AUTH);
	db_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(an_older_file_is_taken_to_the_newest_step_by_step),
		with_scratch(a_reader_takes_no_step),
		with_scratch(a_step_that_fails_leaves_the_one_before),
		with_scratch(an_older_program_refuses_what_was_migrated),
		with_scratch(a_step_waits_for_no_writer),
		with_scratch(openers_at_once_take_each_step_once),
		with_scratch(the_schema_is_compared_with_what_the_steps_make),
		with_scratch(statements_can_only_read_and_insert),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
