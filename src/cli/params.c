#include "params.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "field.h"
#include "fsio.h"
#include "limits.h"
#include "mem.h"
#include "plain.h"
#include "runbook.h"
#include "scenario.h"
#include "source.h"
#include "str.h"
#include "tui.h"
#include "verbs.h"

/* "name=rest": the parameter that is meant, or -1 with a message. */
static int named(const struct runbook *rb, const char *option, const char *arg,
		 const char **ret_rest)
{
	const char *names[LIMIT_FIELDS], *near;
	const char *eq = strchr(arg, '=');
	char *name;
	int at = -1;
	size_t n = 0;

	if (!eq) {
		cli_usage("%s wants NAME=…, not %s", option, arg);
		return -1;
	}
	name = mem_dupn(arg, (size_t)(eq - arg));
	for (size_t i = 0; i < rb->n_params && n < LIMIT_FIELDS; i++) {
		names[n++] = rb->params[i].name;
		if (str_eq(rb->params[i].name, name))
			at = (int)i;
	}
	near = str_nearest(name, names, n);
	if (at < 0)
		cli_usage("the runbook has no parameter %s%s%s%s", name,
			  near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	*ret_rest = eq + 1;
	free(name);
	return at;
}

static int bad_value(const struct field *f, const struct err *err)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < f->n_one_of; i++)
		buf_addf(&all, "%s%s", i ? ", " : ": ", f->one_of[i]);
	cli_usage("%s%s", err->text, buf_str(&all));
	buf_release(&all);
	return CLI_USAGE;
}

static int take(const struct runbook *rb, int at, const char *text, struct params *p)
{
	const struct field *f = &rb->params[at];
	struct err err = { 0 };

	if (p->values[at].known)
		return cli_usage("%s is given twice", f->name);
	if (field_check(f, text, &p->values[at], &err))
		return bad_value(f, &err);
	p->values[at].secret = f->secret;
	return CLI_OK;
}

static int take_param(const struct runbook *rb, const char *arg, struct params *p)
{
	const char *text;
	int at = named(rb, "-p", arg, &text);

	if (at < 0)
		return CLI_USAGE;
	if (rb->params[at].secret)
		return cli_usage("%s is a secret, and everybody sees the arguments of a program: "
				 "leave it out and it is asked for, or give --secret %s=FILE, "
				 "env:NAME or cmd:COMMAND",
				 rb->params[at].name, rb->params[at].name);
	return take(rb, at, text, p);
}

static int read_from(const struct source *s, struct buf *text, struct err *err)
{
	bool open = false;
	int rc = source_read(s, text, &open, err);

	if (open)
		cli_say("%s: everybody on this host can read it", s->text);
	return rc;
}

static int take_secret(const struct runbook *rb, const char *arg, struct params *p)
{
	struct buf text = { .secret = true };
	const char *where;
	struct err err = { 0 };
	int status, at = named(rb, "--secret", arg, &where);

	if (at < 0)
		return CLI_USAGE;
	if (!rb->params[at].secret)
		return cli_usage("%s is no secret: -p %s=…", rb->params[at].name,
				 rb->params[at].name);
	struct source source = source_named(where);
	if (read_from(&source, &text, &err))
		status = cli_usage("%s: cannot be read from %s: %s", rb->params[at].name, where,
				   err.text);
	else
		status = take(rb, at, buf_str(&text), p);
	buf_release(&text);
	return status;
}

static int take_given(const struct opts *o, const struct runbook *rb, struct params *p)
{
	int status = CLI_OK;

	for (size_t i = 0; i < o->params.n && status == CLI_OK; i++)
		status = take_param(rb, o->params.v[i], p);
	for (size_t i = 0; i < o->secrets.n && status == CLI_OK; i++)
		status = take_secret(rb, o->secrets.v[i], p);
	return status;
}

