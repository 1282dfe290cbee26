/* Places: where a node, and a byte inside its text, stand in the file; sources; what follows a text. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../../src/loader/doc.h"
#include "arena.h"
#include "buf.h"
#include "str.h"

struct parsed {
	struct arena *arena;
	struct findings f;
	struct diag diag;
	struct doc d;
};

static struct parsed *parse(const char *text)
{
	struct parsed *p = calloc(1, sizeof(*p));
	assert_non_null(p);
	p->arena = arena_new();
	p->diag.f = &p->f;
	p->d = (struct doc){ .path = "f", .text = text, .n = strlen(text) };
	doc_parse(&p->d, p->arena, p->arena, &p->diag);
	return p;
}

static void drop(struct parsed *p)
{
	doc_release(&p->d);
	findings_release(&p->f);
	arena_free(p->arena);
	free(p);
}

/* Each case: a file whose key `k` holds a text; the byte of it where the mark stands, and the place
 * that the mark has in the file. */
static void a_byte_of_a_text_has_its_place_in_the_file(void **state)
{
	static const struct {
		const char *file, *mark;
		int line, col;
	} cases[] = {
		{ "k: one two\n", "two", 1, 8 },
		{ "k: one\n  two\n", "two", 2, 3 },
		{ "k: one\n\n  two\n", "two", 3, 3 },
		{ "k: 'it''s two'\n", "two", 1, 11 },
		{ "k: 'one\n  two'\n", "two", 2, 3 },
		{ "k: \"a\\tb \\\"two\"\n", "two", 1, 12 },
		{ "k: \"a\\nb two\"\n", "two", 1, 10 },
		{ "k: |\n  one\n  two\n", "two", 3, 3 },
		{ "k: |\n  one\n    two\n", "two", 3, 5 },
		{ "k: |-\n\n  one\n\n  two\n", "two", 5, 3 },
		{ "k: >\n  one\n  two\n", "two", 3, 3 },
		{ "k: >\n  one\n\n  two\n", "two", 4, 3 },
		{ "j:\n    k: |\n        one\n        two\n", "two", 4, 9 },
		{ "k: g\xc3\xb6 two\n", "two", 1, 7 },
		{ "\xef\xbb\xbfk: one two\n", "two", 1, 8 },
		{ "k: |\r\n  one\r\n  two\r\n", "two", 3, 3 },
		{ "k: one two\n", "one", 1, 4 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct parsed *p = parse(cases[i].file);
		const struct node *n = doc_get(p->d.root, "k");
		if (!n)
			n = doc_get(doc_get(p->d.root, "j"), "k");
		assert_non_null(n);
		size_t at = (size_t)(strstr(n->s, cases[i].mark) - n->s);
		struct place place = doc_inside(&p->d, doc_place(&p->d, n), n->s, at);
		if (place.line != cases[i].line || place.col != cases[i].col)
			fail_msg("%s: %d:%d, not %d:%d", cases[i].file, place.line, place.col,
				 cases[i].line, cases[i].col);
		drop(p);
	}
}

static void offsets_and_places_agree_in_every_kind_of_file(void **state)
{
	static const char *const files[] = {
		"abc\ndef\n\nghi", "\xef\xbb\xbf" "a: \xc3\xa4\n\xe2\x82\xac: b\n", "a\r\nb\rc\nd",
		"a\xc2\x85" "b\xe2\x80\xa8" "c", "", "x",
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct doc d = { .path = "f", .text = files[i], .n = strlen(files[i]) };
		size_t character = 0, at = str_starts(files[i], "\xef\xbb\xbf") ? 3 : 0;
		int line = 1, col = 1;
		while (at < d.n) {
			const char *s = d.text + at;
			assert_int_equal(doc_offset(&d, character), at);
			struct place p = doc_at(&d, at);
			assert_int_equal(p.line, line);
			assert_int_equal(p.col, col);
			size_t len = (unsigned char)*s < 0x80 ? 1 : (unsigned char)*s < 0xe0 ? 2 : 3;
			bool ends = *s == '\n' || (*s == '\r' && s[1] != '\n') ||
				    !strncmp(s, "\xc2\x85", 2) || !strncmp(s, "\xe2\x80\xa8", 3);
			line += ends;
			col = ends ? 1 : col + 1;
			at += len;
			character++;
		}
		assert_int_equal(doc_offset(&d, character), d.n);
		doc_release(&d);
	}
}

static void long_lines_are_measured_in_strides(void **state)
{
	struct buf text = BUF_INIT;
	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_adds(&text, i % 7 ? "x" : "\xc3\xa4");
	buf_adds(&text, "\nend");
	struct doc d = { .path = "f", .text = buf_str(&text), .n = text.len };
	for (size_t c = 0; c < 5000; c += 37) {
		size_t at = doc_offset(&d, c);
		assert_int_equal(at, c + (c + 6) / 7);
		assert_int_equal(doc_at(&d, at).col, c + 1);
	}
	assert_int_equal(doc_at(&d, text.len - 3).line, 2);
	doc_release(&d);
	buf_release(&text);
}

static void a_comment_behind_a_plain_text_is_seen(void **state)
{
	static const struct {
		const char *file;
		bool comment;
	} cases[] = {
		{ "k: a # b\n", true }, { "k: a  \t# b\n", true }, { "k: a\n# b\n", false },
		{ "k: a#b\n", false }, { "k: 'a' # b\n", false }, { "k: |\n  a # b\n", false },
		{ "k: a\n  b # c\n", true }, { "{k: a # b\n}\n", true }, { "k: # b\n", false },
		{ "k: \xc3\xa4 # b\n", true },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct parsed *p = parse(cases[i].file);
		size_t at = doc_comment(&p->d, doc_get(p->d.root, "k"));
		if ((at < p->d.n) != cases[i].comment)
			fail_msg("%s", cases[i].file);
		if (cases[i].comment)
			assert_int_equal(p->d.text[at], '#');
		drop(p);
	}
}

static void a_source_is_the_text_without_its_indentation(void **state)
{
	static const struct {
		const char *file, *source;
	} cases[] = {
		{ "k:\n  a: 1\n  b: |\n    x\n     y\n\n# end\nl: 2\n", "a: 1\nb: |\n  x\n   y" },
		{ "k: {a: 1,\n    b: 2}\n", "{a: 1,\n b: 2}" },
		{ "k:\n    - a\n    - b  # not this\nl: 1\n", "- a\n- b" },
		{ "k: x y\n", "x y" },
		{ "k:\n  a: \xc3\xa4\n  b: \xe2\x82\xac\nl: 1\n", "a: \xc3\xa4\nb: \xe2\x82\xac" },
		{ "k:\n  a: 1\n  b: [1\nl: 1\n", "a: 1\nb: [1\nl: 1" }, /* cut: to the end */
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct parsed *p = parse(cases[i].file);
		const char *s = doc_source(&p->d, doc_get(p->d.root, "k"), p->arena);
		assert_string_equal(s, cases[i].source);
		drop(p);
	}
}

static void what_is_read_before_an_error_stays(void **state)
{
	struct parsed *p = parse("a: 1\nb:\n  - x\n  - {y: [\n  - z\n");
	(void)state;
	assert_true(p->d.cut && p->d.root && p->d.root->cut);
	assert_string_equal(doc_get(p->d.root, "a")->s, "1");
	const struct node *b = doc_get(p->d.root, "b");
	assert_true(b->cut && b->n == 2);
	assert_false(b->first->cut);
	assert_true(b->last->cut);
	assert_int_equal(p->f.errors, 1);
	drop(p);
}

static void duplicates_are_found_among_many_keys(void **state)
{
	struct buf text = BUF_INIT;
	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_addf(&text, "key%d: x\n", i);
	buf_adds(&text, "key7: y\nkey2999: z\n");
	struct parsed *p = parse(buf_str(&text));
	assert_int_equal(p->f.errors, 2);
	assert_int_equal(p->f.v[0].at.line, 3001);
	assert_string_equal(p->f.v[0].rule, "duplicate-key");
	drop(p);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_byte_of_a_text_has_its_place_in_the_file),
		UNIT(offsets_and_places_agree_in_every_kind_of_file),
		UNIT(long_lines_are_measured_in_strides),
		UNIT(a_comment_behind_a_plain_text_is_seen),
		UNIT(a_source_is_the_text_without_its_indentation),
		UNIT(what_is_read_before_an_error_stays),
		UNIT(duplicates_are_found_among_many_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
