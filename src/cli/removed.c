#include "removed.h"

#include "buf.h"
#include "err.h"
#include "json.h"
#include "removal.h"
#include "verbs.h"

struct telling {
	struct buf *out;
	struct jsonw w;
	bool json;
};

static int count(const char *list)
{
	int commas = 0;

	for (; *list; list++)
		commas += *list == ',';
	return commas ? commas - 1 : 0;
}

static void tell_json(struct jsonw *w, const struct removal *r)
{
	jw_obj(w, NULL);
	jw_str(w, "run", r->run);
	jw_str(w, "what", removal_word(r->what));
	cli_time(w, "wall", r->wall);
	jw_str(w, "who", r->who);
	jw_str(w, "why", r->why);
	jw_int(w, "payloads", count(r->payloads));
	jw_int(w, "outputs", count(r->outputs));
	jw_end_obj(w);
}

static void tell_text(struct buf *out, const struct removal *r)
{
	int payloads = count(r->payloads), outputs = count(r->outputs);

	buf_addf(out, "%s: run %s", removal_word(r->what), r->run);
	if (r->what == REMOVAL_REDACTED)
		buf_addf(out, ", %d payload%s and %d piece%s of output taken out", payloads,
			 payloads == 1 ? "" : "s", outputs, outputs == 1 ? "" : "s");
	buf_adds(out, ", by ");
	cli_safe(out, r->who);
	buf_adds(out, ": ");
	cli_safe(out, r->why);
	buf_addc(out, '\n');
}

static int on_removal(void *ctx, const struct removal *r)
{
	struct telling *t = ctx;

	if (t->json)
		tell_json(&t->w, r);
	else
		tell_text(t->out, r);
	return 0;
}

int removed_tell(struct journal *j, const char *run, bool json, struct buf *ret, struct err *err)
{
	struct telling t = { .out = ret, .w = { .out = ret }, .json = json };

	if (json)
		jw_arr(&t.w, NULL);
	int rc = removal_each(j, run, on_removal, &t, err);
	if (json)
		jw_end_arr(&t.w);
	return rc;
}
