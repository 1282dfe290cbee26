/* What commands print: kept whole, in their order, once. */
#include "journal_help.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { CHUNK = 1 << 20 };

struct fixture {
	struct scratch s;
	struct journal *j;
	struct output *o;
	char *path;
};

static int setup(void **state)
{
	void *inner = NULL;
	if (scratch_setup(&inner))
		return -1;
	struct fixture *f = mem_alloc(sizeof(*f));
	f->s = *(struct scratch *)inner;
	free(inner);
	f->j = open_journal(f->s.path, JOURNAL_WRITE);
	f->path = mem_printf("%s/output/%s.db", f->s.dir, RUN_A);
	must(output_open(f->j, RUN_A, true, &f->o, &E));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	output_close(f->o);
	journal_close(f->j);
	int rc = fsio_remove_tree(f->s.dir, NULL);
	free(f->path);
	free(f);
	return rc;
}

static void write_as(struct fixture *f, const char *token, enum stream s, int64_t from,
		     const void *p, size_t n, int want)
{
	uint8_t hash[HASH_LEN], expect[HASH_LEN];
	memset(hash, 7, sizeof(hash));
	memcpy(expect, hash, sizeof(hash));
	must(output_begin(f->o, &E));
	must_fail(output_write(f->o, token, s, from, p, n, false, hash, &E), want);
	if (want == 0)
		hash_bytes(p, n, expect);
	assert_memory_equal(hash, expect, HASH_LEN);
	must(output_commit(f->o, false, &E));
}

static void assert_reads(struct output *o, const char *token, enum stream s, int64_t from,
			 size_t n, const void *want, size_t want_n)
{
	struct buf got = BUF_INIT;
	buf_adds(&got, "=");
	must(output_read(o, token, s, from, n, &got, &E));
	assert_int_equal(got.len, want_n + 1);
	assert_memory_equal(got.data + 1, want, want_n);
	buf_release(&got);
}

static int64_t size_of(struct output *o, const char *token, enum stream s)
{
	int64_t n = -1;
	must(output_size(o, token, s, &n, &E));
	return n;
}

/* Text that compresses, noise that does not. */
static char *content(size_t n, bool noise)
{
	char *p = mem_alloc(n + 1);
	if (noise)
		hash_random(p, n);
	for (size_t i = 0; !noise && i < n; i++)
		p[i] = "restoring snapshot 4711 of /srv/data\n"[(i + i / 1000) % 37];
	return p;
}

static void streams_are_kept_apart_and_whole(void **state)
{
	struct fixture *f = *state;
	write_as(f, "c1", STREAM_OUT, 0, "hello ", 6, 0);
	write_as(f, "c1", STREAM_ERR, 0, "oops", 4, 0);
	write_as(f, "c2", STREAM_TTY, 0, "\033[31m\0x", 7, 0);
	write_as(f, "c1", STREAM_OUT, 6, "world", 5, 0);
	assert_reads(f->o, "c1", STREAM_OUT, 0, 100, "hello world", 11);
	assert_reads(f->o, "c1", STREAM_OUT, 4, 3, "o w", 3);
	assert_reads(f->o, "c1", STREAM_OUT, 11, 3, "", 0);
	assert_reads(f->o, "c1", STREAM_OUT, 999, 3, "", 0);
	assert_reads(f->o, "c1", STREAM_ERR, 0, 100, "oops", 4);
	assert_reads(f->o, "c2", STREAM_TTY, 0, 100, "\033[31m\0x", 7);
	assert_reads(f->o, "c2", STREAM_OUT, 0, 100, "", 0);
	assert_reads(f->o, "c1", STREAM_OUT, 0, 0, "", 0);
	assert_int_equal(size_of(f->o, "c1", STREAM_OUT), 11);
	assert_int_equal(size_of(f->o, "c9", STREAM_OUT), 0);
}

