#include "account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fsio.h"

enum { FILE_MAX_BYTES = 4 << 20 };

/* "name:x:uid:…" */
static bool is_line_of(const char *line, uid_t uid, size_t *ret_n)
{
	const char *colon = strchr(line, ':');
	const char *id = colon ? strchr(colon + 1, ':') : NULL;
	char *end = NULL;

	if (!id || colon == line || colon - line >= ACCOUNT_NAME_MAX)
		return false;
	*ret_n = (size_t)(colon - line);
	return strtoul(id + 1, &end, 10) == uid && end != id + 1 && *end == ':';
}

bool account_name(uid_t uid, char ret[ACCOUNT_NAME_MAX])
{
	struct buf all = BUF_INIT;
	char *save = NULL, *line = NULL;
	size_t n = 0;

	if (fsio_read("/etc/passwd", FILE_MAX_BYTES, &all, NULL) == 0 && all.len)
		line = strtok_r(all.data, "\n", &save);
	while (line && !is_line_of(line, uid, &n))
		line = strtok_r(NULL, "\n", &save);
	if (line)
		snprintf(ret, ACCOUNT_NAME_MAX, "%.*s", (int)n, line);
	else
		snprintf(ret, ACCOUNT_NAME_MAX, "uid %u", (unsigned)uid);
	buf_release(&all);
	return line;
}
