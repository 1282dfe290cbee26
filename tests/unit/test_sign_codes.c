#include "sign_rig.h"

#include <ctype.h>
#include <sys/file.h>

#include "sign_codes.h"

static struct signing s;
static int64_t now;

static int open_folder(void **state)
{
	(void)state;
	sr_open(&s);
	assert_true(clock_parse("2026-11-22T20:00:00Z", &now));
	return 0;
}

static int close_folder(void **state)
{
	(void)state;
	sr_close(&s);
	return 0;
}

static int make(const char *owner, int n, struct buf *ret)
{
	char *path = sr_path(&s, "codes");
	int rc = sign_codes_make(path, owner, n, now, ret, &s.err);
	free(path);
	return rc;
}

static int use(const char *code, const char *what, struct sign_who *ret)
{
	char *path = sr_path(&s, "codes");
	int rc = sign_code_use(path, code, what, now, ret, &s.err);
	free(path);
	return rc;
}

/* The i-th of those that were made; the caller's. */
static char *nth(const struct buf *made, size_t i)
{
	return mem_dupn(buf_str(made) + i * (SIGN_CODE_TEXT + 1), SIGN_CODE_TEXT);
}

static void forget(const char *name)
{
	char *path = sr_path(&s, name);
	fsio_remove_tree(path, NULL);
	free(path);
}

