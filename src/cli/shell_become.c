/* Inside: what this is, said at its start; then bash with our hooks, or a loop over lines. */
#include "shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "str.h"
#include "verbs.h"

enum { CANNOT_RUN = 126 };

/* PS0 is expanded when a line was read, before anything of it runs, once for all of it. The
 * counters are set in the shell itself; the substitution waits until the line is on record and says
 * 1. One that dies of SIGINT has bash drop the line, as ^C would, and says nothing. What has no
 * number of its own in the history is another line: unknown, and not the one before. */
static const char bash_rc[] =
	"if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then\n"
	"	builtin exec \"$__bs_p\" shell sh \"$TERM\"\n"
	"fi\n"
	"[ -r ~/.bashrc ] && . ~/.bashrc\n"
	"unset HISTCONTROL HISTIGNORE\n"
	"set -o history\n"
	"shopt -s cmdhist\n"
	"shopt -u lithist\n"
	"__bs_die='kill -INT $$'\n"
	"__bs_x=x __bs_n=0 __bs_h=-1 __bs_new=0 __bs_ran=0\n"
	"__bs_after() {\n"
	"	local s=$?\n"
	"	if ((__bs_ran)); then\n"
	"		__bs_ran=0\n"
	"		command \"$__bs_p\" shell-line \"$__bs_j\" \"$__bs_r\" \\\n"
	"			\"$__bs_t\" ended \"$__bs_n\" \"$s\" \"$__bs_new\" \\\n"
	"			<<<\"$(HISTTIMEFORMAT= builtin history 1)\"\n"
	"	fi\n"
	"	return $s\n"
	"}\n"
	"PROMPT_COMMAND=\"__bs_after${PROMPT_COMMAND:+; $PROMPT_COMMAND}\"\n"
	"__bs_number() {\n"
	"	local l\n"
	"	l=$(HISTTIMEFORMAT= builtin history 1)\n"
	"	l=${l#\"${l%%[0-9]*}\"}\n"
	"	builtin echo \"$((10#0${l%%[!0-9]*}))\"\n"
	"}\n"
	"PS0='${__bs_x:$((__bs_n = __bs_n + 1, __bs_c = $(__bs_number),"
	" __bs_new = __bs_c != __bs_h, __bs_h = __bs_c, 0)):0}"
	"${__bs_x:$((__bs_ran = $([ -x \"$__bs_p\" ] || {"
	" builtin echo \"$__bs_p is gone: NOT ON RECORD, and not run\" >/dev/tty;"
	" builtin exec /bin/sh -c \"$__bs_die\"; };"
	" builtin exec \"$__bs_p\" shell-line \"$__bs_j\" \"$__bs_r\" \"$__bs_t\" line"
	" \"$__bs_n\" \"$__bs_new\" <<<\"$(HISTTIMEFORMAT= builtin history 1)\") + 0,"
	" 0)):0}'\n"
	"PS1=\"($__bs_k $__bs_r) ${PS1-\\\\$ }\"\n"
	"readonly PS0 __bs_die __bs_p __bs_j __bs_r __bs_t __bs_x\n"
	"readonly -f __bs_after __bs_number\n";

/* No hooks there: each line is read by us. One that is no command by itself is none. */
static const char sh_loop[] =
	"set -m 2>/dev/null\n"
	"trap '__bs_c=1' INT\n"
	"__bs_n=0\n"
	"while :; do\n"
	"	printf '(%s %s) $ ' \"$__bs_k\" \"$__bs_r\"\n"
	"	__bs_c=\n"
	"	IFS= read -r __bs_l || {\n"
	"		[ \"$__bs_c\" ] && echo && continue\n"
	"		break\n"
	"	}\n"
	"	[ \"$__bs_l\" ] || continue\n"
	"	__bs_n=$((__bs_n + 1))\n"
	"	printf '%s\\n' \"$__bs_l\" | \"$__bs_p\" shell-line \"$__bs_j\" \"$__bs_r\" \\\n"
	"		\"$__bs_t\" line \"$__bs_n\" - || continue\n"
	"	command eval \"$__bs_l\"\n"
	"	__bs_s=$?\n"
	"	printf '%s\\n' \"$__bs_l\" | \"$__bs_p\" shell-line \"$__bs_j\" \"$__bs_r\" \\\n"
	"		\"$__bs_t\" ended \"$__bs_n\" \"$__bs_s\" -\n"
	"done\n";

