#include "shelf.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "limits.h"
#include "mem.h"
#include "str.h"
#include "version.h"

void shelf_release(struct shelf *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->v[i]);
	free(b->v);
	*b = (struct shelf){ 0 };
}

/* The key stands near the top of any runbook; a larger file of another kind is not read whole. */
bool shelf_is_runbook(const char *path)
{
	static const char key[] = "\nblackstart:";
	char head[16 * 1024 + 1] = "\n";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, head + 1, sizeof(head) - 2);
	close(fd);
	if (n <= 0)
		return false;
	return memmem(head, (size_t)n + 1, key, sizeof(key) - 1) != NULL;
}

static void add(struct shelf *b, char *path)
{
	if (b->n >= SHELF_MAX) {
		b->over = true;
		free(path);
		return;
	}
	if (b->n == b->cap) {
		b->cap = b->cap ? 2 * b->cap : 32;
		b->v = mem_grow(b->v, b->cap, sizeof(*b->v));
	}
	b->v[b->n++] = path;
}

struct walk {
	struct shelf *to;
	bool (*is)(const char *path); /* NULL: files are not looked into */
};

static void walk(const struct walk *w, const char *folder, int depth);

static bool is_named_so(const char *path)
{
	return str_ends(path, ".yaml") || str_ends(path, ".yml");
}

/* type: as readdir gives it, which saves asking for most. */
static void look(const struct walk *w, char *path, int type, int depth)
{
	struct stat st = { .st_mode = type == DT_DIR ? S_IFDIR : S_IFREG };

	if (type != DT_DIR && type != DT_REG && stat(path, &st))
		st.st_mode = 0;
	if (S_ISDIR(st.st_mode)) {
		if (depth < SHELF_DEPTH)
			walk(w, path, depth + 1);
	} else if (S_ISREG(st.st_mode) && is_named_so(path) &&
		   (!w->is || w->is(path))) {
		add(w->to, path);
		return;
	}
	free(path);
}

static void walk(const struct walk *w, const char *folder, int depth)
{
	DIR *d = opendir(folder);
	const struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			look(w, mem_printf("%s%s%s", folder, str_ends(folder, "/") ? "" : "/",
					   e->d_name), e->d_type, depth);
	closedir(d);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void in_folder(const struct walk *w, const char *folder)
{
	struct shelf *b = w->to;
	size_t from = b->n;

	walk(w, folder, 0);
	if (b->n > from)
		qsort(b->v + from, b->n - from, sizeof(*b->v), by_name);
}

void shelf_in_of(struct shelf *b, const char *folder, bool (*is)(const char *path))
{
	const struct walk w = { b, is };

	in_folder(&w, folder);
}

void shelf_in(struct shelf *b, const char *folder)
{
	shelf_in_of(b, folder, shelf_is_runbook);
}

static void in_all(const struct walk *w)
{
	const char *set = getenv("BLACKSTART_RUNBOOKS");

	if (!set || !set[0]) {
		in_folder(w, "runbooks");
	} else {
		char *copy = mem_dup(set), *rest = copy, *folder;

		while ((folder = strsep(&rest, ":")))
			if (folder[0])
				in_folder(w, folder);
		free(copy);
	}
	in_folder(w, BLACKSTART_SHARE "/runbooks");
}

void shelf_all(struct shelf *b)
{
	const struct walk w = { b, shelf_is_runbook };

	in_all(&w);
}

void shelf_files(struct shelf *b)
{
	const struct walk w = { b, NULL };

	in_all(&w);
}

/* "restore.yaml" and "restore/runbook.yaml" are both called "restore". */
static char *called(const char *path)
{
	char *copy = mem_dup(path), *name, *ret;
	char *dot = strrchr(copy, '.');

	*dot = '\0';
	name = strrchr(copy, '/');
	if (name && strcmp(name, "/runbook") == 0) {
		*name = '\0';
		name = strrchr(copy, '/');
	}
	ret = mem_dup(name ? name + 1 : copy);
	free(copy);
	return ret;
}

static char *search(const char *name, struct err *err)
{
	struct shelf b = { 0 };
	char **names, *found = NULL;
	const char *near;

	shelf_all(&b);
	names = mem_alloc(b.n * sizeof(*names));
	for (size_t i = 0; i < b.n; i++) {
		names[i] = called(b.v[i]);
		if (!found && str_eq(names[i], name))
			found = mem_dup(b.v[i]);
	}
	near = found ? NULL : str_nearest(name, (const char *const *)names, b.n);
	if (!found)
		err_set(err, ERR_NOTFOUND, "no runbook %s, as a file or in the folders%s%s%s",
			name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	for (size_t i = 0; i < b.n; i++)
		free(names[i]);
	free(names);
	shelf_release(&b);
	return found;
}

char *shelf_path(const char *name, struct err *err)
{
	struct stat st;

	if (stat(name, &st) == 0 && !S_ISDIR(st.st_mode))
		return mem_dup(name);
	if (strchr(name, '/') || str_ends(name, ".yaml") || str_ends(name, ".yml")) {
		err_set(err, ERR_NOTFOUND, "%s: no such runbook", name);
		return NULL;
	}
	return search(name, err);
}
