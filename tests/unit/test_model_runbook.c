#include "unit.h"

#include <string.h>

#include "arena.h"
#include "event.h"
#include "mem.h"
#include "runbook.h"

static void steps_are_found_by_id(void **state)
{
	(void)state;
	struct step a = { .id = "a" }, b = { .id = "s4.2" };
	struct step *all[] = { &a, &b };
	struct runbook rb = { .all = all, .n_all = 2 };
	assert_ptr_equal(runbook_step(&rb, "s4.2"), &b);
	assert_ptr_equal(runbook_step(&rb, "a"), &a);
	assert_null(runbook_step(&rb, "b"));
	assert_null(runbook_step(&rb, NULL));
	assert_null(runbook_step(NULL, "a"));
}

static void every_kind_says_what_it_is(void **state)
{
	(void)state;
	static const int walked[] = { KIND_GROUP, KIND_PARALLEL, KIND_CALL,
				      KIND_OPTION, KIND_BRANCH, KIND_CHOOSE,
				      KIND_RESTORE, KIND_REBUILD, KIND_RELEASE };
	static const int manual[] = { KIND_DO, KIND_ASK, KIND_CHOOSE, KIND_HOLD,
				      KIND_CAUTION, KIND_BROKEN, KIND_END,
				      KIND_CONTACT /* nobody to try: an instruction */ };
	for (int k = KIND_INVALID; k <= KIND_MAX; k++) {
		struct step s = { .kind = k };
		bool w = false, m = false;
		for (size_t i = 0; i < COUNT_OF(walked); i++)
			w |= walked[i] == k;
		for (size_t i = 0; i < COUNT_OF(manual); i++)
			m |= manual[i] == k;
		assert_int_equal(step_has_children(&s), w);
		assert_int_equal(step_is_manual(&s), m);
	}
}

static void a_book_goes_with_its_arena(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct runbook *rb = arena_alloc(a, sizeof(*rb));
	rb->arena = a;
	rb->title = arena_dup(a, "title");
	runbook_free(rb);
	runbook_free(NULL);
}

static void events_are_kept_in_order(void **state)
{
	(void)state;
	struct event_list l = { 0 };
	for (int i = 0; i < 100; i++) {
		struct event *ev = event_list_add(&l);
		assert_int_equal(ev->seq, 0);
		assert_null(ev->step);
		ev->seq = i + 1;
		ev->step = mem_printf("s%d", i);
		ev->body = mem_dup("{}");
	}
	assert_int_equal(l.n, 100);
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].seq, i + 1);
	event_list_release(&l);
	assert_null(l.v);
	assert_int_equal(l.n, 0);
	event_list_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(steps_are_found_by_id),
		UNIT(every_kind_says_what_it_is),
		UNIT(a_book_goes_with_its_arena),
		UNIT(events_are_kept_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
