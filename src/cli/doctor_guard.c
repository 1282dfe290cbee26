/* The environments: can each guard be passed tonight, and does it know where it stands? */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "doctor.h"
#include "err.h"
#include "guard_check.h"
#include "lint_guard.h"
#include "mem.h"
#include "str.h"

#define NAME "environments.yaml"

struct look {
	struct buf *out;
	size_t guarded, frozen;
	bool signs;
};

static void trouble(struct look *l, const char *path, const char *what)
{
	buf_addf(l->out, "%s%s: %s", l->out->len ? "; " : "", path, what);
}

/* The program that a probe begins with; what is no plain word is left to the shell. */
static void look_at_probe(struct look *l, const char *path, const struct target_probe *p)
{
	size_t n = strcspn(p->run.s, " \t\n");
	char *tool = mem_dupn(p->run.s, n), *what;

	if (n && !strpbrk(tool, "'\"$`(){}[]<>|&;=*?~#!\\") && !strchr(tool, '/') &&
	    !doctor_on_path(tool)) {
		what = mem_printf("%s, which reads a target, is not on the PATH", tool);
		trouble(l, path, what);
		free(what);
	}
	free(tool);
}

static void look_at_keys(struct look *l, const struct guard_file *g)
{
	struct findings f = { 0 };

	lint_guard_keys(g, &f);
	for (size_t i = 0; i < f.n; i++)
		trouble(l, g->envs.path, f.v[i].text);
	findings_release(&f);
}

static void look_at(struct look *l, const char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct guard_file *g = NULL;
	struct err err = { 0 };

	if (guard_load(path, &disk, &g, &f, &err))
		trouble(l, path, err.text);
	else if (f.errors)
		trouble(l, path, "has errors, so nothing that destroys starts where it guards; "
				 "`blackstart lint` says which");
	else
		look_at_keys(l, g);
	for (size_t i = 0; g && i < g->envs.n; i++) {
		const struct environment *e = &g->envs.v[i];

		for (size_t k = 0; k < e->n_probes; k++)
			look_at_probe(l, path, &e->probes[k]);
		l->guarded += e->guarded;
		l->frozen += guard_frozen(e, clock_now().wall, NULL);
		l->signs |= e->approve_for < EFFECT_MAX && g->envs.signers;
	}
	guard_free(g);
	findings_release(&f);
}

enum health doctor_guard(struct doctor *d, struct buf *out)
{
	struct look l = { .out = out };
	struct doctor_files f;
	size_t n;

	doctor_files(d, NAME, "environments", false, &f);
	for (size_t i = 0; i < f.n; i++)
		look_at(&l, f.v[i]);
	if (l.signs && !doctor_on_path("ssh-keygen"))
		buf_addf(out, "%sssh-keygen is not on the PATH: no signature can be looked at",
			 out->len ? "; " : "");
	n = f.n;
	doctor_files_release(&f);
	if (out->len)
		return HEALTH_POOR;
	if (!n) {
		buf_adds(out, "there is no environments file: a name to type is all that guards");
		return HEALTH_GOOD;
	}
	buf_addf(out, "%zu file%s: %zu protected, %zu frozen now", n, n == 1 ? "" : "s", l.guarded,
		 l.frozen);
	return HEALTH_GOOD;
}
