/* A driver file into what it says. */
#include "driver.h"

#include <stdio.h>

#include "arena.h"
#include "reader.h"
#include "str.h"

static const char *const names[CMD_MAX] = {
	[CMD_POINTS] = "points", [CMD_SAFETY] = "safety", [CMD_RESTORE] = "restore",
	[CMD_VERIFY] = "verify", [CMD_PUT_BACK] = "put_back", [CMD_RELEASE] = "release",
	[CMD_HEALTH] = "health", [CMD_QUORUM] = "quorum", [CMD_STOP] = "stop",
	[CMD_CLEAR] = "clear", [CMD_PREPARE] = "prepare", [CMD_FIRST] = "first",
	[CMD_JOIN] = "join", [CMD_START] = "start", [CMD_ADD] = "add", [CMD_REMOVE] = "remove",
};

const char *driver_command_name(enum driver_command_id id)
{
	return names[id];
}

const char *driver_name(const struct driver *d)
{
	return d->volume ? d->volume : d->cluster ? d->cluster : "?";
}

void driver_read_command(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	struct driver_command *c = FORMAT_INTO(struct driver_command, base, k->at);
	struct format_key text = { .key = k->key, .type = TYPE_COMMAND, .flags = KEY_SHELL };
	char what[64];
	if (v->kind == NODE_MAP) {
		snprintf(what, sizeof(what), "`%s` of a driver", k->key);
		struct reading r = { .l = l, .table = TABLE_COMMAND, .kinds = UINT32_MAX,
				     .base = c, .what = what };
		read_map(&r, v);
		return;
	}
	const char *s = read_text(l, &text, v);
	if (s)
		c->run = (struct text){ s, doc_place(&l->book->file->doc, v) };
}

/* What the reader was at, while it reads another file. */
struct saved {
	struct load_book *book;
	struct draft *step;
	bool bad, quiet, errors;
};

/* Several runbooks are linted at once, and the same driver serves them. */
static bool told_before(const struct diag *d, const char *path)
{
	for (size_t i = 0; i < d->f->first; i++)
		if (str_eq(d->f->v[i].at.file, path))
			return true;
	return false;
}

static struct saved enter(struct load *l, struct load_file *f)
{
	struct saved s = { l->book, l->step, l->diag.bad, l->diag.quiet, l->diag.errors };
	l->book = arena_alloc(l->scratch, sizeof(*l->book));
	l->book->file = f;
	l->step = NULL;
	l->diag.bad = l->diag.errors = false;
	l->diag.quiet = s.quiet || f->told || told_before(&l->diag, f->path);
	f->told = true;
	return s;
}

static void leave(struct load *l, struct saved s)
{
	l->book = s.book;
	l->step = s.step;
	l->diag.bad = s.bad;
	l->diag.quiet = s.quiet;
	l->diag.errors = s.errors;
}

static void read_root(struct load *l, struct driver *d, const struct node *root)
{
	bool volume = doc_get(root, "volume"), cluster = doc_get(root, "cluster");
	struct reading r = { .l = l, .table = TABLE_DRIVER, .base = d,
			     .kinds = cluster && !volume ? FOR_CLUSTER : FOR_VOLUME,
			     .what = cluster && !volume ? "a cluster driver" : "a volume driver" };
	if (!volume && !cluster)
		r.what = "a driver";
	if (volume && cluster)
		diag_add(&l->diag, RULE_CONTRADICTION,
			 doc_place(&d->file->doc, doc_get(root, "cluster")),
			 "a driver is for a `volume` or for a `cluster`; make it two files");
	else
		read_map(&r, root);
}

struct driver *driver_read(struct load *l, struct load_file *f)
{
	if (f->driver)
		return f->driver;
	struct driver *d = arena_alloc(l->arena, sizeof(*d));
	struct saved s = enter(l, f);
	struct doc *doc = load_doc(l, f);
	*d = (struct driver){ .path = f->path, .file = f };
	if (!doc->root || doc->root->kind != NODE_MAP) {
		diag_add(&l->diag, RULE_DRIVER, (struct place){ f->path, 0, 0 },
			 "a driver is a mapping: `driver: 1`, `volume: ...` or `cluster: ...`, and "
			 "its commands");
	} else {
		read_root(l, d, doc->root);
		driver_check(l, d);
	}
	d->bad = l->diag.bad || l->diag.errors || doc->cut;
	leave(l, s);
	f->driver = d;
	return d;
}
