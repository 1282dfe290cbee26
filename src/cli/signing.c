#include "signing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "client.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "mem.h"
#include "plain.h"
#include "sign.h"
#include "str.h"
#include "verbs.h"

#define NAME "environments.yaml"

enum { CODE_MAX = 100 };

static bool take_from(const char *path, struct signing_files *ret)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct guard_file *g = NULL;

	if (access(path, F_OK))
		return false;
	if (guard_load(path, &disk, &g, &f, NULL) == 0) {
		ret->signers = mem_dup(g->envs.signers);
		ret->codes = mem_dup(g->envs.codes);
	}
	guard_free(g);
	findings_release(&f);
	return true;
}

void signing_files_find(struct signing_files *ret)
{
	const char *set = getenv("BLACKSTART_RUNBOOKS"), *folder;
	char *folders = mem_dup(set && set[0] ? set : "runbooks"), *rest = folders;
	bool found = false;

	*ret = (struct signing_files){ 0 };
	found = take_from(NAME, ret);
	while (!found && (folder = strsep(&rest, ":"))) {
		char *path = fsio_join(folder, NAME);

		found = folder[0] && take_from(path, ret);
		free(path);
	}
	free(folders);
}

void signing_files_release(struct signing_files *f)
{
	free(f->signers);
	free(f->codes);
}

int signing_ask(const char *question, bool secret, struct buf *ret)
{
	struct err err = { 0 };

	return plain_ask_line(STDIN_FILENO, STDERR_FILENO, question, secret, ret, &err);
}

static int ask_code(struct buf *ret)
{
	struct buf code = { .max = CODE_MAX };
	int rc = signing_ask("The code (not shown):", true, &code);

	if (rc == 0 && code.len)
		buf_add(ret, code.data, code.len);
	else
		cli_say("no code was given");
	if (code.data)
		mem_wipe(code.data, code.cap);
	buf_release(&code);
	return ret->len ? CLI_OK : CLI_ENDED;
}

static const char *key_of(const struct opts *o)
{
	const char *key = o->key ? o->key : getenv("BLACKSTART_KEY");

	return key && key[0] ? key : NULL;
}

int signing_proof(const struct opts *o, const char *signers, const char *space,
		  const struct buf *text, struct buf *ret)
{
	struct sign_by by = { .key = key_of(o), .ask = isatty(STDIN_FILENO) };
	struct err err = { 0 };

	if (o->code && o->key)
		return cli_usage("--code or --key, not both");
	if (o->code)
		return ask_code(ret);
	if (signers && access(signers, R_OK) == 0)
		by.signers = signers;
	return sign_text(&by, space, buf_str(text), text->len, ret, &err) ? cli_fail(&err) : CLI_OK;
}

void signing_identity(const struct opts *o, const char *journal, const char *run, bool ask,
		      struct client_identity *ret)
{
	struct client_opts c = { .journal = journal, .run = run };
	struct sign_by by = { .key = key_of(o), .ask = ask };
	struct err err = { 0 };

	*ret = (struct client_identity){ 0 };
	if (by.key && client_identify(&c, &by, ret, &err))
		cli_say("it is not known who operates: %s", err.text);
}
