/* Which targets there are, and asking them. Nothing of it changes anything there. */
#include "doctor_target.h"

#include <stdlib.h>
#include <string.h>

#include "asks.h"
#include "buf.h"
#include "doctor_tell.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "guard_check.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"
#include "verbs.h"

#define NAME "environments.yaml"

enum { SECONDS_TEXT = 16, TARGETS_MAX = 500, PROBED_MAX = 8, FIND_MS = 10000 };

/* --- the list --------------------------------------------------------------------------------- */

static struct doctor_target *add(struct doctor_targets *t, const char *name, bool host,
				 const struct environment *env)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].host == host && t->v[i].env == env && str_eq(t->v[i].name, name))
			return &t->v[i];
	t->v = mem_grow(t->v, t->n + 1, sizeof(*t->v));
	t->v[t->n] = (struct doctor_target){ .name = mem_dup(name), .host = host, .env = env };
	return &t->v[t->n++];
}

static void use(struct doctor_target *t, const struct doctor_book *b)
{
	for (size_t i = 0; i < t->n_users; i++)
		if (t->users[i] == b)
			return;
	t->users = mem_grow(t->users, t->n_users + 1, sizeof(const struct doctor_book *));
	t->users[t->n_users++] = b;
}

static void not_asked(struct doctor_target *t, const char *why)
{
	char *all;

	if (t->unasked && strstr(t->unasked, why))
		return;
	all = mem_printf("%s%s%s", t->unasked ? t->unasked : "", t->unasked ? "; " : "", why);
	free(t->unasked);
	t->unasked = all;
}

static void keep_ask(struct doctor_target *t, struct ask *a, const struct target_probe *p,
		     const char *host)
{
	t->asks = mem_grow(t->asks, t->n_asks + 1, sizeof(*t->asks));
	t->asks[t->n_asks++] = (struct doctor_ask){ a, p, host };
}

/* As a run goes there, over a connection that is open already too; but nothing is written down or
 * forwarded, and no connection stays. */
static struct ask *ask_over_ssh(struct doctor *d, const char *host, const char *command,
				int64_t limit_ms)
{
	char seconds[sizeof("ConnectTimeout=") + SECONDS_TEXT], *timeout;
	const char *argv[] = {
		"ssh", "-T", "-o", "BatchMode=yes", "-o", NULL, "-o", "ConnectionAttempts=1",
		"-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no", "-o",
		"ControlMaster=no", "-o", "PermitLocalCommand=no", "-o", "ClearAllForwardings=yes",
		"-o", "ForwardAgent=no", "--", host, command, NULL,
	};

	timeout = mem_printf("ConnectTimeout=%lld", (long long)(limit_ms + 999) / 1000);
	argv[5] = str_copy(seconds, sizeof(seconds), timeout) ? seconds : "ConnectTimeout=10";
	free(timeout);
	return asks_add(d->asks, argv, NULL, limit_ms);
}

/* --- hosts of a step -------------------------------------------------------------------------- */

typedef void host_fn(void *ctx, const char *host);

static const struct field *param_of(const struct runbook *b, const char *name, size_t n)
{
	for (size_t i = 0; b && i < b->n_params; i++)
		if (strlen(b->params[i].name) == n && !memcmp(b->params[i].name, name, n))
			return &b->params[i];
	return NULL;
}

/* A host that is a value is known where the value's text is: of a parameter, of an `each`. */
static bool value_hosts(const struct step *s, const char *name, size_t n, host_fn *fn, void *ctx)
{
	const struct field *p = param_of(s->book, name, n);

	for (const struct step *up = s; up; up = up->parent) {
		if (!up->each_name || strlen(up->each_name) != n || memcmp(up->each_name, name, n))
			continue;
		for (size_t i = 0; i < up->n_each_items; i++)
			fn(ctx, up->each_items[i]);
		return up->n_each_items > 0;
	}
	for (size_t i = 0; p && i < p->n_one_of; i++)
		fn(ctx, p->one_of[i]);
	if (p && !p->n_one_of && p->otherwise && p->type == VALUE_TEXT)
		fn(ctx, p->otherwise);
	return p && (p->n_one_of || (p->otherwise && p->type == VALUE_TEXT));
}

/* False: only a run knows. */
static bool step_hosts(const struct step *s, host_fn *fn, void *ctx)
{
	size_t n = strlen(s->host);

	if (!strchr(s->host, '$')) {
		fn(ctx, s->host);
		return true;
	}
	return n > 3 && !strncmp(s->host, "${", 2) && strcspn(s->host, "}[") == n - 1 &&
	       value_hosts(s, s->host + 2, n - 3, fn, ctx);
}

/* --- what acts in an environment -------------------------------------------------------------- */

