/* Everything that looks at more than one field. */
#include "checker.h"
#include "driver.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "fill.h"
#include "mem.h"

/* `environment` is filled when the run starts: only parameters are there then. */
static int environment_name(void *ctx, enum fill_use use, const char *name, size_t n,
			    size_t offset)
{
	struct check *c = ctx;
	const struct node *at = doc_get(c->b->file->doc.root, "environment");
	struct tracked *t = check_find(c, name, n);
	bool is_param = false;
	(void)offset;
	for (size_t i = 0; i < c->b->rb->n_params; i++)
		is_param |= strlen(c->b->rb->params[i].name) == n &&
			    memcmp(c->b->rb->params[i].name, name, n) == 0;
	if (t)
		t->used = true;
	if (!is_param)
		diag_add(&c->l->diag, RULE_UNKNOWN_VALUE, doc_place(&c->b->file->doc, at),
			 "`environment` is known from the start: `%.*s` must be one of `params`",
			 (int)n, name);
	else if (use == FILL_MAP && t && t->type != VALUE_MAP)
		diag_add(&c->l->diag, RULE_UNKNOWN_VALUE, doc_place(&c->b->file->doc, at),
			 "`environment`: `%s` is %s, and only a map has entries", t->name,
			 value_type_name(t->type));
	return 0;
}

static void check_environment_text(struct check *c)
{
	struct err err;
	const struct node *at = doc_get(c->b->file->doc.root, "environment");
	if (c->b->rb->environment && at &&
	    fill_names(c->b->rb->environment, environment_name, c, &err))
		diag_add(&c->l->diag, RULE_TEMPLATE, doc_place(&c->b->file->doc, at),
			 "`environment`: %s", err.text);
}

/* A contact waits by a value that it need not name. */
static void use_severity(struct check *c)
{
	struct tracked *t = check_find(c, "severity", strlen("severity"));
	for (size_t i = 0; t && i < c->b->n_walk; i++) {
		const struct step *s = &c->b->walk[i]->step;
		t->used |= s->kind == KIND_CONTACT && !s->severity;
	}
}

/* The reports read these. */
static void use_reported(struct check *c)
{
	static const char *const names[] = { RUNBOOK_RESTORED_TO, RUNBOOK_INCIDENT_AT };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct tracked *t = check_find(c, names[i], strlen(names[i]));
		if (t)
			t->used = true;
	}
}

static void check_unused(struct check *c)
{
	use_severity(c);
	use_reported(c);
	for (size_t i = 0; i < c->s->n; i++) {
		const struct tracked *t = &c->s->v[i];
		bool taken = nameset_get(&c->b->file->taken, t->name, strlen(t->name),
					 &(size_t){ 0 });
		if (t->captured && !t->used && !taken)
			diag_add(&c->l->diag, RULE_NEVER_USED, t->at,
				 "`%s` is used nowhere in this file: it will only be on record",
				 t->name);
	}
}

void check_book(struct load *l, struct load_book *b)
{
	struct check c = { .l = l, .b = b };
	bool quiet = l->diag.quiet;
	b->scope = mem_alloc(sizeof(*b->scope));
	c.s = b->scope;
	l->diag.quiet = b->told;
	l->book = b;
	check_scope(&c);
	check_jumps(&c);
	check_environment_text(&c);
	check_flow(&c);
	driver_finish_book(l, b);
	check_unused(&c);
	check_files(l, b);
	check_destroys(l, b);
	l->book = NULL;
	l->diag.quiet = quiet;
	free(c.trail);
	free(c.log);
	free(c.alts);
}
