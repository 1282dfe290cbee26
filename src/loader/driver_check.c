/* What a driver says as a whole: its name, which commands go together, which variables they
 * read. */
#include "driver.h"

#include <string.h>

#include "arena.h"
#include "fsio.h"
#include "limits.h"
#include "shell_scan.h"
#include "str.h"

static const char *const of_points[] = { "volumes", "functions", NULL };
static const char *const of_safety[] = { "volume", "place", "point", "functions", NULL };
static const char *const of_volume[] = { "volume", "place", "point", "kept", "functions", NULL };
static const char *const of_cluster[] = { "members", "size", "first", "action", "functions", NULL };
static const char *const of_member[] = { "members", "size", "first", "action", "member", "address",
					 "functions", NULL };
static const char *const all_volume[] = { "volumes", "volume", "place", "point", "kept",
					  "functions", NULL };

const char *const *driver_all_variables(const struct driver *d)
{
	return d->volume ? all_volume : of_member;
}

const char *const *driver_variables(enum driver_command_id id)
{
	if (id == CMD_POINTS)
		return of_points;
	if (id == CMD_SAFETY)
		return of_safety;
	if (id <= CMD_RELEASE)
		return of_volume;
	return id == CMD_QUORUM || id == CMD_PREPARE ? of_cluster : of_member;
}

static bool is_variable(const char *const *v, const char *name, size_t len)
{
	for (; *v; v++)
		if (strlen(*v) == len && memcmp(*v, name, len) == 0)
			return true;
	return false;
}

/* --- variables ------------------------------------------------------------------------------- */

struct command {
	struct load *l;
	struct driver *d;
	const char *name;             /* of the command, or "functions" */
	const struct text *text;
	const char *const *variables; /* that it is given */
	struct shell_words words;
	const struct shell_words *others; /* whose words may set variables of this one */
	size_t n_others;
	bool sources;
	uint64_t *used; /* parameters, a bit each */
};

static bool is_param(struct command *c, const struct shell_var *v)
{
	for (size_t i = 0; i < c->d->n_params; i++) {
		const char *name = c->d->params[i].name;
		if (strlen(name) != v->len || memcmp(name, v->name, v->len))
			continue;
		*c->used |= (uint64_t)1 << i;
		return true;
	}
	return false;
}

static void unknown(struct command *c, const struct shell_var *v)
{
	const char *names[LIMIT_FIELDS + 8];
	char word[LIMIT_ID_BYTES + 1], near[160];
	size_t n = 0;
	if (v->len >= sizeof(word))
		return;
	memcpy(word, v->name, v->len);
	word[v->len] = '\0';
	if (!value_name_ok(word, NULL))
		return;
	for (size_t i = 0; i < c->d->n_params; i++)
		names[n++] = c->d->params[i].name;
	for (const char *const *k = c->variables; *k; k++)
		names[n++] = *k;
	findings_near(near, sizeof(near), word, names, n);
	diag_add(&c->l->diag, RULE_UNKNOWN_VALUE,
		 doc_inside(&c->d->file->doc, c->text->at, c->text->s, v->offset),
		 "`%s` is given no variable `%s`%s", c->name, word, near);
}

static void use_variable(void *ctx, const struct shell_var *v)
{
	struct command *c = ctx;
	size_t unused;
	if (is_param(c, v) || is_variable(c->variables, v->name, v->len))
		return;
	if (v->quoted || v->minded || c->sources ||
	    !memchr("abcdefghijklmnopqrstuvwxyz", *v->name, 26) ||
	    nameset_get(&c->words.bare, v->name, v->len, &unused))
		return;
	for (size_t i = 0; i < c->n_others; i++)
		if (nameset_get(&c->others[i].bare, v->name, v->len, &unused))
			return;
	unknown(c, v);
}

static void check_text(struct command *c)
{
	shell_scan_words(&c->words, c->text->s);
	c->sources = shell_scan_sources(c->text->s, &c->words);
	shell_scan_vars(c->text->s, use_variable, c);
	shell_scan_words_release(&c->words);
}

