/* Files made to hurt: an error with its place, no crash, no hang, nothing cut. */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "limits.h"
#include "loader.h"
#include "str.h"

#define HEAD "blackstart: 1\ntitle: T\nsteps:\n"

enum { PATIENCE_S = 60 }; /* of the processor; what is quadratic takes hours */

#ifdef __SANITIZE_ADDRESS__
enum { SHARE = 16 }; /* of the largest file and the most steps */
#else
enum { SHARE = 2 };
#endif

/* One file held in memory, made of a head, a piece many times over, and a tail. */
struct made {
	const char *head, *piece, *tail;
	size_t times;
};

static int read_made(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct made *m = ctx;
	if (!str_eq(path, "in.yaml"))
		return err_set(err, ERR_NOTFOUND, "%s is not there", path);
	if (buf_adds(out, m->head))
		return err_set(err, ERR_LIMIT, "too large");
	for (size_t i = 0; i < m->times; i++)
		if (buf_adds(out, m->piece))
			return err_set(err, ERR_LIMIT, "too large");
	return buf_adds(out, m->tail) ? err_set(err, ERR_LIMIT, "too large") : 0;
}

struct loaded {
	struct runbook *rb;
	struct findings f;
	int rc;
};

static struct loaded load(const struct made *m)
{
	struct loader_source src = { (void *)(uintptr_t)m, read_made };
	struct loaded l = { 0 };
	struct err err = { 0 };
	clock_t start = clock();
	l.rc = loader_load("in.yaml", &src, &l.rb, &l.f, &err);
	assert_true((clock() - start) / CLOCKS_PER_SEC < PATIENCE_S);
	assert_int_equal(l.rc == 0, l.rb != NULL);
	assert_true(l.f.n <= LIMIT_FINDINGS);
	return l;
}

static void release(struct loaded *l)
{
	struct buf out = BUF_INIT;
	findings_print(&out, &l->f);
	findings_json(&out, &l->f);
	if (l->rb) {
		loader_print(&out, l->rb, 80);
		loader_print_yaml(&out, l->rb);
	}
	buf_release(&out);
	runbook_free(l->rb);
	findings_release(&l->f);
}

static const struct finding *find_rule(const struct findings *f, const char *rule)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->v[i].rule, rule))
			return &f->v[i];
	return NULL;
}

/* --- depth ------------------------------------------------------------------------------------ */

static void nesting_ten_thousand_deep_is_one_error(void **state)
{
	static const struct made deep[] = {
		{ HEAD "  - run: ", "[", "", 10000 },
		{ HEAD "  - run: ", "[ ", "", 10000 },
		{ HEAD "  - run: ", "{a: ", "", 10000 },
		{ HEAD "  - run: ", "{", "", 10000 },
		{ HEAD "  - ", "- ", "x\n", 10000 },
		{ HEAD "  - ", "? ", "x\n", 10000 },
		{ HEAD "  - steps: ", "[{steps: ", "[]", 10000 },
		{ "", "[", "", 10000 },
		{ "", "{a: [", "", 10000 },
		{ "", "- ", "x", 10000 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(deep); i++) {
		struct loaded l = load(&deep[i]);
		const struct finding *f = find_rule(&l.f, "limit");
		if (!f)
			f = find_rule(&l.f, "yaml");
		assert_non_null(f);
		assert_true(f->at.line >= 1 && f->at.col >= 1);
		release(&l);
	}
}

static void depth_up_to_the_limit_is_read(void **state)
{
	/* a step takes four levels with the book and its list, each group two more */
	struct buf text = BUF_INIT;
	enum { GROUPS = (LIMIT_YAML_DEPTH - 3) / 2 };
	(void)state;
	buf_adds(&text, HEAD "  - ");
	for (int i = 0; i < GROUPS; i++)
		buf_adds(&text, "{steps: [");
	buf_adds(&text, "{do: x}");
	for (int i = 0; i < GROUPS; i++)
		buf_adds(&text, "]}");
	struct made m = { buf_str(&text), "", "\n", 0 };
	struct loaded l = load(&m);
	assert_int_equal(l.rc, 0);
	assert_int_equal(l.f.n, 0);
	assert_int_equal(l.rb->n_all, GROUPS + 1);
	release(&l);
	buf_release(&text);
}

/* --- size ------------------------------------------------------------------------------------- */

static void a_hundred_megabytes_are_refused_unread(void **state)
{
	struct made m = { HEAD "  - do: ", "0123456789abcdef", "\n", 100 * 1024 * 64 };
	(void)state;
	struct loaded l = load(&m);
	assert_int_equal(l.rc, ERR_LIMIT);
	assert_non_null(find_rule(&l.f, "limit"));
	assert_int_equal(l.f.n, 1);
	release(&l);
}

static void a_file_of_a_hundred_megabytes_is_refused(void **state)
{
	char path[] = "/tmp/bs-hostile-XXXXXX";
	struct loader_source src = loader_disk();
	struct loaded l = { 0 };
	struct err err = { 0 };
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 100 << 20), 0);
	close(fd);
	assert_int_equal(loader_load(path, &src, &l.rb, &l.f, &err), ERR_LIMIT);
	assert_null(l.rb);
	assert_string_equal(l.f.v[0].at.file, path);
	unlink(path);
	release(&l);
}

