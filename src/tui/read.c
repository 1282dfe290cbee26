/* A runbook, read through: the numbered checklist as it goes to paper. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "home.h"
#include "mem.h"
#include "sheet.h"
#include "shelf_book.h"
#include "str.h"

enum { WIDTH_MIN = 36, WIDTH_MAX = 100 };

/* What a line of the list begins with says what it is. */
static enum style style_of(const char *line)
{
	static const struct {
		const char *word;
		enum style style;
	} marks[] = {
		{ "!!", ST_WARNING }, { "[ ]", ST_STRONG }, { "( )", ST_STRONG },
	};

	line += strspn(line, " ");
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_starts(line, marks[i].word))
			return marks[i].style;
	return ST_PLAIN;
}

static void refill(void *ctx, struct sheet *s)
{
	const struct shelf_book *book = ctx;
	struct buf text = BUF_INIT, safe = BUF_INIT;
	int width = s->width < WIDTH_MIN ? WIDTH_MIN : s->width > WIDTH_MAX ? WIDTH_MAX : s->width;
	char *copy, *rest, *line;

	shelf_book_print(&text, book, width);
	str_printable(&safe, buf_str(&text), text.len, true);
	copy = rest = buf_take(&safe);
	while ((line = strsep(&rest, "\n")))
		sheet_add(s, style_of(line), (int)strspn(line, " "), line);
	free(copy);
	buf_release(&text);
}

void read_push(struct tui *t, const char *title, struct shelf_book *book)
{
	text_push(t, title, NULL, refill, book);
}
