/* Opening a run, what it stands on, where it lies, and what came of a start. */
#include "keeper_rig.h"

#include <sys/socket.h>

#include "../../src/keeper/keeper_git.h"
#include "../../src/keeper/keeper_paths.h"

static void sh(const char *dir, const char *text)
{
	char *all = mem_printf("cd '%s' && { %s\n} >/dev/null 2>&1", dir, text);
	assert_int_equal(WEXITSTATUS(system(all)), 0);
	free(all);
}

/* --- git -------------------------------------------------------------------------------------- */

static void ask(const char *dir, const char *file, struct git_state *ret)
{
	struct git_job job;
	git_begin(&job, dir, file);
	git_end(&job, ret);
}

static void test_git_commit_and_dirty_flag(void **state)
{
	(void)state;
	char dir[] = "/tmp/bs-git.XXXXXX";
	struct git_state git;
	assert_non_null(mkdtemp(dir));
	if (system("git --version >/dev/null 2>&1"))
		skip();
	ask(dir, "x.yaml", &git);
	assert_string_equal(git.commit, "");
	sh(dir, "git init -q .; mkdir sub; echo 1 >sub/x.yaml; echo 1 >other; git add .;"
		"git -c user.name=t -c user.email=t@t commit -qm t");
	char *sub = mem_printf("%s/sub", dir);
	ask(sub, "anywhere/x.yaml", &git);
	assert_int_equal(strlen(git.commit), 40);
	assert_false(git.dirty);
	sh(dir, "echo 2 >other");
	ask(sub, "x.yaml", &git);
	assert_false(git.dirty); /* another file */
	sh(dir, "echo 2 >sub/x.yaml");
	ask(sub, "x.yaml", &git);
	assert_true(git.dirty);
	sh(dir, "echo 2 >sub/new.yaml");
	ask(sub, "new.yaml", &git);
	assert_true(git.dirty); /* never committed */
	free(sub);
	fsio_remove_tree(dir, NULL);
}

static void test_a_git_that_hangs_is_not_waited_for(void **state)
{
	(void)state;
	char dir[] = "/tmp/bs-git.XXXXXX";
	struct git_state git;
	assert_non_null(mkdtemp(dir));
	sh(dir, "mkdir .git bin; printf '#!/bin/sh\\nexec tail -f /dev/null\\n' >bin/git;"
		"chmod +x bin/git");
	char *path = mem_printf("%s/bin:%s", dir, getenv("PATH"));
	char *before = mem_dup(getenv("PATH"));
	setenv("PATH", path, 1);
	int64_t began = kr_ms();
	ask(dir, "x.yaml", &git);
	setenv("PATH", before, 1);
	assert_true(kr_ms() - began < KR_WAIT_MS);
	assert_string_equal(git.commit, "");
	free(path);
	free(before);
	fsio_remove_tree(dir, NULL);
}

/* --- files ------------------------------------------------------------------------------------ */

static void test_a_run_lies_beside_its_journal(void **state)
{
	(void)state;
	char *dir = keeper_run_dir("/a/b/journal.db", "r1");
	char *sheet = keeper_sheet_path("journal.db", "r1");
	assert_string_equal(dir, "/a/b/run/r1");
	assert_string_equal(sheet, "./status/r1.txt");
	free(dir);
	free(sheet);
}

static void test_one_keeper_at_a_time(void **state)
{
	(void)state;
	char dir[] = "/tmp/bs-lock.XXXXXX";
	struct err err;
	int first = -1, second = -1;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(keeper_lock(dir, false, &first, &err), 0);
	assert_int_equal(keeper_lock(dir, false, &second, &err), ERR_BUSY);
	close(first);
	assert_int_equal(keeper_lock(dir, false, &second, &err), 0);
	close(second);
	fsio_remove_tree(dir, NULL);
}

