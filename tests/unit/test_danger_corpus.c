/* The table of danger on real procedures: those that this program was made for, and its own library.
 * What a step says of itself is the label. */
#include "unit.h"

#include <glob.h>
#include <stdio.h>

#include "buf.h"
#include "danger.h"
#include "loader.h"
#include "runbook.h"
#include "runbooks.h"

struct tally {
	size_t harmless, false_alarms; /* commands that destroy nothing; those taken for more */
	size_t destroy, missed;        /* those that do; those whose words do not show it */
	struct buf alarms;
};

static void harmless(struct tally *t, const struct step *s, const char *command)
{
	if (!command)
		return;
	t->harmless++;
	if (!danger_look(command, NULL, NULL))
		return;
	t->false_alarms++;
	buf_addf(&t->alarms, "%s:%d: %s\n", s->at.file, s->at.line, command);
}

/* An undo, and what pays a debt, may destroy what the step itself made. */
static void look(struct tally *t, const struct step *s)
{
	if (s->probe)
		harmless(t, s, s->probe->run.s);
	if (s->verify)
		harmless(t, s, s->verify->run.s);
	harmless(t, s, s->repair.s);
	if (s->kind != KIND_RUN)
		return;
	if (s->effect != EFFECT_DESTROY) {
		harmless(t, s, s->text.s);
		return;
	}
	t->destroy++;
	t->missed += !danger_look(s->text.s, NULL, NULL);
}

static void look_in(void *ctx, const char *path, const struct buf *text)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct runbook *rb = NULL;

	(void)text;
	if (!loader_load(path, &disk, &rb, &f, NULL))
		for (size_t i = 0; i < rb->n_all; i++)
			look(ctx, rb->all[i]);
	runbook_free(rb);
	findings_release(&f);
}

static void of_a_hundred_harmless_commands_five_at_most_raise_an_alarm(void **state)
{
	struct tally t = { .alarms = BUF_INIT };
	glob_t origin;

	(void)state;
	assert_int_equal(glob("tests/loader/origin-*/in.yaml", 0, NULL, &origin), 0);
	for (size_t i = 0; i < origin.gl_pathc; i++)
		look_in(&t, origin.gl_pathv[i], NULL);
	globfree(&origin);
	assert_true(t.harmless >= 20);
	print_message("origin: %zu harmless, %zu alarms\n", t.harmless, t.false_alarms);
	if (t.false_alarms * 20 > t.harmless)
		fail_msg("of %zu commands:\n%s", t.harmless, buf_str(&t.alarms));
	runbooks_each(look_in, &t);
	print_message("with the library: %zu harmless, %zu alarms; %zu destroy, %zu of them "
		      "by no word known\n", t.harmless, t.false_alarms, t.destroy, t.missed);
	assert_true(t.harmless >= 250);
	if (t.false_alarms * 20 > t.harmless)
		fail_msg("of %zu commands:\n%s", t.harmless, buf_str(&t.alarms));
	buf_release(&t.alarms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(of_a_hundred_harmless_commands_five_at_most_raise_an_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
