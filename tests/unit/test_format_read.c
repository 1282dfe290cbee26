/* The room of formats by a small format of its own: what is read, said and written of a table. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "format_docs.h"
#include "format_read.h"
#include "golden.h"
#include "json.h"
#include "place.h"
#include "schemas.h"
#include "yamltree.h"

/* --- a format --------------------------------------------------------------------------------- */

struct wheel {
	const char *name, *rim;
	int size, colour, gear;
	int64_t wait_ms;
	struct place at;
};

struct cart {
	const char *title, *note, *file;
	const char *const *names;
	size_t n_names;
	struct wheel *wheels, *spare;
	size_t n_wheels;
	struct text run;
	const struct ytree *any;
	bool sold;
};

static const char *colour(int i)
{
	static const char *const all[] = { "red", "", "blue", "green", NULL };

	return all[i];
}

static const char *const gears[] = { "up", "down", NULL };

enum { MINE_COLOUR = FT_MAX, MINE_GEAR, MINE_FREE, MINE_MAX };

static const struct format_type types[MINE_MAX] = {
	[MINE_COLOUR] = { NULL, NULL, format_read_word, .word = colour, .flags = FTYPE_INT },
	[MINE_GEAR] = { NULL, NULL, format_read_word, gears, .flags = FTYPE_INT },
	[MINE_FREE] = { "text", FORMAT_REF("text"), format_read_text,
			.flags = FTYPE_TEXT | FTYPE_MAY_BE_EMPTY },
};

static const struct format_key wheel[] = {
	{ "name", FT_LINE, FORMAT_AT(wheel, name), .flags = FK_REQUIRED, .max = 8, .doc = "N" },
	{ "rim", FT_LINE, FORMAT_AT(wheel, rim), .doc = "M" },
	{ "size", FT_INT, FORMAT_AT(wheel, size), .min = 1, .max = 9, .otherwise = 4,
	  .doc = "how | wide" },
	{ "colour", MINE_COLOUR, FORMAT_AT(wheel, colour), .otherwise = 2, .doc = "C" },
	{ "gear", MINE_GEAR, FORMAT_AT(wheel, gear), .doc = "G" },
	{ "wait", FT_DURATION, FORMAT_AT(wheel, wait_ms), .max = 60000, .otherwise = 7,
	  .doc = "W" },
};

static const struct format_key cart[] = {
	{ "cart", FT_VERSION, .flags = FK_REQUIRED, .doc = "V" },
	{ "title", FT_LINE, FORMAT_AT(cart, title), .flags = FK_REQUIRED, .doc = "T" },
	{ "note", MINE_FREE, FORMAT_AT(cart, note), .doc = "O" },
	{ "file", FT_PATH, FORMAT_AT(cart, file), .doc = "F" },
	{ "names", FT_NAMES, FORMAT_AT2(cart, names, n_names), .most = 3, .doc = "A" },
	{ "wheels", FT_PARTS, FORMAT_AT2(cart, wheels, n_wheels), .part = 1, .most = 4,
	  .doc = "L" },
	{ "spare", FT_PART, FORMAT_AT(cart, spare), .part = 1, .doc = "S" },
	{ "run", FT_COMMAND, FORMAT_AT(cart, run), .flags = FK_SHELL, .doc = "R" },
	{ "any", FT_NODE, FORMAT_AT(cart, any), .doc = "Y" },
	{ "sold", FT_BOOL, FORMAT_AT(cart, sold), .doc = "B" },
};

static const struct format_table tables[] = {
	{ .name = "cart", .title = "The file", .intro = "", .keys = cart, .n = FORMAT_N(cart) },
	{ .name = "wheel", .what = "a wheel", .title = "A wheel", .intro = "One.", .keys = wheel,
	  .n = FORMAT_N(wheel), .size = sizeof(struct wheel), .placed = true,
	  .place = offsetof(struct wheel, at) },
};

static const struct format_rule rules[FR_MAX] = {
	FORMAT_RULES,
	[FR_VERSION] = { "format-version", SEV_ERROR, "V" },
	[FR_EMPTY] = { "empty", SEV_ERROR, "E" },
	[FR_NAME] = { "bad-name", SEV_ERROR, "N" },
	[FR_COMMENT] = { "comment-in-text", SEV_ERROR, "C", true },
	[FR_TWICE] = { "named-twice", SEV_WARNING, "T" },
};

static const struct format mine = {
	.name = "cart", .tables = tables, .n_tables = 2, .types = types, .rules = rules,
	.n_rules = FR_MAX, .max = 20,
};

/* --- reading ---------------------------------------------------------------------------------- */

