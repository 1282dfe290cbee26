/* Small talk with the person between screens. */
#include <string.h>

#include "buf.h"
#include "err.h"
#include "scene.h"
#include "str.h"
#include "tui.h"

struct told {
	struct buf *to;
	bool given;
};

static void take(void *ctx, const char *text)
{
	struct told *told = ctx;

	if (text) {
		told->given = true;
		buf_adds(told->to, text);
	}
}

int tui_ask_line(struct tui *t, const char *title, const char *question, bool must,
		 struct buf *ret, struct err *err)
{
	struct told told = { .to = ret };
	int rc;

	ask_push(t, &(struct ask){ .title = title, .question = question, .max = ret->max,
				   .must = must, .done = take, .ctx = &told });
	rc = scene_loop(t, NULL, err);
	if (rc)
		return rc;
	return told.given ? 0 : err_set(err, ERR_CANCEL, "no answer was given");
}

void tui_tell(struct tui *t, const char *title, const char *text)
{
	struct buf safe = BUF_INIT;

	str_printable(&safe, text, strlen(text), true);
	text_push(t, title, buf_str(&safe), NULL, NULL);
	scene_loop(t, NULL, NULL);
	buf_release(&safe);
}