static void codes_are_seen_once_and_kept_as_slow_hashes(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct stat st;
	char *path = sr_path(&s, "codes");
	assert_int_equal(make("raj", 3, &made), 0);
	assert_int_equal(made.len, 3 * (SIGN_CODE_TEXT + 1));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	char *file = sr_read(&s, "codes");
	for (size_t i = 0; i < 3; i++) {
		char *code = nth(&made, i);
		for (size_t k = 0; k < SIGN_CODE_TEXT; k++)
			if (k % 5 == 4)
				assert_int_equal(code[k], '-');
			else
				assert_non_null(strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", code[k]));
		/* its name stands there, none of what makes it a secret */
		code[4] = '\0';
		assert_non_null(strstr(file, code));
		for (size_t group = 5; group < SIGN_CODE_TEXT; group += 5) {
			code[group + 4] = '\0';
			for (char *c = code + group; *c; c++)
				*c = (char)tolower(*c);
			assert_null(strstr(file, code + group));
		}
		free(code);
	}
	assert_non_null(strstr(file, " raj 2026-11-22T20:00:00Z 15,8,1 "));
	free(file);
	free(path);
	forget("codes");
	buf_release(&made);
}

static void a_code_says_whose_it_is_once(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct sign_who who = { 0 };
	assert_int_equal(make("ana", 1, &made), 0);
	assert_int_equal(make("raj", 2, &made), 0);
	char *code = nth(&made, 1), *name = mem_printf("code:%.4s", code);
	if (use(code, "20261122-a1", &who))
		fail_msg("%s", s.err.text);
	assert_string_equal(who.principal, "raj");
	assert_string_equal(who.fingerprint, name);
	assert_string_equal(who.type, "code");
	memset(&who, 0, sizeof(who));
	assert_int_equal(use(code, "20261122-b2", &who), ERR_EXISTS);
	assert_non_null(strstr(s.err.text, "was used at 2026-11-22T20:00:00Z for 20261122-a1"));
	assert_int_equal(who.principal[0], 0);
	free(name);
	free(code);
	/* the others go on */
	code = nth(&made, 0);
	assert_int_equal(use(code, "x", &who), 0);
	assert_string_equal(who.principal, "ana");
	free(code);
	code = nth(&made, 2);
	assert_int_equal(use(code, "x", &who), 0);
	assert_string_equal(who.principal, "raj");
	free(code);
	forget("codes");
	buf_release(&made);
}

static void a_code_is_taken_as_a_person_types_it(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct sign_who who;
	assert_int_equal(make("ana", 2, &made), 0);
	char *code = nth(&made, 0), *typed = mem_printf(" %s ", code);
	for (char *c = typed; *c; c++) {
		*c = *c == '-' ? ' ' : (char)tolower(*c);
		*c = *c == '0' ? 'o' : *c == '1' ? 'l' : *c;
	}
	assert_int_equal(use(typed, "x", &who), 0);
	free(typed);
	free(code);
	code = nth(&made, 1);
	char plain[17] = "";
	for (size_t i = 0, n = 0; code[i]; i++)
		if (code[i] != '-')
			plain[n++] = code[i];
	assert_int_equal(use(plain, "x", &who), 0);
	free(code);
	forget("codes");
	buf_release(&made);
}

static void a_wrong_code_is_refused_and_uses_nothing(void **state)
{
	(void)state;
	static const char *const none[] = { "", "1234", "----", "U234-5678-9012-3456",
					    "1234-5678-9012-34567", "1234-5678-9012-345",
					    "1234\n5678-9012-3456" };
	struct buf made = BUF_INIT;
	struct sign_who who = { 0 };
	assert_int_equal(make("ana", 1, &made), 0);
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(use(none[i], "x", &who), ERR_DENIED);
	char *code = nth(&made, 0);
	for (size_t i = 5; i < SIGN_CODE_TEXT; i += 6) {
		char was = code[i];
		if (was == '-')
			continue;
		code[i] = was == '7' ? '8' : '7';
		assert_int_equal(use(code, "x", &who), ERR_DENIED);
		assert_non_null(strstr(s.err.text, "is wrong"));
		code[i] = was;
	}
	char was = code[0];
	code[0] = was == '7' ? '8' : '7';
	assert_int_equal(use(code, "x", &who), ERR_NOTFOUND);
	code[0] = was;
	assert_int_equal(who.principal[0], 0);
	assert_int_equal(use(code, "x", &who), 0);
	free(code);
	forget("codes");
	buf_release(&made);
}

/* Four at once with one code: one of them gets it. */
static void of_many_at_once_one_uses_it(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	pid_t pids[4];
	int got = 0, refused = 0;
	assert_int_equal(make("ana", 1, &made), 0);
	char *code = nth(&made, 0), *path = sr_path(&s, "codes");
	for (size_t i = 0; i < COUNT_OF(pids); i++)
		if ((pids[i] = fork()) == 0) {
			struct sign_who who;
			int rc;
			do
				rc = sign_code_use(path, code, "x", now, &who, NULL);
			while (rc == ERR_BUSY);
			_exit(-rc);
		}
	for (size_t i = 0; i < COUNT_OF(pids); i++) {
		int status = sr_wait(pids[i]);
		got += status == 0;
		refused += status == -ERR_EXISTS;
	}
	assert_int_equal(got, 1);
	assert_int_equal(refused, (int)COUNT_OF(pids) - 1);
	free(path);
	free(code);
	forget("codes");
	buf_release(&made);
}

static void what_cannot_be_marked_does_not_count(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct sign_who who = { 0 };
	assert_int_equal(make("ana", 1, &made), 0);
	char *code = nth(&made, 0), *path = sr_path(&s, "codes");
	if (geteuid() == 0) {
		/* root writes where it likes: a folder that no file can be made in */
		char *deep = mem_printf("/proc/self/fd/%d", open(path, O_RDONLY));
		assert_int_not_equal(sign_code_use(deep, code, "x", now, &who, &s.err), 0);
		free(deep);
	} else {
		chmod(s.dir, 0500);
		assert_int_not_equal(use(code, "x", &who), 0);
		chmod(s.dir, 0700);
	}
	assert_non_null(strstr(s.err.text, "does not count"));
	assert_int_equal(who.principal[0], 0);
	assert_int_equal(use(code, "x", &who), 0);
	free(path);
	free(code);
	forget("codes");
	buf_release(&made);
}

static void a_file_that_is_not_ours_alone_is_refused(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct sign_who who;
	assert_int_equal(make("ana", 1, &made), 0);
	char *code = nth(&made, 0), *path = sr_path(&s, "codes");
	chmod(path, 0606);
	assert_int_equal(use(code, "x", &who), ERR_DENIED);
	assert_non_null(strstr(s.err.text, "everybody can write it"));
	assert_int_equal(make("ana", 1, &made), ERR_DENIED);
	chmod(path, 0640);
	assert_int_equal(use(code, "x", &who), 0);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	free(path);
	free(code);
	forget("codes");
	buf_release(&made);
}

static void a_file_of_something_else_is_left_alone(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct sign_who who;
	sr_write(&s, "codes", "a shopping list\n", 0600);
	assert_int_equal(make("ana", 1, &made), ERR_PARSE);
	assert_int_equal(use("1234-5678-9012-3456", "x", &who), ERR_PARSE);
	char *file = sr_read(&s, "codes");
	assert_string_equal(file, "a shopping list\n");
	assert_int_equal(made.len, 0);
	free(file);
	forget("codes");
	assert_int_equal(use("1234-5678-9012-3456", "x", &who), ERR_NOTFOUND);
}

static void somebody_who_holds_it_is_not_waited_for_for_ever(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct sign_who who;
	assert_int_equal(make("ana", 1, &made), 0);
	char *code = nth(&made, 0), *path = sr_path(&s, "codes");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(use(code, "x", &who), ERR_BUSY);
	close(fd);
	assert_int_equal(use(code, "x", &who), 0);
	free(path);
	free(code);
	forget("codes");
	buf_release(&made);
}

static void lines_of_hand_and_damage_do_not_stop_the_others(void **state)
{
	(void)state;
	struct buf made = BUF_INIT;
	struct sign_who who;
	assert_int_equal(make("ana", 2, &made), 0);
	char *file = sr_read(&s, "codes"), *second = nth(&made, 1), *first = nth(&made, 0);
	char *at = strstr(file, " 15,8,1 ");
	memcpy(at, " 31,8,1 ", 8);
	char *more = mem_printf("%s# a remark\n\nABCD too short\n%s", file, "EFGH ana");
	sr_write(&s, "codes", more, 0600);
	assert_int_equal(use(first, "x", &who), ERR_LIMIT);
	assert_int_equal(use(second, "x", &who), 0);
	buf_clear(&made);
	assert_int_equal(make("raj", 1, &made), 0);
	free(second);
	second = nth(&made, 0);
	assert_int_equal(use(second, "x", &who), 0);
	assert_string_equal(who.principal, "raj");
	free(second);
	free(first);
	free(more);
	free(file);
	forget("codes");
	buf_release(&made);
}

static void names_and_numbers_have_bounds(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "a b", "a*", "a\nb", "#a" };
	struct buf made = BUF_INIT;
	struct sign_who who;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(make(bad[i], 1, &made), ERR_USAGE);
	assert_int_equal(make("ana", 0, &made), ERR_USAGE);
	assert_int_equal(make("ana", SIGN_CODES_MAX + 1, &made), ERR_USAGE);
	assert_int_equal(use("1234-5678-9012-3456", "two words", &who), ERR_USAGE);
	assert_int_equal(made.len, 0);
}

