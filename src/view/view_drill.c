/* What a drill's own rows say. */
#include "drill_state.h"
#include "field.h"
#include "json.h"
#include "kind.h"
#include "str.h"
#include "viewline.h"

/* --- what a tabletop asks --------------------------------------------------------------------- */

static const struct field play_fields[] = {
	{ .name = "says", .prompt = "Nothing is run. What would you do?", .type = VALUE_TEXT,
	  .otherwise = "as written" },
	{ .name = "expects", .prompt = "What do you expect to see?", .type = VALUE_TEXT,
	  .otherwise = "that it works" },
	{ .name = "result", .prompt = "What does it come to: worked, failed, or the line that it "
	  "prints?", .type = VALUE_TEXT },
};

size_t view_play_fields(const struct field **ret)
{
	*ret = play_fields;
	return sizeof play_fields / sizeof play_fields[0];
}

void view_play_asks(struct buf *out, const struct cmd *c)
{
	static const char *const of[PURPOSE_MAX] = {
		[PURPOSE_PROBE] = "It would look. ", [PURPOSE_VERIFY] = "It would be verified. ",
		[PURPOSE_REPAIR] = "It would be repaired. ",
		[PURPOSE_SETTLE] = "What is owed would be brought back. ",
		[PURPOSE_UNDO] = "It would be undone. ",
		[PURPOSE_EXEC] = "By hand would run what you typed. ",
		[PURPOSE_GUARD] = "The target itself would be read. ",
	};

	buf_adds(out, of[c->purpose] ? of[c->purpose] : "");
	buf_adds(out, "Nothing is run");
	if (of[c->purpose]) { /* the step shows its own command, and no other */
		buf_adds(out, ": `");
		view_safe(out, c->text);
		buf_addc(out, '`');
	}
	buf_adds(out, ". What would you do, and what does it come to?");
}

/* --- rows ------------------------------------------------------------------------------------- */

static enum view_weight facilitator(const struct line *l)
{
	view_line_add(l, json_bool(l->b, "on", false) ? "facilitator: " : "facilitator gone: ");
	view_safe(l->out, l->ev->actor.id);
	return VIEW_PLAIN;
}

/* What the players know nothing of is for who facilitates. */
static enum view_weight behind(const struct line *l)
{
	view_line_member(l, "DRILL inject ", "inject", "");
	view_line_member(l, ": ", "what", "");
	view_line_actor(l);
	return VIEW_QUIET;
}

static enum view_weight shown(const struct line *l)
{
	if (!json_str(l->b, "show"))
		return behind(l);
	view_line_member(l, "DRILL inject: ", "show", "");
	return VIEW_LOUD;
}

static enum view_weight asked(const struct line *l)
{
	view_line_step(l);
	view_line_member(l, ": DRILL: what it comes to is asked of the ", "of", "");
	return VIEW_QUIET;
}

static void ended(const struct line *l)
{
	if (json_get(l->b, "signal"))
		buf_addf(l->out, "signal %lld", (long long)json_int(l->b, "signal", 0));
	else
		buf_addf(l->out, "exit status %lld", (long long)json_int(l->b, "exit", 0));
}

static enum view_weight answer(const struct line *l)
{
	view_line_step(l);
	view_line_member(l, ": DRILL: the ", "by", "");
	if (!json_bool(l->b, "covered", false)) {
		view_line_add(l, " does NOT say what this comes to");
		return VIEW_LOUD;
	}
	view_line_add(l, " answers with ");
	ended(l);
	view_line_member(l, ", changed by inject ", "inject", "");
	view_line_member(l, "; would do: ", "says", "");
	view_line_member(l, "; expects: ", "expects", "");
	return json_str(l->b, "says") || json_str(l->b, "expects") ? VIEW_PLAIN : VIEW_QUIET;
}

static enum view_weight observed(const struct line *l)
{
	view_line_add(l, "observed");
	view_line_member(l, " (", "objective", ")");
	view_line_member(l, ": ", "text", "");
	view_line_actor(l);
	return VIEW_QUIET;
}

static enum view_weight helped(const struct line *l)
{
	view_line_member(l, "help of the ", "of", "");
	view_line_actor(l);
	return VIEW_QUIET;
}

enum view_weight view_line_drill(const struct line *l)
{
	static view_line_fn *const rows[DRILL_WHAT_MAX] = {
		[DRILL_FACILITATOR] = facilitator, [DRILL_DUE] = behind,
		[DRILL_DELIVERED] = shown, [DRILL_HELD] = behind, [DRILL_RELEASED] = behind,
		[DRILL_LEFT_OUT] = behind, [DRILL_INVENTED] = shown, [DRILL_ASKED] = asked,
		[DRILL_ANSWER] = answer, [DRILL_OBSERVED] = observed, [DRILL_HELP] = helped,
	};
	int what = word_from(WORDS_DRILL, json_str(l->b, "what"));

	return what < 0 ? VIEW_QUIET : rows[what](l);
}
