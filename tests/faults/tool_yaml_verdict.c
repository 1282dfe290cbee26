/* Is it YAML? For every in.yaml below a folder (the layout of the public YAML test suite) libyaml's own
 * events and our loader must give the same answer. Prints the counts, and where libyaml and the
 * standard differ: a file `error` beside in.yaml says that the standard refuses it. */
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "loader.h"
#include "str.h"

enum { CASES_MAX = 4096, INPUT_MAX = 1 << 20 };

struct list {
	char *v[CASES_MAX];
	size_t n;
};

/* nftw has no room for a context. */
static struct list found;

static int keep(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	if (kind == FTW_F && str_eq(path + at->base, "in.yaml") && found.n < CASES_MAX)
		found.v[found.n++] = strdup(path);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool libyaml_says_yes(const struct buf *text)
{
	yaml_parser_t p;
	yaml_event_t ev;
	bool ok = true, end = false;
	if (!yaml_parser_initialize(&p))
		abort();
	yaml_parser_set_input_string(&p, (const unsigned char *)buf_str(text), text->len);
	while (ok && !end) {
		ok = yaml_parser_parse(&p, &ev);
		end = ok && ev.type == YAML_STREAM_END_EVENT;
		if (ok)
			yaml_event_delete(&ev);
	}
	yaml_parser_delete(&p);
	return ok;
}

static bool we_say_yes(const char *path)
{
	struct loader_source src = loader_disk();
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	bool ok = true;
	loader_load(path, &src, &rb, &f, NULL);
	for (size_t i = 0; i < f.n; i++)
		ok = ok && !str_eq(f.v[i].rule, "yaml") && !str_eq(f.v[i].rule, "encoding");
	runbook_free(rb);
	findings_release(&f);
	return ok;
}

static bool standard_says_yes(const char *path)
{
	struct buf text = BUF_INIT;
	char *dir = fsio_dirname(path), *error = fsio_join(dir, "error");
	bool ok = fsio_read(error, INPUT_MAX, &text, NULL) == ERR_NOTFOUND;
	buf_release(&text);
	free(dir);
	free(error);
	return ok;
}

/* "7Z25" or "VJP3/01": what the case is called below the folder. */
static void add_id(struct buf *ids, const char *root, const char *path)
{
	const char *id = path + strlen(root);
	id += *id == '/';
	buf_addf(ids, " %.*s", (int)(strlen(id) - strlen("/in.yaml")), id);
}

int main(int argc, char **argv)
{
	struct buf looser = BUF_INIT, stricter = BUF_INIT, text = BUF_INIT;
	size_t valid = 0, loose = 0, strict = 0, split = 0;
	if (argc != 2 || nftw(argv[1], keep, 16, FTW_PHYS)) {
		fprintf(stderr, "usage: tool_yaml_verdict FOLDER\n");
		return 2;
	}
	qsort(found.v, found.n, sizeof(found.v[0]), by_name);
	for (size_t i = 0; i < found.n; i++) {
		const char *path = found.v[i];
		struct err err;
		buf_clear(&text);
		if (fsio_read(path, INPUT_MAX, &text, &err)) {
			fprintf(stderr, "%s\n", err.text);
			return 2;
		}
		bool libyaml = libyaml_says_yes(&text), ours = we_say_yes(path);
		bool standard = standard_says_yes(path);
		valid += libyaml;
		if (libyaml && !standard && ++loose)
			add_id(&looser, argv[1], path);
		if (!libyaml && standard && ++strict)
			add_id(&stricter, argv[1], path);
		if (libyaml != ours && ++split)
			printf("differs: %s: libyaml says %s, we say %s\n", path,
			       libyaml ? "yes" : "no", ours ? "yes" : "no");
		free(found.v[i]);
	}
	printf("cases %zu, libyaml takes %zu, we differ from it in %zu\n", found.n, valid, split);
	printf("libyaml takes, the standard refuses (%zu):%s\n", loose, buf_str(&looser));
	printf("libyaml refuses, the standard takes (%zu):%s\n", strict, buf_str(&stricter));
	buf_release(&looser);
	buf_release(&stricter);
	buf_release(&text);
	return split || !found.n;
}
