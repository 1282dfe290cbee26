/* What a report says of a run, and that nothing in it is more than text. */
#include "../lib/report_rig.h"

#include "../../src/report/reportint.h"

#define HAS(text, what)                                                                            \
	do {                                                                                       \
		if (!strstr(text, what))                                                           \
			fail_msg("\"%s\" is not in:\n%s", what, text);                             \
	} while (0)
#define HAS_NOT(text, what)                                                                        \
	do {                                                                                       \
		if (strstr(text, what))                                                            \
			fail_msg("\"%s\" is in:\n%s", what, text);                                 \
	} while (0)

static char *markdown(const struct report *rep)
{
	struct buf b = BUF_INIT;

	report_markdown(&b, rep);
	return buf_take(&b);
}

static char *csv(const struct report *rep)
{
	struct buf b = BUF_INIT;

	report_csv(&b, rep);
	return buf_take(&b);
}

/* The step `key` of the report. */
static const struct report_step *step_of(const struct report *rep, const char *key)
{
	for (size_t i = 0; i < rep->n_steps; i++)
		if (str_eq(rep->steps[i].key, key))
			return &rep->steps[i];
	fail_msg("no step %s", key);
	return NULL;
}

static void note(struct rig *r, const char *key, const char *text)
{
	struct intent it = { .verb = VERB_NOTE, .step = (char *)(uintptr_t)key,
			     .text = (char *)(uintptr_t)text };

	assert_true(rig_send(r, &it));
}

/* --- time ------------------------------------------------------------------------------------- */

static void time_is_booked_to_the_machine_to_people_and_to_what_is_waited_for(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *v[] = { rig_step(&r, KIND_RUN, "a", "work"),
			     rig_step(&r, KIND_WAIT, "w", "time"),
			     rig_step(&r, KIND_DO, "d", "look") };
	struct report *rep;
	char token[TOKEN_MAX];

	(void)x;
	v[0]->effect = EFFECT_CHANGE;
	v[0]->effect_given = true;
	v[1]->text.s = NULL;
	v[1]->timer_ms = 7000;
	rig_open(&r, v, 3);
	r.now.boot += 20000000000LL; /* asked whether a is to start */
	r.now.wall += 20000000000LL;
	assert_true(rig_say(&r, "a", VERB_START, NULL));
	assert_true(rig_prepared(&r, token));
	r.now.boot += 5000000000LL;
	r.now.wall += 5000000000LL;
	rig_ended(&r, token, 0, NULL);
	rig_tick(&r, 7100);
	r.now.boot += 3000000000LL;
	r.now.wall += 3000000000LL;
	assert_true(rig_say(&r, "d", VERB_DONE, NULL));
	rep = report_of(&r, false);
	assert_in_range(rep->times.ns[CLASS_MACHINE] / 1000000, 5000, 5010);
	assert_in_range(rep->times.ns[CLASS_THINKING] / 1000000, 23000, 23020);
	assert_in_range(rep->times.ns[CLASS_WAITING] / 1000000, 7100, 7110);
	assert_in_range(step_of(rep, "a")->times.ns[CLASS_THINKING] / 1000000, 20000, 20010);
	assert_in_range(step_of(rep, "a")->times.ns[CLASS_MACHINE] / 1000000, 5000, 5010);
	assert_in_range(step_of(rep, "w")->times.ns[CLASS_WAITING] / 1000000, 7100, 7110);
	assert_in_range(step_of(rep, "d")->times.ns[CLASS_THINKING] / 1000000, 3000, 3010);
	report_free(rep);
	rig_release(&r);
}

static void a_step_stands_beside_the_median_of_earlier_runs(void **x)
{
	static const int64_t took[] = { 9000, 1000, 4000, 70000, 3000, 2000 };
	struct report *rep = NULL, *other;
	char *t;

	(void)x;
	for (size_t i = 0; i <= COUNT_OF(took); i++) {
		struct rig r;
		rig_init(&r);
		struct step *d = rig_step(&r, KIND_DO, "d", "look");

		rig_open(&r, &d, 1);
		r.now.boot += (i ? took[i - 1] : 500) * 1000000;
		assert_true(rig_say(&r, "d", VERB_DONE, NULL));
		other = report_of(&r, false);
		if (rep) {
			report_earlier(rep, other);
			report_free(other);
		} else {
			rep = other;
		}
		rig_release(&r);
	}
	assert_int_equal(rep->n_earlier, REPORT_EARLIER);
	assert_in_range(report_median(step_of(rep, "d"), WAY_REAL), 4000, 4010);
	t = markdown(rep);
	HAS(t, "| 0:04 of 5 | ");
	free(t);
	report_free(rep);
}