static void a_text_is_whole_up_to_its_limit_and_refused_beyond(void **state)
{
	struct made fits = { HEAD "  - do: ", "x", "\n", LIMIT_SCALAR_BYTES };
	struct made over = { HEAD "  - do: ", "x", "\n", LIMIT_SCALAR_BYTES + 1 };
	(void)state;
	struct loaded l = load(&fits);
	assert_int_equal(l.f.n, 0);
	assert_int_equal(strlen(l.rb->steps[0]->text.s), LIMIT_SCALAR_BYTES);
	release(&l);
	l = load(&over);
	assert_int_equal(l.f.errors, 1);
	assert_non_null(find_rule(&l.f, "limit"));
	release(&l);
}

static void steps_up_to_the_limit_are_read_and_no_more(void **state)
{
	struct made fits = { HEAD, "  - do: x\n", "", LIMIT_STEPS };
	struct made over = { HEAD, "  - do: x\n", "", LIMIT_STEPS + 3 };
	(void)state;
	struct loaded l = load(&fits);
	assert_int_equal(l.f.n, 0);
	assert_int_equal(l.rb->n_all, LIMIT_STEPS);
	release(&l);
	l = load(&over);
	assert_int_equal(l.f.errors, 1);
	assert_int_equal(find_rule(&l.f, "limit")->at.line, LIMIT_STEPS + 4);
	assert_true(l.rb->broken);
	release(&l);
}

static void findings_beyond_the_limit_are_counted(void **state)
{
	struct made m = { HEAD, "  - {do: x, tilte: y}\n", "", 3000 };
	struct buf out = BUF_INIT;
	(void)state;
	struct loaded l = load(&m);
	assert_int_equal(l.f.errors, 3000);
	assert_int_equal(l.f.n, LIMIT_FINDINGS);
	assert_int_equal(l.f.untold, 3000 - LIMIT_FINDINGS);
	findings_print(&out, &l.f);
	assert_true(str_ends(buf_str(&out), "2000 more findings are not shown (the limit is 1000)\n"));
	buf_release(&out);
	release(&l);
}

static void the_limit_of_findings_is_for_each_file(void **state)
{
	struct made m = { HEAD, "  - {do: x, tilte: y}\n", "", 700 };
	struct loader_source src = { &m, read_made };
	struct loaded l = { 0 };
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(loader_load("in.yaml", &src, &l.rb, &l.f, NULL), 0);
		runbook_free(l.rb);
	}
	assert_int_equal(l.f.n, 2100);
	assert_int_equal(l.f.untold, 0);
	findings_release(&l.f);
}

/* --- time ------------------------------------------------------------------------------------- */