static void large_chunks_of_both_kinds_come_back(void **state)
{
	struct fixture *f = *state;
	for (int noise = 0; noise < 2; noise++) {
		const char *token = noise ? "noise" : "text";
		size_t n = 2 * CHUNK + 12345;
		char *p = content(n, noise);
		write_as(f, token, STREAM_OUT, 0, p, CHUNK, 0);
		write_as(f, token, STREAM_OUT, CHUNK, p + CHUNK, CHUNK, 0);
		write_as(f, token, STREAM_OUT, 2 * CHUNK, p + 2 * CHUNK, 12345, 0);
		assert_reads(f->o, token, STREAM_OUT, 0, n + 10, p, n);
		for (size_t at = 0; at < n; at += 300007)
			assert_reads(f->o, token, STREAM_OUT, (int64_t)at, 5000, p + at,
				     n - at < 5000 ? n - at : 5000);
		free(p);
	}
	assert_true(raw_int(f->path, "SELECT sum(length(bytes)) FROM chunk WHERE token = 'text'") <
		    100000);
	assert_int_equal(raw_int(f->path, "SELECT count(*) FROM chunk WHERE token = 'noise' AND packed"),
			 0);
	assert_int_equal(raw_int(f->path, "SELECT sum(length(bytes)) FROM chunk WHERE token = 'noise'"),
			 2 * CHUNK + 12345);
}

static void the_same_range_again_is_compared(void **state)
{
	struct fixture *f = *state;
	char *p = content(3000, false);
	write_as(f, "c", STREAM_OUT, 0, p, 1000, 0);
	write_as(f, "c", STREAM_OUT, 1000, p + 1000, 1000, 0);
	write_as(f, "c", STREAM_OUT, 0, p, 1000, 0);
	write_as(f, "c", STREAM_OUT, 500, p + 500, 1000, 0); /* cut otherwise than before */
	write_as(f, "c", STREAM_OUT, 0, p, 2000, 0);
	write_as(f, "c", STREAM_OUT, 0, p + 1, 1000, ERR_CORRUPT);
	write_as(f, "c", STREAM_OUT, 1999, "?", 1, ERR_CORRUPT);
	write_as(f, "c", STREAM_OUT, 1500, p + 1500, 1000, ERR_USAGE);
	assert_int_equal(raw_int(f->path, "SELECT count(*) FROM chunk"), 2);
	write_as(f, "c", STREAM_OUT, 2000, p + 2000, 1000, 0);
	assert_reads(f->o, "c", STREAM_OUT, 0, 3000, p, 3000);
	free(p);
}

static void a_hole_is_told_and_not_passed_over(void **state)
{
	struct fixture *f = *state;
	struct buf got = BUF_INIT;
	write_as(f, "c", STREAM_OUT, 0, "aaaa", 4, 0);
	write_as(f, "c", STREAM_OUT, 10, "bbbb", 4, 0);
	assert_reads(f->o, "c", STREAM_OUT, 0, 100, "aaaa", 4);
	assert_int_equal(output_read(f->o, "c", STREAM_OUT, 4, 100, &got, &E), ERR_NOTFOUND);
	assert_non_null(strstr(E.text, "bytes 4 to 9 are not on record"));
	assert_int_equal(got.len, 0);
	assert_reads(f->o, "c", STREAM_OUT, 10, 100, "bbbb", 4);
	assert_int_equal(size_of(f->o, "c", STREAM_OUT), 14);
	write_as(f, "c", STREAM_OUT, 5, "????", 4, ERR_USAGE);
	write_as(f, "c", STREAM_OUT, 2, "aabb", 4, ERR_USAGE);
}

static void what_makes_no_sense_is_refused(void **state)
{
	struct fixture *f = *state;
	uint8_t hash[HASH_LEN];
	char *p = content(CHUNK + 1, false), longest[80];
	struct output *other = NULL;
	memset(longest, 'x', sizeof(longest));
	longest[64] = '\0';
	write_as(f, "c", STREAM_OUT, 0, p, 0, ERR_LIMIT);
	write_as(f, "c", STREAM_OUT, 0, p, CHUNK + 1, ERR_LIMIT);
	write_as(f, "", STREAM_OUT, 0, p, 1, ERR_USAGE);
	write_as(f, longest, STREAM_OUT, 0, p, 1, ERR_USAGE);
	write_as(f, "c", STREAM_MAX, 0, p, 1, ERR_USAGE);
	write_as(f, "c", STREAM_OUT, -1, p, 1, ERR_LIMIT);
	must_fail(output_write(f->o, "c", STREAM_OUT, 0, p, 1, false, hash, &E), ERR_USAGE);
	must_fail(output_open(f->j, "../x", true, &other, &E), ERR_USAGE);
	must_fail(output_open(f->j, RUN_B, false, &other, &E), ERR_NOTFOUND);
	must(output_open(f->j, RUN_A, false, &other, &E));
	must_fail(output_begin(other, &E), ERR_DENIED);
	output_close(other);
	assert_int_equal(raw_int(f->path, "SELECT count(*) FROM chunk"), 0);
	free(p);
}

