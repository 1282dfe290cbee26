/* attach-file: what people have in hand goes on the record of a run, as it is. */
#include <string.h>

#include "at_run.h"
#include "client.h"
#include "client_bytes.h"
#include "err.h"
#include "file_in.h"
#include "fsio.h"
#include "limits.h"
#include "str.h"
#include "verbs.h"

static int send(const struct opts *o, const struct at_run *at, const char *path, const char *name)
{
	struct client_opts c = { .journal = at->journal, .run = at->run, .who = o->who };
	struct intent in = { .verb = VERB_ATTACH, .name = (char *)(uintptr_t)name,
			     .text = (char *)(uintptr_t)o->note,
			     .step = (char *)(uintptr_t)o->step };
	struct err err = { 0 };
	int fd = -1;

	if (file_in(path, LIMIT_ATTACH_BYTES, &fd, &err))
		return cli_say("%s", err.text), CLI_ENDED;
	return client_request_fd(&c, &in, fd, NULL, &err) ? cli_fail(&err) : CLI_OK;
}

int cmd_attach_file(const struct opts *o, char **args, int n)
{
	const char *path = args[1];
	const char *name = o->name ? o->name : str_eq(path, "-") ? "stdin" : fsio_basename(path);
	struct at_run at = { 0 };
	int status;

	(void)n;
	if (!*name || strchr(name, '/') || strlen(name) > LIMIT_FILE_NAME_BYTES)
		return cli_usage("a file is kept under a name without a folder, of at most %d "
				 "bytes: --name", LIMIT_FILE_NAME_BYTES);
	status = at_run_find(o, args[0], &at);
	if (status == CLI_OK)
		status = send(o, &at, path, name);
	at_run_release(&at);
	return status;
}