struct place {
	const char *journal, *run, *token;
	char program[4096];
};

static const char gone[] = " (deleted)";
enum { GONE = sizeof(gone) - 1 };

static bool find_place(struct place *p)
{
	ssize_t n = readlink("/proc/self/exe", p->program, sizeof(p->program) - 1);

	p->program[n > 0 ? n : 0] = '\0';
	if (n > (ssize_t)GONE && strcmp(p->program + n - GONE, gone) == 0)
		p->program[n - (ssize_t)GONE] = '\0'; /* replaced: what is there now */
	p->journal = getenv("BLACKSTART_JOURNAL");
	p->run = getenv("BLACKSTART_RUN");
	p->token = getenv("BLACKSTART_TOKEN");
	return n > 0 && p->journal && p->run && p->token;
}

static bool is_drill(const struct place *p)
{
	return str_starts(p->run, "drill-");
}

static void tell(const struct place *p, bool bash)
{
	struct buf out = BUF_INIT;
	char *cwd = getcwd(NULL, 0);

	buf_addf(&out, "A shell on the record of %s run ", is_drill(p) ? "DRILL" : "REAL");
	cli_safe(&out, p->run);
	buf_adds(&out, ", in ");
	cli_safe(&out, cwd ? cwd : "?");
	buf_adds(&out, ".\n"
		 "On record: each line before it runs, how it ended, all that is shown here.\n"
		 "Not on record: what you type where it is not shown, such as a password; what is\n"
		 "done out of sight in other shells, editors and hosts that you start from here.\n"
		 "NOTHING IS GUARDED in here: no target is read, no name asked for.\n");
	if (!bash)
		buf_adds(&out, "This is sh: a command is one line; no history, no editing.\n");
	buf_adds(&out, "`exit` ends it.\n");
	(void)fsio_write_all(STDOUT_FILENO, out.data, out.len, NULL);
	buf_release(&out);
	free(cwd);
}

static void set(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%s=", name);
	str_shell_quote(out, value);
	buf_addc(out, '\n');
}

static void add_place(struct buf *out, const struct place *p)
{
	set(out, "__bs_p", p->program);
	set(out, "__bs_j", p->journal);
	set(out, "__bs_r", p->run);
	set(out, "__bs_t", p->token);
	set(out, "__bs_k", is_drill(p) ? "DRILL" : "REAL");
}

/* Returns only where there is none. */
static void become_bash(const struct place *p)
{
	struct buf rc = BUF_INIT;
	char path[32];
	int fd = memfd_create("rc", 0);

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	buf_addf(&rc, "exec %d<&-\n", fd);
	add_place(&rc, p);
	buf_adds(&rc, bash_rc);
	if (fd < 0 || fsio_write_all(fd, rc.data, rc.len, NULL))
		cli_say("no file for the shell's start: %s", strerror(errno));
	else
		execlp("bash", "bash", "--rcfile", path, "-i", (char *)NULL);
	buf_release(&rc);
	if (fd >= 0)
		close(fd);
}

static void become_sh(const struct place *p)
{
	struct buf script = BUF_INIT;

	add_place(&script, p);
	buf_adds(&script, sh_loop);
	execl("/bin/sh", "sh", "-c", buf_str(&script), (char *)NULL);
	buf_release(&script);
}

int shell_become(const char *kind, const char *term)
{
	struct place p;
	bool bash = str_eq(kind, "bash");

	if (!find_place(&p))
		return cli_say("this is what `blackstart exec RUN --shell` starts"), CLI_OURS;
	setenv("TERM", term, 1);
	tell(&p, bash);
	if (bash)
		become_bash(&p);
	if (bash)
		cli_say("there is no bash here: this is sh, where a command is one line");
	become_sh(&p);
	cli_say("no shell can be started: %s", strerror(errno));
	return CANNOT_RUN;
}
