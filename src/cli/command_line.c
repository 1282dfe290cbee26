#include "command_line.h"

#include "buf.h"
#include "str.h"

void command_line(struct buf *out, char **words, int n)
{
	if (n == 1) {
		buf_adds(out, words[0]);
		return;
	}
	for (int i = 0; i < n; i++) {
		if (i)
			buf_addc(out, ' ');
		str_shell_quote(out, words[i]);
	}
}
