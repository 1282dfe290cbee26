/* Whether logind ends what a user leaves behind. Read from its files: asking it takes a bus that
 * may be what is down. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "account.h"
#include "actor.h"
#include "buf.h"
#include "fsio.h"
#include "keeper.h"
#include "mem.h"
#include "str.h"

enum { CONF_MAX = 256 << 10, PARTS_MAX = 64 };

/* The last word of a configuration file on KillUserProcesses; *kill is left alone where it has
 * none. */
static void read_conf(const char *path, bool *kill)
{
	static const char key[] = "KillUserProcesses=";
	struct buf text = BUF_INIT;
	char *save = NULL, *line;

	if (fsio_read(path, CONF_MAX, &text, NULL) || !text.len) {
		buf_release(&text);
		return;
	}
	for (line = strtok_r(text.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		line += strspn(line, " \t");
		if (!str_starts(line, key))
			continue;
		const char *v = line + strlen(key);
		*kill = !strncasecmp(v, "yes", 3) || !strncasecmp(v, "true", 4) ||
			!strncasecmp(v, "on", 2) || *v == '1';
	}
	buf_release(&text);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_folder(const char *folder, bool *kill)
{
	char *names[PARTS_MAX];
	size_t n = 0;
	DIR *d = opendir(folder);

	for (struct dirent *e; d && n < PARTS_MAX && (e = readdir(d));)
		if (str_ends(e->d_name, ".conf"))
			names[n++] = mem_dup(e->d_name);
	if (d)
		closedir(d);
	qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++) {
		char *path = fsio_join(folder, names[i]);
		read_conf(path, kill);
		free(path);
		free(names[i]);
	}
}

/* Debian builds logind with "no". */
static bool kills(void)
{
	static const char *const files[] = { "/usr/lib/systemd/logind.conf",
					     "/etc/systemd/logind.conf" };
	static const char *const folders[] = { "/usr/lib/systemd/logind.conf.d",
					       "/run/systemd/logind.conf.d",
					       "/etc/systemd/logind.conf.d" };
	bool kill = false;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		read_conf(files[i], &kill);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		read_folder(folders[i], &kill);
	return kill;
}

/* Processes of a session are in its scope; a service or a scope of the user's own is not ended. */
static bool in_session(void)
{
	struct buf text = BUF_INIT;
	FILE *f = fopen("/proc/self/cgroup", "re");
	char part[512];

	while (f && fgets(part, sizeof(part), f))
		buf_adds(&text, part);
	if (f)
		fclose(f);
	bool in = strstr(buf_str(&text), "/session-") != NULL;
	buf_release(&text);
	return in;
}

static bool lingers(const char *account)
{
	char *path = mem_printf("/var/lib/systemd/linger/%s", account);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

void keeper_logout_risk(struct buf *out)
{
	char account[ACCOUNT_NAME_MAX];

	if (getuid() == 0 || !in_session() || !kills())
		return; /* KillExcludeUsers= is root unless somebody changed it */
	account_name(getuid(), account);
	buf_adds(out, "this system ends all processes of a user who logs out "
		 "(KillUserProcesses=yes in logind.conf): ");
	if (!lingers(account))
		buf_addf(out, "say \"loginctl enable-linger %s\" and ", account);
	buf_adds(out, "start blackstart with \"systemd-run --user --scope blackstart ...\", or the "
		 "run stops with your session");
}