struct reading {
	struct format_read in;
	struct ytree_doc doc;
	struct findings f;
	struct cart cart;
	struct buf told; /* what `problem` was told */
	bool ok;
};

static void problem(struct format_read *in, struct place at, const char *text)
{
	struct reading *r = (struct reading *)(void *)in;

	buf_addf(&r->told, "%d: %s\n", at.line, text);
}

static void read_text(struct reading *r, const char *text)
{
	struct loader_source src = golden_text(text);

	*r = (struct reading){ 0 };
	assert_int_equal(yamltree_load("c.yaml", &src, &r->doc, &r->f, NULL), 0);
	r->in = (struct format_read){ .format = &mine, .f = &r->f, .a = r->doc.arena,
				      .folder = "d", .cut = r->doc.cut, .problem = problem };
	r->ok = format_map(&r->in, 0, "c.yaml", r->doc.root, &r->cart);
}

static void done(struct reading *r)
{
	assert_int_equal(r->in.broken, r->told.len > 0);
	buf_release(&r->told);
	findings_release(&r->f);
	yamltree_release(&r->doc);
}

#define TOP "cart: 1\ntitle: T\n"

static void says(const char *more, const char *want)
{
	struct reading r;
	struct buf text = BUF_INIT, got = BUF_INIT;

	buf_addf(&text, "%s%s", TOP, more);
	read_text(&r, buf_str(&text));
	for (size_t i = 0; i < r.f.n; i++)
		buf_addf(&got, "%s [%s]\n", r.f.v[i].text, r.f.v[i].rule);
	if (!str_eq(buf_str(&got), want))
		fail_msg("%s\nsays:\n%snot:\n%s", more, buf_str(&got), want);
	done(&r);
	buf_release(&text);
	buf_release(&got);
}

static void every_type_goes_where_its_row_says(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, TOP "note: ''\nfile: x/y\nnames: [a, b-1]\nrun: go on\nany: {x: y}\nsold: "
			  "true\nwheels:\n- {name: one, size: 9, colour: blue, wait: 1m}\n"
			  "- name: two\nspare: {name: three}\n");
	golden_is_clean(&r.f);
	assert_true(r.ok && r.cart.sold);
	assert_string_equal(r.cart.title, "T");
	assert_string_equal(r.cart.note, "");
	assert_string_equal(r.cart.file, "d/x/y");
	assert_int_equal(r.cart.n_names, 2);
	assert_string_equal(r.cart.names[1], "b-1");
	assert_string_equal(r.cart.run.s, "go on");
	assert_int_equal(r.cart.run.at.line, 6);
	assert_int_equal(r.cart.any->kind, YTREE_MAP);
	assert_int_equal(r.cart.n_wheels, 2);
	assert_int_equal(r.cart.wheels[0].size, 9);
	assert_int_equal(r.cart.wheels[0].colour, 2);
	assert_int_equal(r.cart.wheels[0].wait_ms, 60000);
	assert_int_equal(r.cart.wheels[1].size, 4); /* as its row has it */
	assert_int_equal(r.cart.wheels[1].wait_ms, 7);
	assert_int_equal(r.cart.wheels[1].at.line, 11);
	assert_string_equal(r.cart.spare->name, "three");
	done(&r);
}

static void a_mistake_is_said_with_what_would_be_right(void **state)
{
	(void)state;
	says("sole: true\n", "`c.yaml` has no key `sole`; did you mean `sold`? [unknown-key]\n");
	says("spare: {name: a, colur: red}\n",
	     "a wheel has no key `colur`; did you mean `colour`? [unknown-key]\n");
	says("sold: yes\n", "`sold` is `true` or `false`, not `yes` [bad-value]\n");
	says("spare: {name: a, colour: grene}\n",
	     "`colour` is one of `red`, `blue`, `green`, not `grene`; did you mean `green`? "
	     "[bad-value]\n");
	says("spare: {name: a, gear: left}\n",
	     "`gear` is `up` or `down`, not `left` [bad-value]\n");
	says("spare: {name: a, size: 10}\n",
	     "`size` is a whole number from 1 to 9, not `10` [bad-value]\n");
	says("spare: {name: a, wait: 2m}\n",
	     "`wait` is a duration up to 1m, such as `90s` or `1h30m`, not `2m` [bad-value]\n");
	says("spare: {name: abcdefghi}\n", "`name` is longer than 8 bytes [limit]\n");
	says("note: 123456789012345678901\n", "`note` is longer than 20 bytes [limit]\n");
	says("file: ' '\n", "`file` says nothing; leave it out or say it [empty]\n");
	says("file: [x]\n", "`file` is a list; expected: path, from this file [shape]\n");
	says("run: go # on\n",
	     "what stands behind ` #` is a comment to YAML and no part of `run`; write `run: |` "
	     "and the text on the lines under it, or the comment on a line of its own "
	     "[comment-in-text]\n");
	says("spare: {size: 3}\n", "`spare` needs `name`: N [missing-key]\n");
	says("spare: x\n", "`spare` is a mapping, such as `name: …` [shape]\n");
	says("names: [a, 'b c', a, d]\n", "`names` lists more than 3 [limit]\n");
	says("names: []\n", "`names` is an empty list [empty]\n");
	says("names: [a, -b, a]\n",
	     "`-b` cannot be a name here; letters, digits, `-`, `_` and `.` can, at most 64 of "
	     "them [bad-name]\n`names` names `a` twice [named-twice]\n");
}

