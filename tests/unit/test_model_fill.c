#include "unit.h"

#include <string.h>

#include "buf.h"
#include "err.h"
#include "fill.h"

static struct value known = { .known = true, .text = (char *)"3" };
static struct value unknown = { .known = false };
static struct value secret = { .known = true, .secret = true, .text = (char *)"hunter2" };
static struct value places = { .type = VALUE_MAP, .known = true, .text = (char *)
	"{\"orders\":\"/srv/o r\",\"a]}\":7,\"list\":[1,\"x\"],\"none\":null,\"hunter2\":\"!\"}" };
static struct value hosts = { .type = VALUE_LIST, .known = true, .text = (char *)"[\"a\",2]" };
static struct value empty = { .type = VALUE_MAP, .known = true, .text = (char *)"{}" };
static struct value volume = { .known = true, .text = (char *)"orders" };
static struct value other = { .known = true, .text = (char *)"bills" };
static struct value count = { .known = true, .text = (char *)"a]}" };
static const struct binding scope[] = {
	{ "replicas", &known },
	{ "gone", &unknown },
	{ "token", &secret },
	{ "places", &places },
	{ "volume", &volume },
	{ "hosts", &hosts },
	{ "empty", &empty },
	{ "other", &other },
	{ "count", &count },
};

static void fills(const char *text, const char *want)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	buf_adds(&out, "<");
	if (fill_text(&out, text, scope, COUNT_OF(scope), &err))
		fail_msg("%s: %s", text, err.text);
	assert_string_equal(buf_str(&out) + 1, want);
	buf_release(&out);
}

static void refuses(const char *text, int code)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	buf_adds(&out, "<");
	assert_int_equal(fill_text(&out, text, scope, COUNT_OF(scope), &err), code);
	assert_string_equal(buf_str(&out), "<");
	assert_int_equal(out.len, 1);
	assert_true(strlen(err.text) > 0);
	buf_release(&out);
}

static void names_are_replaced(void **state)
{
	(void)state;
	fills("", "");
	fills("no name", "no name");
	fills("${replicas}", "3");
	fills("a ${replicas}${replicas} b", "a 33 b");
	fills("${gone} of ${replicas}", "(gone unknown) of 3");
	fills("token ${token}", "token (token hidden)");
}

static void entries_of_maps_are_replaced(void **state)
{
	(void)state;
	fills("${places[volume]}", "/srv/o r");
	fills("<${places[count]}${places[volume]}>", "<7/srv/o r>");
	fills("${places[other]}!", "(places[bills] unknown)!");
	fills("${places[gone]}", "(gone unknown)");
	fills("${gone[volume]}", "(gone unknown)");
	fills("${places[token]}", "(token hidden)");
	fills("${token[volume]}", "(token hidden)");
	fills("${replicas[volume]}", "(replicas[orders] unknown)"); /* 3 is no map */
	fills("${other[volume]}", "(other unknown)");		   /* nor is this */
}

static void what_stands_in_a_map_as_no_text_is_json(void **state)
{
	(void)state;
	volume.text = (char *)"list";
	fills("${places[volume]}", "[1,\"x\"]");
	volume.text = (char *)"none";
	fills("${places[volume]}", "(places[none] unknown)");
	volume.text = (char *)"orders";
}

static void what_has_a_line_to_itself_is_written_in_lines(void **state)
{
	struct buf out = BUF_INIT;
	bool known_all;

	(void)state;
	fills("Kept:\n${places}\nKeep?", "Kept:\norders: /srv/o r\na]}: 7\nlist: [1,\"x\"]\n"
	      "none: (unknown)\nhunter2: !\nKeep?");
	fills("${hosts}\n", "a\n2\n");
	fills("On\n${hosts}", "On\na\n2");
	fills("Of\n${empty}\n", "Of\n(none)\n");
	fills("${hosts}", "[\"a\",2]");
	fills("On ${hosts}\n", "On [\"a\",2]\n");
	fills("On\n${hosts}.", "On\n[\"a\",2].");
	fills("${replicas}\n", "3\n");
	assert_int_equal(fill_known(&out, "On\n${hosts}\n", scope, COUNT_OF(scope), &known_all,
				    NULL), 0);
	assert_string_equal(buf_str(&out), "On\n[\"a\",2]\n");
	buf_release(&out);
}