static struct report *looked_for(int64_t seconds, enum run_mode mode)
{
	struct rig r;
	struct report *rep;
	struct step *d;

	rig_init(&r);
	r.mode = mode;
	d = rig_step(&r, KIND_DO, "d", "look");
	rig_open(&r, &d, 1);
	r.now.boot += seconds * 1000000000LL;
	assert_true(rig_say(&r, "d", VERB_DONE, NULL));
	rep = report_of(&r, false);
	rig_release(&r);
	return rep;
}

/* A drill says nothing of how long the real thing takes, nor the other way round. */
static void only_what_is_alike_is_longer_or_shorter(void **x)
{
	static const struct {
		int64_t took, before;
		enum run_mode mode;
		const char *says;
	} v[] = {
		{ 100, 10, MODE_REAL, "d took 1:40, longer than before: 0:10" },
		{ 10, 100, MODE_REAL, "d took 0:10, less than before: 1:40" },
		{ 100, 10, MODE_DRILL, NULL }, { 30, 10, MODE_REAL, NULL },
		{ 400, 300, MODE_REAL, NULL },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		struct report *rep = looked_for(v[i].took, MODE_REAL);
		struct report *before = looked_for(v[i].before, v[i].mode);
		char *t;

		report_earlier(rep, before);
		t = markdown(rep);
		HAS(t, v[i].mode == MODE_REAL ? "earlier, real" : "earlier, tabletop");
		if (v[i].says)
			HAS(t, v[i].says);
		else
			HAS_NOT(t, "than before");
		free(t);
		report_free(rep);
		report_free(before);
	}
}

/* --- what is told where ----------------------------------------------------------------------- */

static void what_is_not_as_written_is_told_apart_with_its_row(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *v[] = { rig_step(&r, KIND_DO, "a", "look"),
			     rig_step(&r, KIND_DO, "b", "look"),
			     rig_step(&r, KIND_DO, "c", "look") };
	struct report *rep;
	char *t, want[80];

	(void)x;
	rig_open(&r, v, 3);
	assert_true(rig_say(&r, "a", VERB_DONE, NULL));
	assert_int_equal(report_count((rep = report_of(&r, false)), IN_DEVIATION), 0);
	report_free(rep);
	assert_true(rig_say(&r, "b", VERB_SKIP, NULL));
	rep = report_of(&r, false);
	assert_int_equal(report_count(rep, IN_DEVIATION), 1);
	snprintf(want, sizeof want, "because (ana) | ana () | [%lld] |",
		 (long long)report_first(rep, IN_DEVIATION)->seq);
	t = markdown(rep);
	HAS(strstr(t, "against as written"), want);
	HAS(t, "**The run is still open**");
	HAS_NOT(t, "Never reached");
	free(t);
	report_free(rep);
	rig_release(&r);
}

static void a_failed_command_is_shown_with_the_end_of_what_it_printed(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "false");
	struct report *rep;
	char *t;

	(void)x;
	rig_open(&r, &a, 1);
	if (rig_inst(&r, "a")->prompt)
		assert_true(rig_say(&r, "a", VERB_START, NULL));
	assert_true(rig_runs(&r, 3, NULL));
	rep = report_of(&r, false);
	assert_int_equal(rep->n_cmds, 1);
	assert_true(rep->cmds[0].failed);
	rep->cmds[0].bytes[1] = 5000;
	rep->cmds[0].excerpt[1] = mem_dup("a\n```\n</td>\n````\n# no heading\n");
	t = markdown(rep);
	HAS(t, "errors, 5000 bytes, the end of them:\n\n`````text\na\n```\n</td>\n");
	HAS(t, "# no heading\n`````\n");
	free(t);
	report_free(rep);
	rig_release(&r);
}

/* --- hostile text ----------------------------------------------------------------------------- */

static const char *const hostile[] = {
	"<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)",
	"a | b | c", "`code` **bold** _it_ [x](http://e.vil) ![i](http://e.vil/i.png)",
	"one\n# two\n- three\n| four |", "\x1b[31mred\x1b]0;t\x07", "\"quoted\", \"twice\"",
	"\xff\xfe no text", "\xe2\x80\xaereversed", "a\\", "&lt;b&gt;", "\t=1", "https://e.vil",
};

