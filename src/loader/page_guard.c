/* The guard on paper: where no program reads the target, a person does. */
#include "page.h"

#include <string.h>

#include "buf.h"
#include "environ.h"
#include "runbook.h"
#include "str.h"

static void put_approvers(const struct page *p, const struct environment *e)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < e->n_approvers; i++)
		buf_addf(&b, "%s%s", i ? " or " : "", e->approvers[i]);
	if (e->approve_for < EFFECT_MAX)
		page_printf(p, "Somebody else says yes:", "%s, before %s", buf_str(&b),
			    e->approve_for == EFFECT_CHANGE ? "anything is changed"
							    : "anything is destroyed");
	buf_release(&b);
}

static void put_environment(const struct page *p, const struct environment *e)
{
	if (e->problem) {
		page_printf(p, "!! Guard:", "what guards %s cannot be relied on: %s", e->name,
			    e->problem);
		return;
	}
	page_printf(p, "Guard:", "%s is %s%s%s", e->name,
		    e->guarded ? "protected" : e->lab ? "a lab" : "not protected",
		    e->about ? "; " : "", e->about ? e->about : "");
	for (size_t i = 0; i < e->n_probes; i++) {
		page_command(p, "Before anything is destroyed, ask:", e->probes[i].run.s);
		page_text(p, "It must say exactly:", e->probes[i].is);
	}
	if (e->lab_probe.run.s) {
		page_command(p, "In a lab drill, before anything is changed, ask:",
			     e->lab_probe.run.s);
		page_text(p, "It must say exactly:", e->lab_probe.is);
	}
	put_approvers(p, e);
	for (size_t i = 0; i < e->n_freezes; i++)
		page_printf(p, "Destroy nothing:", "%s%s%s", e->freezes[i].words,
			    e->freezes[i].why ? "; " : "",
			    e->freezes[i].why ? e->freezes[i].why : "");
}

void page_guard(const struct page *p, const struct runbook *rb)
{
	const struct environments *envs = rb->environments;
	const struct environment *named = environ_find(envs, rb->environment);
	bool filled = rb->environment && strchr(rb->environment, '$');
	if (!envs || !rb->environment)
		return;
	if (envs->problem && !envs->n)
		page_printf(p, "!! Guard:", "%s", envs->problem);
	for (size_t i = 0; i < envs->n; i++)
		if (filled ? envs->v[i].guarded : &envs->v[i] == named)
			put_environment(p, &envs->v[i]);
}