static void what_repeats_for_megabytes_ends_soon(void **state)
{
	static const char *const pieces[] = {
		"[", "{", "a: ", "- ", "\"", "'", "*a ", "&a ", "!t ", ",", "? ", "|", "#", "\n", " ",
		"]", "{a: ", "[ ", "\r", "x", "---\n", "%a\n", "- &a x\n", "- *a\n", "\xc2\x85", "}",
		"{run: a # b\n}, ", "{run: a, bad: 1}, ", "a: b\n", "  - do: x\n    zz: 1\n", "\t",
		"'$a ${a} ", "\xe2\x80\xa8", "\\", "  - {do: '${x}'}\n", "  - {run: 'a/b; $c'}\n",
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		size_t times = (LIMIT_RUNBOOK_BYTES - 100) / SHARE / strlen(pieces[i]);
		const struct made whole = { "", pieces[i], "", times };
		const struct made in_step = { HEAD "  - run: ", pieces[i], "", times };
		struct loaded l = load(&whole);
		assert_true(l.f.errors > 0);
		release(&l);
		l = load(&in_step);
		assert_true(l.f.errors + l.f.warnings > 0);
		release(&l);
	}
}

/* Numbered pieces, as far as the file may be long. */
struct numbered {
	void (*add)(struct buf *out, unsigned i);
	unsigned times;
};

static int read_numbered(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct numbered *n = ctx;
	struct buf one = BUF_INIT;
	if (!str_eq(path, "in.yaml"))
		return err_set(err, ERR_NOTFOUND, "%s is not there", path);
	buf_adds(out, HEAD);
	for (unsigned i = 0; i < n->times / SHARE; i++) {
		buf_clear(&one);
		n->add(&one, i);
		if (buf_add(out, buf_str(&one), one.len)) {
			out->over = false;
			break;
		}
	}
	buf_release(&one);
	return 0;
}

static void add_names(struct buf *out, unsigned i)
{
	buf_adds(out, "  - {run: x, effect: read, capture: {z: int");
	for (unsigned k = 0; k < 60; k++)
		buf_addf(out, ", a%u_%u: int", i, k);
	buf_adds(out, "}}\n");
}

static void add_jumps(struct buf *out, unsigned i)
{
	buf_addf(out, "  - {id: t%u, run: x, effect: read, capture: {v%u: int}, "
		      "on_fail: {goto: t%u}}\n", i, i, i + 2);
}

static void add_owes(struct buf *out, unsigned i)
{
	buf_adds(out, "  - {run: x, effect: change, owes: {z: x");
	for (unsigned k = 0; k < 20; k++)
		buf_addf(out, ", a%u_%u: x", i, k);
	buf_adds(out, "}}\n  - settle: all\n  - {end: x, when: mode = 'drill'}\n");
}

static void add_choices(struct buf *out, unsigned i)
{
	buf_addf(out, "  - {choose: x, options: [{title: a, steps: [{run: x, effect: read, capture: "
		      "{c%u: int}}]}, {title: b, steps: [{do: '${c%u}'}]}]}\n", i, i / 2);
}

static void add_loops(struct buf *out, unsigned i)
{
	buf_addf(out, "  - {each: {h%u: [a]}, steps: [{run: x, effect: read, capture: {c: int}}, "
		      "{check: c > %u}]}\n", i, i % 5);
}

static void add_misses(struct buf *out, unsigned i)
{
	buf_addf(out, "  - {run: x, effect: read, capture: {c%u: int}}\n  - do: '${ccc%u}'\n", i, i);
}

static void add_keys(struct buf *out, unsigned i)
{
	if (i == 0)
		buf_adds(out, "  - do: x\n");
	buf_addf(out, "    kkk%u: 1\n", i);
}