static void nothing_in_a_report_is_more_than_text(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	struct report *rep;
	char *t;

	(void)x;
	a->title = "</h1><script> | [x](http://e.vil)";
	rig_open(&r, &a, 1);
	for (size_t i = 0; i < COUNT_OF(hostile); i++)
		note(&r, "a", hostile[i]);
	report_holds(&r);
	rep = report_of(&r, false);
	t = markdown(rep);
	HAS(t, "note: \\<script\\>alert(1)\\</script\\> (ana)");
	HAS(t, "note: a \\| b \\| c (ana)");
	HAS(t, "\\[x\\](http\\://e.vil)");
	HAS(t, "\\\\x1b\\[31mred");
	HAS_NOT(t, "\n# two");
	HAS_NOT(t, "http://");
	free(t);
	report_free(rep);
	rig_release(&r);
}

static void the_page_has_no_tag_but_its_own(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	struct report *rep;
	struct buf b = BUF_INIT;

	(void)x;
	a->title = "</title></text><script>alert('1')</script> & \"quoted\"";
	rig_open(&r, &a, 1);
	for (size_t i = 0; i < COUNT_OF(hostile); i++)
		note(&r, "a", hostile[i]);
	rep = report_of(&r, false);
	report_integrity(rep, false, "<b>row 3</b>");
	report_html(&b, rep);
	HAS(b.data, "&lt;/title&gt;&lt;/text&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; "
		    "&amp; &quot;quoted&quot;");
	HAS(b.data, "note: &amp;lt;b&amp;gt; (ana)");
	HAS(b.data, "NOT WHOLE: &lt;b&gt;row 3");
	HAS_NOT(b.data, "<script");
	HAS_NOT(b.data, "<b>");
	for (const char *c = b.data; *c; c++)
		assert_true(*c == '\n' || (unsigned char)*c >= ' ');
	buf_release(&b);
	report_free(rep);
	rig_release(&r);
}

static void a_field_that_begins_like_a_formula_is_none(void **x)
{
	static const char *const formulas[] = { "=1", "+1", "-1", "@A", " =1", "\t=1", "|x",
						"＝1", " ＠A", "－1", "＋1" };
	struct report_row row = { .seq = 1 };
	struct report rep = { .rows = &row, .n_rows = 1, .run = "r" };

	(void)x;
	for (size_t i = 0; i < COUNT_OF(formulas); i++) {
		char want[32], *t;

		row.text = (char *)(uintptr_t)formulas[i];
		t = csv(&rep);
		snprintf(want, sizeof want, ",\"'%s\",\"\",\"\"\r\n", formulas[i]);
		HAS(t, want);
		free(t);
	}
	row.text = (char *)(uintptr_t) "a \"b\", =1";
	char *t = csv(&rep);
	HAS(t, ",\"a \"\"b\"\", =1\",\"\",\"\"\r\n");
	free(t);
}

/* --- masks ------------------------------------------------------------------------------------ */

static void numbers_and_addresses_of_people_are_masked(void **x)
{
	static const struct { const char *in, *out; } v[] = {
		{ "call +34 600 11 22 33 now", "call +xx xxx xx xx 33 now" },
		{ "+1 (555) 010-9999, then", "+x (xxx) xxx-xx99, then" },
		{ "by phone 4711.", "by phone xx11." },
		{ "4711 of 47110", "xx11 of 47110" },
		{ "mail ana@example.org!", "mail axxx@example.org!" },
		{ "banana@example.org", "banana@example.org" },
		{ "2026-11-22T03:21:07+01:00", "2026-11-22T03:21:07+01:00" },
		{ "1+1 +2 a+b", "1+1 +2 a+b" },
		{ "sha256 6004711", "sha256 6004711" },
	};
	struct report *r = report_new(false), *open = report_new(true);

	(void)x;
	report_know(r, "4711");
	report_know(r, "4711");
	report_know(r, "ana@example.org");
	report_know(r, "https://hooks.example/x@y");
	report_know(r, NULL);
	assert_int_equal(r->n_known, 2);
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		char *kept = report_keep(r, v[i].in), *whole = report_keep(open, v[i].in);

		assert_string_equal(kept, v[i].out);
		assert_string_equal(whole, v[i].in);
		free(kept);
		free(whole);
	}
	report_free(r);
	report_free(open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(time_is_booked_to_the_machine_to_people_and_to_what_is_waited_for),
		UNIT(a_step_stands_beside_the_median_of_earlier_runs),
		UNIT(only_what_is_alike_is_longer_or_shorter),
		UNIT(what_is_not_as_written_is_told_apart_with_its_row),
		UNIT(a_failed_command_is_shown_with_the_end_of_what_it_printed),
		UNIT(nothing_in_a_report_is_more_than_text),
		UNIT(the_page_has_no_tag_but_its_own),
		UNIT(a_field_that_begins_like_a_formula_is_none),
		UNIT(numbers_and_addresses_of_people_are_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