static void remember(void *ctx, const char *owner, int unused, int used)
{
	buf_addf(ctx, "%s %d %d;", owner, unused, used);
}

static void owners_are_listed_with_what_is_left(void **state)
{
	(void)state;
	struct buf made = BUF_INIT, seen = BUF_INIT;
	struct sign_who who;
	char *path = sr_path(&s, "codes");
	assert_int_equal(sign_codes_list(path, remember, &seen, &s.err), ERR_NOTFOUND);
	assert_int_equal(make("raj", 2, &made), 0);
	assert_int_equal(make("ana", 1, &made), 0);
	assert_int_equal(make("raj", 1, &made), 0);
	char *code = nth(&made, 1);
	assert_int_equal(use(code, "x", &who), 0);
	assert_int_equal(sign_codes_list(path, remember, &seen, &s.err), 0);
	assert_string_equal(buf_str(&seen), "raj 2 1;ana 1 0;");
	free(code);
	free(path);
	forget("codes");
	buf_release(&made);
	buf_release(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(codes_are_seen_once_and_kept_as_slow_hashes),
		UNIT(a_code_says_whose_it_is_once),
		UNIT(a_code_is_taken_as_a_person_types_it),
		UNIT(a_wrong_code_is_refused_and_uses_nothing),
		UNIT(of_many_at_once_one_uses_it),
		UNIT(what_cannot_be_marked_does_not_count),
		UNIT(a_file_that_is_not_ours_alone_is_refused),
		UNIT(a_file_of_something_else_is_left_alone),
		UNIT(somebody_who_holds_it_is_not_waited_for_for_ever),
		UNIT(lines_of_hand_and_damage_do_not_stop_the_others),
		UNIT(names_and_numbers_have_bounds),
		UNIT(owners_are_listed_with_what_is_left),
	};
	return cmocka_run_group_tests(tests, open_folder, close_folder);
}
