/* What a command is given: environment, secrets, the way to another host. */
#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "mem.h"
#include "state.h"
#include "../../src/keeper/keeper_env.h"

static char *base[] = {
	(char *)"PATH=/bin", (char *)"AWS_PROFILE=prod", (char *)"TERM=vt100", (char *)"OLDPWD=/",
	(char *)"SSH_AUTH_SOCK=/old", (char *)"BLACKSTART_RUN=other", NULL,
};

static struct state run = { .run = (char *)"r1", .cwd = (char *)"/srv" };

/* The value of a variable, or NULL; it must not stand twice. */
static const char *value(const struct env_list *env, const char *name)
{
	const char *found = NULL;
	size_t len = strlen(name);
	for (size_t i = 0; i < env->n; i++) {
		if (strncmp(env->v[i], name, len) || env->v[i][len] != '=')
			continue;
		assert_null(found);
		found = env->v[i] + len + 1;
	}
	return found;
}

static void build(struct env_list *env, const struct secrets *secrets, const struct inst *in,
		  const struct action *act, const char **missing)
{
	*env = (struct env_list){ 0 };
	const struct env_from from = { base, "/j/journal.db", &run, secrets, "9f2c03e1d4aa@r:7" };
	env_build(env, &from, in, act, missing);
	assert_null(env->v[env->n]);
}

static void test_a_command_inherits_with_named_exceptions(void **state)
{
	(void)state;
	struct secrets none = { 0 };
	struct action act = { 0 };
	struct env_list env;
	const char *missing;
	build(&env, &none, NULL, &act, &missing);
	assert_string_equal(value(&env, "PATH"), "/bin");
	assert_string_equal(value(&env, "AWS_PROFILE"), "prod");
	assert_string_equal(value(&env, "PWD"), "/srv");
	assert_string_equal(value(&env, "BLACKSTART_RUN"), "r1");
	assert_string_equal(value(&env, "BLACKSTART_JOURNAL"), "/j/journal.db");
	assert_null(value(&env, "OLDPWD"));
	assert_null(value(&env, "BLACKSTART_STEP"));
	assert_null(value(&env, "BLACKSTART_HEAD")); /* that is for what goes out to people */
	assert_null(missing);
	env_list_release(&env);
	act.purpose = PURPOSE_SEND;
	build(&env, &none, NULL, &act, &missing);
	assert_string_equal(value(&env, "BLACKSTART_HEAD"), "9f2c03e1d4aa@r:7");
	env_list_release(&env);
}

static void test_what_bends_a_shell_is_not_inherited(void **state)
{
	(void)state;
	static const char *const bent[] = {
		"IFS=/", "CDPATH=/tmp", "ENV=/tmp/x", "BASH_ENV=/tmp/x", "PS4=$(id)",
		"SHELLOPTS=xtrace", "LD_PRELOAD=/tmp/x.so", "LD_AUDIT=/tmp/x.so", "LD_DEBUG=all",
		"BASH_FUNC_ls%%=() { id; }", "PROMPT_COMMAND=id",
	};
	struct secrets none = { 0 };
	struct action act = { 0 };
	struct env_list env = { 0 };
	const char *missing, *own[COUNT_OF(bent) + 4];
	size_t n = 0;
	for (; n < COUNT_OF(bent); n++)
		own[n] = bent[n];
	own[n++] = "LD_LIBRARY_PATH=/opt/oracle/lib";
	own[n++] = "LDAP_HOST=there";
	own[n++] = "PATH=:/opt/bin:.::bin:../x:/bin:";
	own[n] = NULL;
	const struct env_from from = { (char *const *)own, "/j", &run, &none, NULL };
	env_build(&env, &from, NULL, &act, &missing);
	for (size_t i = 0; i < COUNT_OF(bent); i++) {
		char *name = strndup(bent[i], strcspn(bent[i], "="));
		assert_null(value(&env, name));
		free(name);
	}
	assert_string_equal(value(&env, "LD_LIBRARY_PATH"), "/opt/oracle/lib");
	assert_string_equal(value(&env, "LDAP_HOST"), "there");
	assert_string_equal(value(&env, "PATH"), "/opt/bin:/bin");
	env_list_release(&env);
	own[n - 1] = "PATH=.:bin";
	env_build(&env, &from, NULL, &act, &missing);
	assert_non_null(strstr(value(&env, "PATH"), ":/usr/bin:"));
	env_list_release(&env);
}