/* A socket's path may be 107 bytes long; a folder's need not be. */
static void test_a_socket_in_a_folder_with_a_long_name(void **state)
{
	(void)state;
	char base[] = "/tmp/bs-long.XXXXXX";
	struct err err;
	struct stat st;
	int listener = -1, fd = -1;
	assert_non_null(mkdtemp(base));
	char *journal = mem_printf("%s/%0200d/journal.db", base, 0);
	char *dir = keeper_run_dir(journal, "r1");
	assert_int_equal(keeper_path_make(journal, "r1", false, &err), 0);
	assert_int_equal(keeper_connect(journal, "r1", &fd, &err), ERR_NOTFOUND);
	assert_int_equal(keeper_listen(dir, false, &listener, &err), 0);
	char *sock = mem_printf("%s/keeper.sock", dir);
	assert_int_equal(stat(sock, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(keeper_connect(journal, "r1", &fd, &err), 0);
	int peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	close(peer);
	close(fd);
	close(listener);
	assert_int_equal(keeper_connect(journal, "r1", &fd, &err), ERR_NOTFOUND); /* left behind */
	free(sock);
	free(dir);
	free(journal);
	fsio_remove_tree(base, NULL);
}

static void test_team_folders_belong_to_the_group(void **state)
{
	(void)state;
	char base[] = "/tmp/bs-team.XXXXXX";
	struct stat st;
	struct err err;
	assert_non_null(mkdtemp(base));
	mode_t before = umask(0077);
	char *journal = mem_printf("%s/journal.db", base);
	char *dir = keeper_run_dir(journal, "r1");
	assert_int_equal(keeper_path_make(journal, "r1", true, &err), 0);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 02770);
	umask(before);
	free(dir);
	free(journal);
	fsio_remove_tree(base, NULL);
}

/* --- starting --------------------------------------------------------------------------------- */

static void test_runs_have_ids_of_their_own(void **state)
{
	(void)state;
	struct kr a;
	char second[JOURNAL_RUN_ID_MAX];
	kr_open(&a);
	struct keeper_run run = { .journal = a.journal, .title = "another", .mode = MODE_REAL };
	assert_int_equal(keeper_open_run(&run, second, &a.err), 0);
	assert_string_not_equal(a.run, second);
	kr_verify(&a, a.journal);
	kr_close(&a);
}

static void test_no_keeper_for_a_run_that_is_not_there(void **state)
{
	(void)state;
	struct kr r;
	kr_open(&r);
	assert_int_equal(keeper_ensure(r.journal, "20200101-0000-none", NULL, 0, &r.err),
			 ERR_NOTFOUND);
	assert_int_equal(keeper_ensure("/nowhere/journal.db", r.run, NULL, 0, &r.err),
			 ERR_NOTFOUND);
	kr_close(&r);
}

static void test_two_who_start_get_one_keeper(void **state)
{
	(void)state;
	struct kr r;
	kr_open(&r);
	pid_t other = fork();
	if (other == 0)
		_exit(keeper_ensure(r.journal, r.run, NULL, 0, NULL) ? 1 : 0);
	kr_ensure(&r);
	int status = -1;
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	kr_attach(&r);
	kr_do(&r, VERB_NOTE, "one");
	assert_int_equal(kr_count(&r, EV_KEEPER, NULL), 1);
	kr_close(&r);
}

static void test_secrets_reach_commands_and_no_argv(void **state)
{
	(void)state;
	struct kr r;
	struct value v = { .type = VALUE_TEXT, .known = true, .secret = true,
			   .text = (char *)(uintptr_t)"hush-hush" };
	struct binding secret = { "pw", &v };
	kr_open(&r);
	assert_int_equal(keeper_ensure(r.journal, r.run, &secret, 1, &r.err), 0);
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)kr_pid(&r, "keeper"));
	int fd = open(path, O_RDONLY);
	char args[4096];
	ssize_t n = read(fd, args, sizeof(args));
	close(fd);
	assert_true(n > 0 && !memmem(args, (size_t)n, "hush", 4));
	kr_close(&r);
}

static void test_a_damaged_record_is_told_and_not_touched(void **state)
{
	(void)state;
	struct kr r;
	kr_open(&r);
	assert_int_equal(fsio_replace(r.journal, "no database at all", 18, 0600, false, NULL), 0);
	char *wal = mem_printf("%s-wal", r.journal);
	unlink(wal);
	int code = keeper_ensure(r.journal, r.run, NULL, 0, &r.err);
	assert_int_equal(code, ERR_CORRUPT);
	assert_true(r.err.text[0]);
	free(wal);
	kr_close(&r);
}

int main(int argc, char **argv);

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_git_commit_and_dirty_flag),
		UNIT(test_a_git_that_hangs_is_not_waited_for),
		UNIT(test_a_run_lies_beside_its_journal),
		UNIT(test_one_keeper_at_a_time),
		UNIT(test_a_socket_in_a_folder_with_a_long_name),
		UNIT(test_team_folders_belong_to_the_group),
		UNIT(test_runs_have_ids_of_their_own),
		UNIT(test_no_keeper_for_a_run_that_is_not_there),
		UNIT(test_two_who_start_get_one_keeper),
		UNIT(test_secrets_reach_commands_and_no_argv),
		UNIT(test_a_damaged_record_is_told_and_not_touched),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