static void many_of_everything_ends_soon(void **state)
{
	static const struct numbered all[] = {
		{ add_names, 4000 }, { add_jumps, 19000 }, { add_owes, 4000 }, { add_choices, 4500 },
		{ add_loops, 6000 }, { add_misses, 9900 }, { add_keys, 300000 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct loader_source src = { (void *)(uintptr_t)&all[i], read_numbered };
		struct loaded l = { 0 };
		clock_t start = clock();
		l.rc = loader_load("in.yaml", &src, &l.rb, &l.f, NULL);
		assert_true((clock() - start) / CLOCKS_PER_SEC < PATIENCE_S);
		assert_int_equal(l.rc, 0);
		assert_true(l.rb->n_all > 0);
		release(&l);
	}
}

/* --- calls ------------------------------------------------------------------------------------ */

/* Every file calls the next one ten times: 10^8 steps, were they all read. */
static int read_fan(void *ctx, const char *path, struct buf *out, struct err *err)
{
	unsigned *reads = ctx, n = 0;
	(void)err;
	(*reads)++;
	if (sscanf(path, "f%u.yaml", &n) != 1)
		n = 0;
	buf_adds(out, HEAD "  - do: x\n");
	for (int i = 0; i < 10 && n < LIMIT_CALL_DEPTH; i++)
		buf_addf(out, "  - call: f%u.yaml\n", n + 1);
	return 0;
}

static void calls_that_multiply_stop_at_the_limit(void **state)
{
	unsigned reads = 0;
	struct loader_source src = { &reads, read_fan };
	struct loaded l = { 0 };
	(void)state;
	l.rc = loader_load("in.yaml", &src, &l.rb, &l.f, NULL);
	assert_int_equal(l.rc, 0);
	assert_non_null(find_rule(&l.f, "limit"));
	assert_true(l.rb->n_all <= LIMIT_STEPS);
	assert_int_equal(reads, LIMIT_CALL_DEPTH + 1); /* each file once */
	release(&l);
}

/* --- bytes ------------------------------------------------------------------------------------ */

static void bytes_that_are_no_text_have_their_place(void **state)
{
	static const struct {
		const char *text;
		int line, col;
	} bad[] = {
		{ HEAD "  - do: a\x80" "b\n", 4, 10 },
		{ HEAD "  - do: \xc3\xa4\xc3\x28\n", 4, 10 },
		{ HEAD "  - do: \xed\xa0\x80\n", 4, 9 },
		{ HEAD "  - do: \xf4\x90\x80\x80\n", 4, 9 },
		{ HEAD "  - do: \xc0\xaf\n", 4, 9 },
		{ HEAD "  - do: \xf0\x9f\x92", 4, 9 },
		{ HEAD "  - do: x\n  - do: \x1b[2J\n", 5, 9 },
		{ HEAD "  - do: x\n  - do: \x7f\n", 5, 9 },
		{ HEAD "  - do: x\n# \xc2\x9b" "2J\n", 5, 3 },
		{ HEAD "  - do: x\n  - do: a\xef\xbb\xbf\n", 5, 10 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct made m = { bad[i].text, "", "", 0 };
		struct loaded l = load(&m);
		const struct finding *f = find_rule(&l.f, "encoding");
		assert_non_null(f);
		assert_int_equal(f->at.line, bad[i].line);
		assert_int_equal(f->at.col, bad[i].col);
		release(&l);
	}
}

static void a_source_that_fails_is_a_finding(void **state)
{
	struct loader_source disk = loader_disk();
	static const struct {
		const char *path;
		int code;
	} bad[] = { { "/nowhere/at/all.yaml", ERR_NOTFOUND }, { "/tmp", ERR_DENIED } };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct loaded l = { 0 };
		struct err err = { 0 };
		l.rc = loader_load(bad[i].path, &disk, &l.rb, &l.f, &err);
		assert_int_equal(l.rc, bad[i].code);
		assert_null(l.rb);
		assert_non_null(find_rule(&l.f, "unreadable-file"));
		assert_string_not_equal(err.text, "");
		release(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(nesting_ten_thousand_deep_is_one_error),
		UNIT(depth_up_to_the_limit_is_read),
		UNIT(a_hundred_megabytes_are_refused_unread),
		UNIT(a_file_of_a_hundred_megabytes_is_refused),
		UNIT(a_text_is_whole_up_to_its_limit_and_refused_beyond),
		UNIT(steps_up_to_the_limit_are_read_and_no_more),
		UNIT(findings_beyond_the_limit_are_counted),
		UNIT(the_limit_of_findings_is_for_each_file),
		UNIT(what_repeats_for_megabytes_ends_soon),
		UNIT(many_of_everything_ends_soon),
		UNIT(calls_that_multiply_stop_at_the_limit),
		UNIT(bytes_that_are_no_text_have_their_place),
		UNIT(a_source_that_fails_is_a_finding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