static void add_where(void *ctx, const char *host)
{
	struct doctor_target *t = ctx;

	for (size_t i = 0; i < t->n_hosts; i++)
		if (str_eq(t->hosts[i], host))
			return;
	if (!*host || *host == '-' || strchr(host, '$') || t->n_hosts >= PROBED_MAX)
		return;
	t->hosts = mem_grow(t->hosts, t->n_hosts + 1, sizeof(char *));
	t->hosts[t->n_hosts++] = mem_dup(host);
}

/* A probe reads where the step acts: on its host, else here. */
static void add_acting(struct doctor_target *t, const struct runbook *rb)
{
	for (size_t i = 0; i < rb->n_all; i++) {
		const struct step *s = rb->all[i];

		if (s->kind != KIND_RUN || s->effect == EFFECT_READ)
			continue;
		if (!s->host)
			t->here = true;
		else if (!step_hosts(s, add_where, t))
			not_asked(t, "what is read on hosts that only a run knows");
	}
}

/* --- environments ----------------------------------------------------------------------------- */

static void add_file(struct doctor *d, const char *path)
{
	struct loader_source disk = loader_disk();
	struct doctor_targets *t = d->targets;
	struct findings f = { 0 };
	struct guard_file *g = NULL;

	(void)guard_load(path, &disk, &g, &f, NULL);
	findings_release(&f);
	if (!g)
		return;
	t->files = mem_grow(t->files, t->n_files + 1, sizeof(struct guard_file *));
	t->files[t->n_files++] = g;
	for (size_t i = 0; i < g->envs.n; i++)
		add(t, g->envs.v[i].name, false, &g->envs.v[i]);
}

/* The entry of that name in the file that the runbook stands on, as it was read here. */
static const struct environment *find(const struct doctor_targets *t, const char *path,
				      const char *name)
{
	char *whole = path ? realpath(path, NULL) : NULL;
	const struct environment *e = NULL;

	for (size_t i = 0; whole && !e && i < t->n_files; i++) {
		char *other = realpath(t->files[i]->envs.path, NULL);

		if (str_eq(other, whole))
			e = environ_find(&t->files[i]->envs, name);
		free(other);
	}
	free(whole);
	return e;
}

static void use_place(struct doctor_target *t, const struct doctor_book *b)
{
	use(t, b);
	add_acting(t, b->rb);
}

static void add_places(struct doctor *d, const struct doctor_book *b)
{
	const struct environment **envs;
	const char **names;
	size_t n = guard_places_of(b->rb, &names);

	for (size_t i = 0; i < n; i++) {
		const struct environment *e = find(d->targets, b->rb->environments_file, names[i]);

		use_place(add(d->targets, e ? e->name : names[i], false, e), b);
	}
	free(names);
	if (n)
		return;
	n = guard_environments_of(b->rb, &envs);
	for (size_t i = 0; i < n; i++) {
		const struct environment *e = find(d->targets, b->rb->environments_file,
						   envs[i]->name);

		if (e)
			use_place(add(d->targets, e->name, false, e), b);
	}
	free(envs);
}

/* The first variable that a command reads and nobody here has set; NULL: there is none. The
 * caller's to free(). */
static char *missing_value(const char *s)
{
	while ((s = strchr(s, '$'))) {
		const char *from = s[1] == '{' ? s + 2 : s + 1;
		size_t n = strspn(from, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
					"0123456789");
		char *name = n && !(*from >= '0' && *from <= '9') ? mem_dupn(from, n) : NULL;

		if (name && !getenv(name))
			return name;
		free(name);
		s++;
	}
	return NULL;
}

/* A probe runs in the folder of the runbook. */
static void ask_here(struct doctor *d, struct doctor_target *t, const struct target_probe *p,
		     int64_t limit_ms)
{
	const char *argv[] = { "/bin/sh", "-c", p->run.s, NULL };
	char *folder = fsio_dirname(t->n_users ? t->users[0]->path : t->env->at.file);

	keep_ask(t, asks_add(d->asks, argv, folder, limit_ms), p, NULL);
	free(folder);
}

static void ask_there(struct doctor *d, struct doctor_target *t, const struct target_probe *p,
		      const char *host, int64_t limit_ms)
{
	struct buf command = BUF_INIT;

	buf_adds(&command, "sh -c ");
	str_shell_quote(&command, p->run.s);
	keep_ask(t, ask_over_ssh(d, host, buf_str(&command), limit_ms), p, host);
	buf_release(&command);
}

static void ask_probe(struct doctor *d, struct doctor_target *t, const struct target_probe *p)
{
	int64_t limit_ms = p->timeout_ms < d->limit_ms ? p->timeout_ms : d->limit_ms;
	char *missing = missing_value(p->run.s), *why;

	if (missing) {
		why = mem_printf("`%s` wants a value for %s", p->run.s, missing);
		not_asked(t, why);
		free(why);
		free(missing);
		return;
	}
	if (t->here || (!t->n_hosts && !t->unasked))
		ask_here(d, t, p, limit_ms);
	for (size_t i = 0; i < t->n_hosts; i++)
		ask_there(d, t, p, t->hosts[i], limit_ms);
}

