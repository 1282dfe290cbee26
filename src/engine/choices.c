/* A question whose answer is an item of a list, or a key of a map: what there is to choose from is
 * put on record the moment the question is met, and that is what an answer must be one of. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "mem.h"

static bool is_line(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return n > 0 && n <= LIMIT_CHOICE_BYTES;
}

/* A line for each; NULL, or what is wrong with them. */
static const char *add_lines(const struct json *items, struct buf *lines)
{
	if (!json_len(items))
		return "is empty: there is nothing to choose from";
	if (json_len(items) > LIMIT_ITEMS)
		return "has more than 10000 items";
	for (size_t i = 0; i < json_len(items); i++) {
		const char *s = json_text(json_at(items, i));

		if (!s || !is_line(s))
			return "has an item that is empty, longer than 1000 bytes, or no line of "
			       "text";
		buf_adds(lines, s);
		buf_addc(lines, '\n');
	}
	return NULL;
}

static const char *read_lines(struct pass *p, const struct inst *in, struct buf *lines)
{
	struct buf list = BUF_INIT;
	struct json *items = NULL;
	const char *why;

	if (!each_items_of(p, in, in->step->from.s, &list) ||
	    json_parse(buf_str(&list), list.len, &items, NULL))
		why = "is not known: there is nothing to choose from";
	else
		why = add_lines(items, lines);
	json_free(items);
	buf_release(&list);
	return why;
}

void choices_begin(struct pass *p, const struct inst *in)
{
	struct buf lines = BUF_INIT;
	const char *why = read_lines(p, in, &lines);
	struct jsonw *w;

	if (why && !in->overridden_block) {
		char *problem = mem_printf("%s %s", in->step->from.s, why);

		walk_block(p, in, problem);
		free(problem);
		goto out;
	}
	walk_begin(p, in);
	if (why)
		goto out; /* the operator goes on without: any answer that fits will do */
	w = emit_begin(p, EV_LOOKED);
	jw_str(w, "what", "lines");
	jw_str(w, "from", in->step->from.s);
	jw_strn(w, "text", buf_str(&lines), lines.len);
	jw_str(w, "result", "true");
	emit_end(p, EV_LOOKED, in, in->attempt);
out:
	buf_release(&lines);
}