static void test_only_a_terminal_has_a_term(void **state)
{
	(void)state;
	struct secrets none = { 0 };
	struct action pipes = { 0 }, pane = { .terminal = true };
	struct env_list env;
	const char *missing;
	build(&env, &none, NULL, &pipes, &missing);
	assert_null(value(&env, "TERM"));
	assert_string_equal(value(&env, "PAGER"), "cat");
	env_list_release(&env);
	build(&env, &none, NULL, &pane, &missing);
	assert_string_equal(value(&env, "TERM"), "xterm-256color");
	assert_null(value(&env, "PAGER"));
	env_list_release(&env);
}

static void test_values_of_the_walk_come_last(void **state)
{
	(void)state;
	struct secrets secrets = { 0 };
	struct env_pair pairs[] = { { (char *)"AWS_PROFILE", (char *)"lab" },
				    { (char *)"token", NULL } };
	struct action act = { .env = pairs, .n_env = 2 };
	struct env_list env;
	const char *missing;
	secrets_keep(&secrets, NULL, "AWS_PROFILE", "renewed");
	secrets_keep(&secrets, NULL, "VAULT_TOKEN", "v");
	secrets_keep(&secrets, "", "token", "hush");
	build(&env, &secrets, NULL, &act, &missing);
	assert_string_equal(value(&env, "AWS_PROFILE"), "lab");
	assert_string_equal(value(&env, "VAULT_TOKEN"), "v");
	assert_string_equal(value(&env, "token"), "hush");
	assert_null(missing);
	env_list_release(&env);
	secrets_release(&secrets);
}

static void test_a_secret_nobody_knows_is_named(void **state)
{
	(void)state;
	struct secrets none = { 0 };
	struct env_pair pair = { (char *)"token", NULL };
	struct action act = { .env = &pair, .n_env = 1 };
	struct env_list env;
	const char *missing;
	build(&env, &none, NULL, &act, &missing);
	assert_string_equal(missing, "token");
	assert_null(value(&env, "token"));
	env_list_release(&env);
}

static void test_the_agent_of_who_attached_last_is_used(void **state)
{
	(void)state;
	struct secrets secrets = { 0 };
	struct action act = { 0 };
	struct env_list env;
	const char *missing;
	buf_adds(&secrets.auth_sock, "/new");
	build(&env, &secrets, NULL, &act, &missing);
	assert_string_equal(value(&env, "SSH_AUTH_SOCK"), "/new");
	env_list_release(&env);
	secrets_release(&secrets);
}

static void test_a_secret_is_looked_for_from_the_inside_out(void **state)
{
	(void)state;
	struct secrets secrets = { 0 };
	struct inst root = { .key = (char *)"" };
	struct inst item = { .key = (char *)"both@a", .parent = &root };
	struct inst step = { .key = (char *)"one@a", .parent = &item };
	struct inst other = { .key = (char *)"x", .parent = &root };
	secrets_keep(&secrets, "", "pw", "outer");
	secrets_keep(&secrets, "both@a", "pw", "inner");
	assert_string_equal(secrets_find(&secrets, &step, "pw"), "inner");
	assert_string_equal(secrets_find(&secrets, &other, "pw"), "outer");
	assert_string_equal(secrets_find(&secrets, NULL, "pw"), "outer");
	assert_null(secrets_find(&secrets, &step, "pin"));
	secrets_keep(&secrets, NULL, "pw", "renewed"); /* a credential of that name: everywhere */
	assert_string_equal(secrets_find(&secrets, &step, "pw"), "renewed");
	assert_string_equal(secrets_find(&secrets, &other, "pw"), "renewed");
	secrets_release(&secrets);
}