/* A command may read what the functions set, and they what any command sets. */
static void check_commands(struct load *l, struct driver *d, uint64_t *used)
{
	struct shell_words words[CMD_MAX + 1] = { 0 };
	for (int id = 0; id < CMD_MAX; id++)
		if (d->commands[id].run.s)
			shell_scan_words(&words[id], d->commands[id].run.s);
	if (d->functions.s) {
		struct command c = { .l = l, .d = d, .name = "functions", .text = &d->functions,
				     .variables = driver_all_variables(d), .used = used,
				     .others = words, .n_others = CMD_MAX };
		check_text(&c);
		shell_scan_words(&words[CMD_MAX], d->functions.s);
	}
	for (int id = 0; id < CMD_MAX; id++) {
		struct command c = { .l = l, .d = d, .name = driver_command_name(id),
				     .text = &d->commands[id].run, .used = used,
				     .variables = driver_variables(id),
				     .others = &words[CMD_MAX], .n_others = 1 };
		if (c.text->s)
			check_text(&c);
	}
	for (int id = 0; id <= CMD_MAX; id++)
		shell_scan_words_release(&words[id]);
}

/* --- parameters ------------------------------------------------------------------------------ */

static void check_params(struct load *l, const struct driver *d, uint64_t used)
{
	for (size_t i = 0; i < d->n_params; i++) {
		const struct field *f = &d->params[i];
		if (is_variable(driver_all_variables(d), f->name, strlen(f->name)))
			diag_add(&l->diag, RULE_NAME, f->at,
				 "`%s` is a variable of its own in drivers; take another name",
				 f->name);
		else if (!(used >> i & 1))
			diag_add(&l->diag, RULE_UNUSED_PARAM, f->at,
				 "no command of this driver uses `%s`", f->name);
	}
}

/* --- the whole ------------------------------------------------------------------------------- */

static struct place at_key(const struct driver *d, const char *key)
{
	const struct node *root = d->file->doc.root, *v = doc_get(root, key);
	return doc_place(&d->file->doc, v ? v->key : root);
}

static void check_name(struct load *l, const struct driver *d)
{
	const char *file = fsio_basename(d->path), *name = driver_name(d);
	size_t n = strlen(name);
	if (strncmp(file, name, n) || !str_eq(file + n, ".yaml"))
		diag_add(&l->diag, RULE_DRIVER_NAME, at_key(d, d->volume ? "volume" : "cluster"),
			 "the driver is called `%s` and its file %s; it is looked for as %s.yaml",
			 name, file, name);
}

/* `key` makes no sense without `other`. */
static void needs(struct load *l, const struct driver *d, enum driver_command_id key,
		  enum driver_command_id other, const char *why)
{
	const char *a = driver_command_name(key), *b = driver_command_name(other);
	if (d->commands[key].run.s && !d->commands[other].run.s)
		diag_add(&l->diag, RULE_DRIVER, at_key(d, a), "`%s` without `%s`: %s", a, b, why);
}

static void only_for(struct load *l, const struct driver *d, enum driver_command_id id)
{
	const struct driver_command *c = &d->commands[id];
	bool looks = id == CMD_VERIFY, again = looks || id == CMD_HEALTH || id == CMD_QUORUM;
	if (c->within_ms && !looks)
		diag_add(&l->diag, RULE_CONTRADICTION, c->run.at,
			 "`within` is for `verify`; how long a cluster may take is said by "
			 "the step");
	if (c->every_ms && !again)
		diag_add(&l->diag, RULE_CONTRADICTION, c->run.at,
			 "`every` is for commands that look: `verify`, `health`, `quorum`");
}

void driver_check(struct load *l, struct driver *d)
{
	uint64_t used = 0;
	if (!d->volume && !d->cluster)
		return; /* reported: it says neither */
	check_name(l, d);
	needs(l, d, CMD_PUT_BACK, CMD_SAFETY, "there is nothing to put back");
	needs(l, d, CMD_RELEASE, CMD_SAFETY, "there is nothing to release");
	needs(l, d, CMD_SAFETY, CMD_RELEASE, "what it keeps could never be thrown away");
	for (int id = 0; id < CMD_MAX; id++)
		only_for(l, d, id);
	check_commands(l, d, &used);
	check_params(l, d, used);
}
