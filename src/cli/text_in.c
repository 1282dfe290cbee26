#include "text_in.h"

#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "verbs.h"

int text_stdin(struct buf *out)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0 &&
	       !buf_add(out, chunk, (size_t)n))
		;
	mem_wipe(chunk, sizeof(chunk));
	return n == 0 ? 0 : -1;
}

int text_in(char **args, int n, struct buf *out)
{
	int r = 0;

	if (n == 1 && strcmp(args[0], "-") == 0) {
		r = text_stdin(out);
	} else {
		for (int i = 0; i < n && r == 0; i++)
			r = (i && buf_addc(out, ' ')) || buf_adds(out, args[i]) ? -1 : 0;
	}
	if (!r && !out->over && out->len)
		return CLI_OK;
	r = out->over ? cli_usage("the text is longer than %zu bytes", out->max)
	    : r	      ? cli_usage("standard input cannot be read")
		      : cli_usage("there is no text");
	buf_release(out);
	return r;
}