static void test_here_the_shell_gets_the_text_as_it_is(void **state)
{
	(void)state;
	struct secrets none = { 0 };
	struct action act = { .text = (char *)"echo \"$x\" # 'y'" };
	struct env_list argv = { 0 };
	struct buf input = BUF_INIT;
	const char *missing;
	env_command(&argv, &input, &none, NULL, &act, &missing);
	assert_int_equal(argv.n, 3);
	assert_string_equal(argv.v[0], "/bin/sh");
	assert_string_equal(argv.v[2], act.text);
	assert_int_equal(input.len, 0);
	env_list_release(&argv);
}

/* What goes to a host is run by a shell here: it must come out as the values and the text were. */
static void runs_as(const struct action *act, const struct secrets *secrets, const char *want)
{
	struct env_list argv = { 0 };
	struct buf input = BUF_INIT;
	const char *missing;
	char got[4096] = "";
	env_command(&argv, &input, secrets, NULL, act, &missing);
	for (size_t i = 0; i < argv.n; i++) {
		assert_null(strstr(argv.v[i], "hush"));
		assert_null(strstr(argv.v[i], "printf"));
	}
	assert_string_equal(argv.v[argv.n - 2], act->host);
	assert_string_equal(argv.v[argv.n - 1], "sh -s");
	FILE *in = tmpfile();
	fwrite(input.data, 1, input.len, in);
	rewind(in);
	int saved = dup(0);
	dup2(fileno(in), 0);
	FILE *out = popen("sh -s", "r");
	size_t n = fread(got, 1, sizeof(got) - 1, out);
	pclose(out);
	dup2(saved, 0);
	close(saved);
	fclose(in);
	got[n] = '\0';
	assert_string_equal(got, want);
	env_list_release(&argv);
	buf_release(&input);
}

static void test_nothing_of_a_remote_command_is_in_an_argv(void **state)
{
	(void)state;
	struct secrets secrets = { 0 };
	struct env_pair pairs[] = { { (char *)"name", (char *)"it's\n\"two\" lines $HOME" },
				    { (char *)"pw", NULL } };
	struct action act = { .env = pairs, .n_env = 2, .host = (char *)"db1",
			      .text = (char *)"printf '[%s] [%s]' \"$name\" \"$pw\"; cat; exit 0" };
	secrets_keep(&secrets, "", "pw", "hush");
	/* cat finds nothing on its standard input: the rest of the script is not eaten */
	runs_as(&act, &secrets, "[it's\n\"two\" lines $HOME] [hush]");
	secrets_release(&secrets);
}

static void test_a_remote_script_of_many_lines(void **state)
{
	(void)state;
	struct secrets none = { 0 };
	struct action act = { .host = (char *)"db1",
			      .text = (char *)"# a note\nfor i in 1 2; do\n  printf $i\ndone\n"
					      "cat <<X | printf '%s' \"$(cat)\"\nit's\nX\n" };
	runs_as(&act, &none, "12it's");
}

int main(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_a_command_inherits_with_named_exceptions),
		UNIT(test_what_bends_a_shell_is_not_inherited),
		UNIT(test_only_a_terminal_has_a_term),
		UNIT(test_values_of_the_walk_come_last),
		UNIT(test_a_secret_nobody_knows_is_named),
		UNIT(test_the_agent_of_who_attached_last_is_used),
		UNIT(test_a_secret_is_looked_for_from_the_inside_out),
		UNIT(test_here_the_shell_gets_the_text_as_it_is),
		UNIT(test_nothing_of_a_remote_command_is_in_an_argv),
		UNIT(test_a_remote_script_of_many_lines),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}
