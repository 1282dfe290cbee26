#include "zone.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fsio.h"
#include "mem.h"
#include "str.h"

static const char *folder(void)
{
	const char *set = getenv("TZDIR"); /* as the C library has it */

	return set && set[0] ? set : "/usr/share/zoneinfo";
}

/* A name that leads to a file inside the folder, and nothing that the library reads otherwise: as
 * rules ("EST5EDT,M3…"), as a path. */
static bool is_name(const char *s)
{
	size_t n = strlen(s);

	if (!n || n > ZONE_NAME_MAX || s[0] == '/' || s[n - 1] == '/')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= 'A' && s[i] <= 'Z') &&
		    !(s[i] >= '0' && s[i] <= '9') && !strchr("_+-/", s[i]))
			return false;
	return true;
}

static bool has(const char *name)
{
	char *path = fsio_join(folder(), name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char head[4] = "";
	bool ok;

	free(path);
	if (fd < 0)
		return false;
	ok = read(fd, head, sizeof(head)) == sizeof(head) && memcmp(head, "TZif", 4) == 0;
	close(fd);
	return ok;
}

enum zone_found zone_find(const char *name)
{
	if (is_name(name) && has(name))
		return ZONE_KNOWN;
	return has("UTC") || has("Etc/UTC") ? ZONE_UNKNOWN : ZONE_NO_DATABASE;
}

static void set_zone(const char *name)
{
	if (name)
		setenv("TZ", name, 1);
	else
		unsetenv("TZ");
	tzset();
}

bool zone_local(const char *name, int64_t wall_ns, struct zone_time *ret)
{
	int64_t seconds = wall_ns / 1000000000 - (wall_ns % 1000000000 < 0);
	time_t at = (time_t)seconds;
	struct tm tm = { 0 };
	char *old;
	bool ok;

	if (zone_find(name) != ZONE_KNOWN)
		return false;
	old = mem_dup(getenv("TZ"));
	set_zone(name);
	ok = localtime_r(&at, &tm) != NULL;
	if (ok) {
		*ret = (struct zone_time){ .year = tm.tm_year + 1900, .month = tm.tm_mon + 1,
					   .day = tm.tm_mday, .weekday = (tm.tm_wday + 6) % 7,
					   .minute = tm.tm_hour * 60 + tm.tm_min,
					   .offset_s = (int)tm.tm_gmtoff };
		str_clip(ret->name, sizeof(ret->name), tm.tm_zone ? tm.tm_zone : "");
	}
	set_zone(old);
	free(old);
	return ok;
}

/* --- what was meant --------------------------------------------------------------------------- */

enum { LIST_MAX = 1 << 20, NAMES_MAX = 2000 };

/* The third column of zone1970.tab or zone.tab: "ES\t+4024-00341\tEurope/Madrid\tSpain". */
static size_t take_names(char *list, const char **names)
{
	size_t n = 0;
	char *line;

	names[n++] = "UTC";
	while ((line = strsep(&list, "\n")) && n < NAMES_MAX) {
		char *tab = line[0] == '#' ? NULL : strchr(line, '\t');

		tab = tab ? strchr(tab + 1, '\t') : NULL;
		if (!tab)
			continue;
		names[n++] = tab + 1;
		tab[1 + strcspn(tab + 1, "\t")] = '\0';
	}
	return n;
}

/* "Madrid" for "Europe/Madrid". */
static const char *by_place(const char *name, const char *const *names, size_t n)
{
	const char *places[NAMES_MAX], *near;

	for (size_t i = 0; i < n; i++) {
		const char *slash = strrchr(names[i], '/');

		places[i] = slash ? slash + 1 : names[i];
	}
	near = str_nearest(name, places, n);
	for (size_t i = 0; near && i < n; i++)
		if (places[i] == near)
			return names[i];
	return NULL;
}

const char *zone_near(char *out, size_t size, const char *name)
{
	static const char *const lists[] = { "zone.tab", "zone1970.tab" };
	const char *names[NAMES_MAX], *near = NULL;
	struct buf text = BUF_INIT;

	out[0] = '\0';
	for (size_t i = 0; i < 2 && !text.len; i++) {
		char *path = fsio_join(folder(), lists[i]);

		(void)fsio_read(path, LIST_MAX, &text, NULL);
		free(path);
	}
	if (text.len && strlen(name) <= ZONE_NAME_MAX) {
		size_t n = take_names(text.data, names);

		near = str_nearest(name, names, n);
		if (!near)
			near = by_place(name, names, n);
	}
	if (near && !str_copy(out, size, near))
		out[0] = '\0';
	buf_release(&text);
	return out;
}