/* --- hosts ------------------------------------------------------------------------------------ */

struct adding {
	struct doctor *d;
	const struct doctor_book *book;
};

static void add_host(void *ctx, const char *name)
{
	const struct adding *a = ctx;

	if (!*name || *name == '-' || strchr(name, '$') || a->d->targets->n >= TARGETS_MAX)
		a->d->targets->unknown++;
	else
		use(add(a->d->targets, name, true, NULL), a->book);
}

static void add_hosts(struct doctor *d, const struct doctor_book *b)
{
	struct adding a = { d, b };

	for (size_t i = 0; i < b->rb->n_all; i++)
		if (b->rb->all[i]->host && *b->rb->all[i]->host &&
		    !step_hosts(b->rb->all[i], add_host, &a))
			d->targets->unknown++;
}

/* --- all -------------------------------------------------------------------------------------- */

static void ask_programs(struct doctor *d, int64_t limit_ms)
{
	static const struct { enum doctor_asked which; const char *argv[5]; } programs[] = {
		{ DOCTOR_AGENT, { "ssh-add", "-l" } },
		{ DOCTOR_CHRONY, { "chronyc", "-n", "-c", "tracking" } },
		{ DOCTOR_NTPQ, { "ntpq", "-n", "-c", "rv 0 offset,stratum" } },
		{ DOCTOR_TIMEDATE, { "timedatectl", "show", "-p", "NTPSynchronized" } },
	};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		const char *agent = getenv("SSH_AUTH_SOCK");

		if (!doctor_on_path(programs[i].argv[0]) ||
		    (programs[i].which == DOCTOR_AGENT && (!agent || !*agent)))
			continue;
		d->targets->asked[programs[i].which] =
			asks_add(d->asks, programs[i].argv, NULL, limit_ms);
	}
}

void doctor_targets_ask(struct doctor *d)
{
	struct doctor_targets *t = d->targets = mem_alloc(sizeof(*t));
	struct doctor_files f;

	d->asks = mem_alloc(sizeof(*d->asks));
	doctor_files(d, NAME, "environments", false, &f);
	for (size_t i = 0; i < f.n; i++)
		add_file(d, f.v[i]);
	doctor_files_release(&f);
	for (size_t i = 0; i < d->n_books; i++) {
		if (!d->books[i].rb || d->books[i].installed)
			continue;
		add_places(d, &d->books[i]);
		add_hosts(d, &d->books[i]);
	}
	for (size_t i = 0; i < t->n && !d->o->here; i++) {
		const struct environment *e = t->v[i].env;

		if (t->v[i].host)
			keep_ask(&t->v[i], ask_over_ssh(d, t->v[i].name, "date +%s", d->limit_ms),
				 NULL, t->v[i].name);
		for (size_t k = 0; e && !e->problem && k < e->n_probes; k++)
			ask_probe(d, &t->v[i], &e->probes[k]);
	}
	ask_programs(d, d->limit_ms);
	doctor_about(d, "targets", (d->limit_ms + 1000) * (int64_t)(d->asks->n / ASK_AT_ONCE + 1) +
		     FIND_MS);
	asks_go(d->asks);
}

void doctor_targets_release(struct doctor *d)
{
	struct doctor_targets *t = d->targets;

	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].name);
		free(t->v[i].users);
		free(t->v[i].asks);
		free(t->v[i].unasked);
		for (size_t k = 0; k < t->v[i].n_hosts; k++)
			free(t->v[i].hosts[k]);
		free(t->v[i].hosts);
	}
	for (size_t i = 0; i < t->n_files; i++)
		guard_free(t->files[i]);
	free(t->v);
	free(t->files);
	free(t);
	asks_release(d->asks);
	free(d->asks);
}

const struct ask *doctor_asked(const struct doctor *d, enum doctor_asked which)
{
	return d->targets->asked[which];
}

/* Each file of signers, once for each file of environments that asks for somebody. */
const char *doctor_signers(const struct doctor *d, size_t i)
{
	for (size_t k = 0; k < d->targets->n_files; k++)
		if (d->targets->files[k]->envs.signers && i-- == 0)
			return d->targets->files[k]->envs.signers;
	return NULL;
}

bool doctor_wants_keys(const struct doctor *d)
{
	for (size_t i = 0; i < d->targets->n; i++) {
		const struct doctor_target *t = &d->targets->v[i];

		if (t->host || (t->env && t->env->approve_for < EFFECT_MAX))
			return true;
	}
	return false;
}
