/* Arguments and results of a call against what is called. */
#include "checker.h"

#include <string.h>

#include "err.h"
#include "field.h"
#include "limits.h"
#include "str.h"

static const struct field *param_of(const struct runbook *rb, const char *name)
{
	for (size_t i = 0; i < rb->n_params; i++)
		if (str_eq(rb->params[i].name, name))
			return &rb->params[i];
	return NULL;
}

static void unknown_param(struct check *c, const struct runbook *rb, const struct named *arg)
{
	const char *names[LIMIT_FIELDS];
	char near[160];
	for (size_t i = 0; i < rb->n_params; i++)
		names[i] = rb->params[i].name;
	findings_near(near, sizeof(near), arg->name, names, rb->n_params);
	diag_add(&c->l->diag, RULE_ARGUMENT, arg->value.at,
		 "the called runbook has no parameter `%s`%s", arg->name, near);
}

/* An argument that is one value and nothing more: its type is known. */
static const struct tracked *single_value(const struct check *c, const char *s)
{
	size_t n = strlen(s);
	return n > 3 && str_starts(s, "${") && strchr(s, '}') == s + n - 1 ?
		check_find(c, s + 2, n - 3) : NULL;
}

static void check_argument(struct check *c, const struct runbook *rb, const struct named *arg)
{
	const struct field *f = param_of(rb, arg->name);
	const char *s = arg->value.s;
	struct value value = { 0 };
	struct err err;
	if (!f) {
		unknown_param(c, rb, arg);
		return;
	}
	if (f->secret)
		diag_add(&c->l->diag, RULE_ARGUMENT, arg->value.at,
			 "`%s` is a secret there, and secrets cannot be handed over", arg->name);
	const struct tracked *t = single_value(c, s);
	enum value_type type = t ? check_type(c, t, c->d) : VALUE_TYPE_INVALID;
	if (t && f->type != VALUE_TEXT && type != VALUE_TYPE_INVALID && type != f->type)
		diag_add(&c->l->diag, RULE_ARGUMENT, arg->value.at,
			 "`%s` must be %s, and `%s` is %s", arg->name, value_type_name(f->type),
			 t->name, value_type_name(type));
	if (strchr(s, '$'))
		return;
	if (field_check(f, s, &value, &err))
		diag_add(&c->l->diag, RULE_ARGUMENT, arg->value.at, "%s", err.text);
	else
		value_release(&value);
}

static void check_missing(struct check *c, const struct draft *d, const struct runbook *rb)
{
	for (size_t i = 0; i < rb->n_params; i++) {
		const struct field *f = &rb->params[i];
		bool given = f->otherwise != NULL;
		for (size_t k = 0; k < d->step.n_args; k++)
			given |= str_eq(d->step.args[k].name, f->name);
		if (!given)
			diag_add(&c->l->diag, RULE_ARGUMENT, d->call.at,
				 "the called runbook's parameter `%s` is not given; say `with: "
				 "{%s: …}`",
				 f->name, f->name);
	}
}

static void check_result(struct check *c, const struct draft *d, const struct named *r)
{
	const struct load_book *sub = d->sub;
	size_t i;
	if (sub->scope && !nameset_get(&sub->scope->values, r->value.s, strlen(r->value.s), &i))
		diag_add(&c->l->diag, RULE_RESULT, r->value.at,
			 "the called runbook has no value `%s`", r->value.s);
	else if (sub->scope && sub->scope->v[i].secret)
		diag_add(&c->l->diag, RULE_RESULT, r->value.at,
			 "`%s` is a secret there, and secrets are not handed back", r->value.s);
}

void check_call(struct check *c, struct draft *d)
{
	const struct runbook *rb = d->step.callee;
	if (!rb)
		return;
	for (size_t i = 0; i < d->step.n_args; i++)
		check_argument(c, rb, &d->step.args[i]);
	check_missing(c, d, rb);
	for (size_t i = 0; i < d->step.n_results; i++)
		check_result(c, d, &d->step.results[i]);
}