static void what_was_unknown_is_told(void **state)
{
	static const struct {
		const char *text;
		bool known;
	} rows[] = {
		{ "plain", true },	       { "${replicas} ${places[volume]}", true },
		{ "${gone}", false },	       { "${replicas} ${places[other]} x", false },
		{ "(x unknown)", true },       { "${places[gone]}", false },
		{ "${token}", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out = BUF_INIT;
		bool told = !rows[i].known;

		assert_int_equal(fill_known(&out, rows[i].text, scope, COUNT_OF(scope), &told,
					    NULL), 0);
		assert_int_equal(told, rows[i].known);
		buf_release(&out);
	}
}

static void other_dollars_stand_for_themselves(void **state)
{
	(void)state;
	fills("$$", "$");
	fills("$${replicas}", "${replicas}");
	fills("$HOME $(id) $", "$HOME $(id) $");
	fills("$$$${replicas}$${", "$${replicas}${");
	fills("{replicas}", "{replicas}");
}

static void what_cannot_be_filled_appends_nothing(void **state)
{
	(void)state;
	refuses("${replicas} ${nobody}", ERR_NOTFOUND);
	refuses("${replicas} ${", ERR_PARSE);
	refuses("${replicas", ERR_PARSE);
	refuses("${}", ERR_PARSE);
	refuses("${Replicas}", ERR_PARSE);
	refuses("${replicas }", ERR_PARSE);
	refuses("${1a}", ERR_PARSE);
	refuses("${replicas\n}", ERR_PARSE);
	refuses("${nobody[volume]}", ERR_NOTFOUND);
	refuses("${places[nobody]}", ERR_NOTFOUND);
	refuses("${places[]}", ERR_PARSE);
	refuses("${places[volume}", ERR_PARSE);
	refuses("${places[volume]", ERR_PARSE);
	refuses("${places[volume]]}", ERR_PARSE);
	refuses("${places[Volume]}", ERR_PARSE);
	refuses("${[volume]}", ERR_PARSE);
	refuses("${places[volume][volume]}", ERR_PARSE);
	refuses("${places['orders']}", ERR_PARSE);
}

static void a_full_buffer_keeps_what_it_had(void **state)
{
	(void)state;
	struct buf out = { .max = 6 };
	buf_adds(&out, "<");
	assert_int_equal(fill_text(&out, "abc ${replicas} d", scope, 3, NULL), ERR_LIMIT);
	assert_string_equal(buf_str(&out), "<");
	buf_release(&out);
}

struct collected {
	struct buf text;
	int stop_after;
};

static int collect(void *ctx, enum fill_use use, const char *name, size_t n, size_t offset)
{
	struct collected *c = ctx;
	buf_addf(&c->text, "%s%.*s@%zu ", use == FILL_MAP ? "map:" : use == FILL_KEY ? "key:" : "",
		 (int)n, name, offset);
	return --c->stop_after == 0 ? 7 : 0;
}

static void names_are_told_with_their_place(void **state)
{
	(void)state;
	struct collected c = { 0 };
	assert_int_equal(fill_names("a ${b} $$ ${c}${b}", collect, &c, NULL), 0);
	assert_string_equal(buf_str(&c.text), "b@4 c@12 b@16 ");
	buf_clear(&c.text);
	c.stop_after = 2;
	assert_int_equal(fill_names("${a}${b}${c}", collect, &c, NULL), 7);
	assert_string_equal(buf_str(&c.text), "a@2 b@6 ");
	buf_clear(&c.text);
	c.stop_after = 0;
	assert_int_equal(fill_names("${a[b]}${c}", collect, &c, NULL), 0);
	assert_string_equal(buf_str(&c.text), "map:a@2 key:b@4 c@9 ");
	buf_clear(&c.text);
	c.stop_after = 1;
	assert_int_equal(fill_names("${a[b]}", collect, &c, NULL), 7);
	assert_string_equal(buf_str(&c.text), "map:a@2 ");
	buf_clear(&c.text);
	assert_int_equal(fill_names("${a} ${", collect, &c, NULL), ERR_PARSE);
	assert_int_equal(c.text.len, 0);
	buf_release(&c.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(names_are_replaced),
		UNIT(entries_of_maps_are_replaced),
		UNIT(what_stands_in_a_map_as_no_text_is_json),
		UNIT(what_has_a_line_to_itself_is_written_in_lines),
		UNIT(what_was_unknown_is_told),
		UNIT(other_dollars_stand_for_themselves),
		UNIT(what_cannot_be_filled_appends_nothing),
		UNIT(a_full_buffer_keeps_what_it_had),
		UNIT(names_are_told_with_their_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