static void a_rollback_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t hash[HASH_LEN];
	must(output_begin(f->o, &E));
	must(output_write(f->o, "c", STREAM_OUT, 0, "abc", 3, true, hash, &E));
	assert_reads(f->o, "c", STREAM_OUT, 0, 3, "abc", 3);
	output_rollback(f->o);
	output_rollback(f->o);
	assert_int_equal(size_of(f->o, "c", STREAM_OUT), 0);
	write_as(f, "c", STREAM_OUT, 0, "xyz", 3, 0);
	assert_reads(f->o, "c", STREAM_OUT, 0, 3, "xyz", 3);
}

static void a_reader_follows_a_writer(void **state)
{
	struct fixture *f = *state;
	struct output *r = NULL;
	must(output_open(f->j, RUN_A, false, &r, &E));
	write_as(f, "c", STREAM_OUT, 0, "one", 3, 0);
	assert_reads(r, "c", STREAM_OUT, 0, 100, "one", 3);
	write_as(f, "c", STREAM_OUT, 3, "two", 3, 0);
	assert_reads(r, "c", STREAM_OUT, 0, 100, "onetwo", 6);
	output_close(f->o);
	f->o = NULL;
	assert_reads(r, "c", STREAM_OUT, 3, 100, "two", 3);
	must(output_open(f->j, RUN_A, true, &f->o, &E));
	write_as(f, "c", STREAM_OUT, 6, "three", 5, 0);
	assert_reads(r, "c", STREAM_OUT, 0, 100, "onetwothree", 11);
	output_close(r);
}

static void damage_is_told_by_the_reader_too(void **state)
{
	struct fixture *f = *state;
	struct buf got = BUF_INIT;
	char *p = content(5000, false);
	write_as(f, "c", STREAM_OUT, 0, p, 5000, 0);
	free(p);
	raw_do(f->path, "DROP TRIGGER chunk_no_update; UPDATE chunk SET bytes = CAST(substr(bytes, 1, 60)"
	       " || 'x' || substr(bytes, 62) AS BLOB)");
	must_fail(output_read(f->o, "c", STREAM_OUT, 0, 10, &got, &E), ERR_CORRUPT);
	raw_do(f->path, "PRAGMA ignore_check_constraints=ON; UPDATE chunk SET n = 1000000000");
	must_fail(output_read(f->o, "c", STREAM_OUT, 0, 10, &got, &E), ERR_CORRUPT);
	assert_int_equal(got.len, 0);
	buf_release(&got);
}

/* 64 MB of noise in one stream: the WAL is checkpointed on the way, and a bound of the caller's on
 * what it reads holds. */
static void a_flood_does_not_make_the_wal_grow(void **state)
{
	struct fixture *f = *state;
	uint8_t hash[HASH_LEN];
	struct stat st;
	char *p = content(CHUNK, true), *wal = mem_printf("%s-wal", f->path);
	off_t largest = 0;
	for (int i = 0; i < 64; i++) {
		must(output_begin(f->o, &E));
		must(output_write(f->o, "c", STREAM_OUT, (int64_t)i * CHUNK, p, CHUNK, false, hash, &E));
		must(output_commit(f->o, i % 8 == 0, &E));
		assert_int_equal(stat(wal, &st), 0);
		largest = st.st_size > largest ? st.st_size : largest;
	}
	assert_true(largest < 24 << 20);
	struct buf got = { .max = 3 * CHUNK / 2 };
	must_fail(output_read(f->o, "c", STREAM_OUT, 5, 2 * CHUNK, &got, &E), ERR_LIMIT);
	buf_release(&got);
	free(wal);
	free(p);
}

#define with_fixture(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_fixture(streams_are_kept_apart_and_whole),
		with_fixture(large_chunks_of_both_kinds_come_back),
		with_fixture(the_same_range_again_is_compared),
		with_fixture(a_hole_is_told_and_not_passed_over),
		with_fixture(what_makes_no_sense_is_refused),
		with_fixture(a_rollback_leaves_nothing),
		with_fixture(a_reader_follows_a_writer),
		with_fixture(damage_is_told_by_the_reader_too),
		with_fixture(a_flood_does_not_make_the_wal_grow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