static void what_a_terminal_would_obey_is_written_out(void **state)
{
	(void)state;
	says("sold: \"\\e[2J\"\n", "`sold` is `true` or `false`, not `\\x1b[2J` [bad-value]\n");
}

static void an_entry_without_what_it_needs_is_none(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, TOP "wheels: [{name: one}, {rim: steel}, {name: ''}, {name: two, size: 99}]\n");
	assert_int_equal(r.cart.n_wheels, 2);
	assert_string_equal(r.cart.wheels[1].name, "two");
	assert_int_equal(r.cart.wheels[1].size, 4);
	assert_null(r.cart.wheels[1].rim); /* that is another's */
	assert_non_null(strstr(buf_str(&r.told), "3: `wheels` needs `name`"));
	done(&r);
}

static void the_version_is_there_and_is_ours(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, "title: T\n");
	assert_string_equal(r.f.v[0].rule, "format-version");
	done(&r);
	read_text(&r, "cart: 2\ntitle: T\n");
	assert_string_equal(r.f.v[0].rule, "format-version");
	done(&r);
}

/* What is missing may stand where the file is no YAML any more. */
static void a_file_that_breaks_off_misses_nothing(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, "spare: {name: a}\nwheels: [{name: b}, {\n");
	for (size_t i = 0; i < r.f.n; i++)
		assert_string_equal(r.f.v[i].rule, "yaml");
	assert_true(r.in.cut);
	done(&r);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void the_reference_has_a_row_for_each_key_and_rule(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	format_reference(&out, &mine);
	assert_non_null(strstr(buf_str(&out), "### A wheel\n\nOne.\n\n| key | is | | says |\n"));
	assert_non_null(strstr(buf_str(&out), "| `name` | one line | required | N |\n"));
	assert_non_null(strstr(buf_str(&out), "| `size` | whole number |  | how \\| wide |\n"));
	assert_non_null(strstr(buf_str(&out), "| `colour` | `red`, `blue`, `green` |  | C |\n"));
	assert_non_null(strstr(buf_str(&out), "| `wheels` | wheel, or a list of such |  | L |\n"));
	assert_non_null(strstr(buf_str(&out), "| `named-twice` | warning | T |\n"));
	assert_non_null(strstr(buf_str(&out), "error, the step is not walked | C |\n"));
	buf_release(&out);
}

static void write_schema(struct buf *out)
{
	format_schema(out, &mine);
}

static void the_schema_takes_what_is_read(void **state)
{
	static const char *const good[] = {
		TOP, TOP "sold: 'true'\n", TOP "wheels: {name: a, size: '3'}\n",
		TOP "wheels: [{name: a, colour: blue, wait: 5s}]\n", TOP "spare: {name: a}\n",
		TOP "names: a\n",
	};
	static const char *const bad[] = {
		"title: T\n", "cart: 2\ntitle: T\n", TOP "sole: true\n", TOP "sold: 3\n",
		TOP "wheels: {size: 3}\n", TOP "wheels: {name: a, size: 10}\n",
		TOP "wheels: {name: a, colour: ''}\n", TOP "spare: [{name: a}]\n",
		TOP "names: [a, 'b c']\n", TOP "names: []\n",
	};
	struct json *schema = schema_of(write_schema);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!accepts(schema, good[i], strlen(good[i])))
			fail_msg("the schema refuses %s", good[i]);
	schema_refuses(schema, bad, COUNT_OF(bad));
	json_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_type_goes_where_its_row_says),
		UNIT(a_mistake_is_said_with_what_would_be_right),
		UNIT(what_a_terminal_would_obey_is_written_out),
		UNIT(an_entry_without_what_it_needs_is_none),
		UNIT(the_version_is_there_and_is_ours),
		UNIT(a_file_that_breaks_off_misses_nothing),
		UNIT(the_reference_has_a_row_for_each_key_and_rule),
		UNIT(the_schema_takes_what_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
