/* Shells under exec: what they say, the size of their terminal, its end. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "str.h"

enum { ROUNDS_MAX = 16 };

static int take_shown(struct keeper *k, const char *token, struct err *err)
{
	struct proc *p = procs_find(k, token);
	bool more = p && p->told && p->at < PROC_DONE;
	int r = 0;

	for (int i = 0; more && !r && i < ROUNDS_MAX; i++)
		r = spool_take(k, p, &more, err);
	return r;
}

void outside_said(struct keeper *k, const struct intent *it, const struct actor *who, bool foreign,
		  struct verdict *ret)
{
	struct engine_input in = feed_input(INPUT_INTENT);
	struct err err = { 0 };

	if (foreign) {
		*ret = (struct verdict){ .seq = k->s->seq };
		snprintf(ret->why, sizeof(ret->why), "this shell is another account's");
		return;
	}
	if (it->name && take_shown(k, it->name, &err)) {
		trouble_meet(k, &err);
		*ret = (struct verdict){ .seq = k->s->seq };
		snprintf(ret->why, sizeof(ret->why), "the record cannot be written: %.200s",
			 err.text);
		return;
	}
	in.actor = *who;
	in.intent = it;
	feed(k, &in, ret);
}

void outside_hang_up(const struct proc *p)
{
	if (p && p->at < PROC_OVER && p->st.pid > 1 && holder_alive(p->st.pid, p->st.start))
		(void)kill(p->st.pid, SIGHUP);
}

bool outside_resize(struct keeper *k, const char *client, unsigned short rows, unsigned short cols)
{
	bool any = false;

	for (size_t i = 0; i < k->s->outside.n_shells; i++) {
		const struct shell *sh = &k->s->outside.shells[i];
		const struct proc *p = str_eq(sh->client, client) && !sh->left ?
					       procs_find(k, sh->token) : NULL;
		if (!p || p->at >= PROC_OVER)
			continue;
		any = true;
		if (p->post->h)
			(void)holder_resize(p->post->h, p->token, rows, cols, NULL);
	}
	return any;
}

static bool is_there(const struct keeper *k, const char *client)
{
	for (size_t i = 0; i < k->n_clients; i++)
		if (str_eq(k->clients[i]->id, client))
			return true;
	return false;
}

void outside_minute(struct keeper *k)
{
	for (size_t i = 0; i < k->s->outside.n_shells; i++) {
		const struct shell *sh = &k->s->outside.shells[i];
		struct engine_input in = feed_input(INPUT_CLIENT);

		if (sh->left || !state_shell_open(k->s, sh) || is_there(k, sh->client))
			continue;
		in.actor = sh->who;
		in.name = sh->client;
		feed(k, &in, NULL);
	}
}