/* What the runbook says about where secrets are. One that is not there is asked for. */
static int take_from(const struct runbook *rb, const char *path, bool apart, struct params *p)
{
	char *folder = fsio_dirname(path);
	int status = CLI_OK;

	for (size_t i = 0; i < rb->n_params && status == CLI_OK; i++) {
		struct buf text = { .secret = true };
		struct err err = { 0 };
		struct source s;

		if (p->values[i].known || !source_of(&rb->params[i], &s))
			continue;
		s.folder = folder;
		s.apart = apart;
		if (read_from(&s, &text, &err))
			cli_say("%s: not found where the runbook says (%s): %s",
				rb->params[i].name, s.text, err.text);
		else
			status = take(rb, (int)i, buf_str(&text), p);
		buf_release(&text);
	}
	free(folder);
	return status;
}

static int ask_one(const struct field *f, struct value *ret)
{
	struct err err = { 0 };

	if (plain_ask_field(STDIN_FILENO, STDOUT_FILENO, f, ret, &err) == 0) {
		ret->secret = f->secret;
		return CLI_OK;
	}
	cli_say("%s was not answered: nothing was started", f->name);
	return CLI_ENDED;
}

static int fill_rest(const struct runbook *rb, bool ask, struct params *p)
{
	struct buf missing = BUF_INIT;
	int status = CLI_OK;

	for (size_t i = 0; i < rb->n_params && status == CLI_OK; i++) {
		const struct field *f = &rb->params[i];

		if (p->values[i].known)
			continue;
		if (f->otherwise)
			status = take(rb, (int)i, f->otherwise, p);
		else if (ask)
			status = ask_one(f, &p->values[i]);
		else
			buf_addf(&missing, "\n  %s %s=…  %s", f->secret ? "--secret" : "-p",
				 f->name, f->prompt ? f->prompt : "");
	}
	if (status == CLI_OK && missing.len)
		status = cli_usage("missing:%s", buf_str(&missing));
	buf_release(&missing);
	return status;
}

int params_given(const struct opts *o, const struct runbook *rb, const char *path, bool apart,
		 struct params *ret)
{
	int status;

	size_t n = rb ? rb->n_params : 0;

	*ret = (struct params){ .n_values = n };
	if (!rb)
		return o->params.n || o->secrets.n ? cli_usage("a blank run has no parameters")
						   : CLI_OK;
	ret->values = mem_alloc(n * sizeof(*ret->values));
	ret->all = mem_alloc(n * sizeof(*ret->all));
	ret->secrets = mem_alloc(n * sizeof(*ret->secrets));
	status = take_given(o, rb, ret);
	if (status == CLI_OK && !o->dry && path)
		status = take_from(rb, path, apart, ret);
	return status;
}

int params_drilled(const struct runbook *rb, const struct scenario *sc, bool plays,
		   struct params *p)
{
	int status = CLI_OK;

	for (size_t i = 0; sc && i < sc->n_params && status == CLI_OK; i++)
		for (size_t at = 0; at < p->n_values; at++)
			if (str_eq(rb->params[at].name, sc->params[i].name) &&
			    !p->values[at].known)
				status = take(rb, (int)at, sc->params[i].text, p);
	for (size_t at = 0; plays && at < p->n_values; at++)
		if (rb->params[at].secret && !p->values[at].known)
			p->values[at] = (struct value){ .type = rb->params[at].type, .known = true,
							.secret = true, .text = mem_dup("DRILL") };
	return status;
}

static void bind(const struct runbook *rb, struct params *p)
{
	for (size_t i = 0; i < p->n_values; i++) {
		struct binding b = { rb->params[i].name, &p->values[i] };

		p->all[i] = b;
		if (rb->params[i].secret)
			p->secrets[p->n_secrets++] = b;
	}
}

int params_rest(const struct runbook *rb, bool ask, struct params *p)
{
	int status = rb ? fill_rest(rb, ask, p) : CLI_OK;

	if (status == CLI_OK && rb)
		bind(rb, p);
	return status;
}

int params_form(struct tui *t, const struct runbook *rb, enum run_mode mode, struct params *p)
{
	struct err err = { 0 };
	bool whole = true;

	for (size_t i = 0; i < p->n_values; i++)
		whole &= p->values[i].known;
	if (!whole && tui_form(t, rb, mode, p->values, &err))
		return CLI_ENDED;
	if (rb)
		bind(rb, p);
	return CLI_OK;
}

void params_release(struct params *p)
{
	for (size_t i = 0; i < p->n_values; i++)
		value_release(&p->values[i]);
	free(p->values);
	free(p->all);
	free(p->secrets);
}
