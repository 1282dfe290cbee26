/* Boards: columns laid out, and those of a restore and a rebuild as their parts go on. */
#include "../lib/view_rig.h"

#include <locale.h>

#include "../../src/view/boardint.h"
#include "board.h"
#include "progress.h"

#define S 1000000000LL

/* --- layout ---------------------------------------------------------------------------------- */

static struct board *hand_made(void)
{
	struct board *b = mem_alloc(sizeof *b);
	struct board_row *r;

	b->a = arena_new();
	b->title = "4 Put the volumes back";
	board_column(b, "volume", 0, 6, false);
	board_column(b, "where", 5, 8, false);
	board_column(b, "left", 1, 0, true);
	board_column(b, "never", 2, 0, false);
	r = board_row(b, "orders");
	r->cell[0].text = "orders";
	r->cell[1].text = "/srv/a/rather/long/place";
	r->cell[2].text = "1:20";
	r->note = (struct board_cell){ "kept as orders.old", BOARD_DIM };
	r = board_row(b, "logs");
	r->cell[0].text = "a-volume-of-long-name";
	r->cell[2].text = "0:02";
	r->note = (struct board_cell){ "the disk is full", BOARD_FAIL };
	b->at = 1;
	return b;
}

static char *printed(const struct board *b, int cols, bool whole)
{
	struct buf out = BUF_INIT;

	board_print(&out, b, cols, whole);
	return buf_take(&out);
}

static void a_board_is_printed_as_wide_as_it_is(void **x)
{
	struct board *b = hand_made();
	char *t = printed(b, 0, true);

	(void)x;
	assert_string_equal(t, "4 Put the volumes back\n"
			       "  volume                 where                     left\n"
			       "  orders                 /srv/a/rather/long/place  1:20\n"
			       "    kept as orders.old\n"
			       "> a-volume-of-long-name                            0:02\n"
			       "    the disk is full\n");
	free(t);
	board_free(b);
}

/* First what may be cut is cut, then columns go, the least wanted first; what failed is said. */
static void where_there_is_no_room_the_least_wanted_goes_first(void **x)
{
	struct board *b = hand_made();
	int width[BOARD_COLUMNS];
	char *t;

	(void)x;
	assert_int_equal(board_widths(b, 34, width), 34);
	assert_int_equal(width[3], 0); /* nothing stands in it */
	assert_true(width[1] >= 8 && width[0] >= 6);
	t = printed(b, 24, false);
	assert_string_equal(t, "4 Put the volumes back\n"
			       "  volume            left\n"
			       "  orders            1:20\n"
			       "> a-volume-of-l...  0:02\n"
			       "    the disk is full\n");
	free(t);
	for (int cols = 1; cols < 80; cols++)
		board_widths(b, cols, width);
	board_free(b);
}

static void a_text_is_fitted_by_columns_and_not_by_bytes(void **x)
{
	struct buf b = BUF_INIT;

	(void)x;
	board_fit(&b, "na\xc3\xafve", 7, false);
	assert_string_equal(buf_str(&b), "na\xc3\xafve  ");
	buf_clear(&b);
	board_fit(&b, "na\xc3\xafve one", 6, false);
	assert_string_equal(buf_str(&b), "na\xc3\xaf...");
	buf_clear(&b);
	board_fit(&b, "abcdef", 2, true);
	assert_string_equal(buf_str(&b), "ab");
	buf_clear(&b);
	board_fit(&b, NULL, 3, true);
	assert_string_equal(buf_str(&b), "   ");
	buf_release(&b);
}

/* --- a restore ------------------------------------------------------------------------------- */

static struct step *loop(struct rig *r, const char *id, const char *item, struct step *kid)
{
	static const char *const items[] = { "orders", "logs" };
	struct step *st = rig_step(r, KIND_GROUP, id, NULL);

	st->each_name = item;
	st->each_items = items;
	st->n_each_items = 2;
	st->at_once = 2;
	rig_kids(r, st, &kid, 1);
	return st;
}

static struct step *set(struct rig *r, const char *id, const char *name, const char *value)
{
	struct step *st = rig_step(r, KIND_SET, id, NULL);
	struct named *n = arena_alloc(r->arena, sizeof *n);
	enum value_type *type = arena_alloc(r->arena, sizeof *type);

	n->name = name;
	n->value.s = value;
	*type = value[0] == '[' ? VALUE_LIST : value[0] == '{' ? VALUE_MAP : VALUE_TEXT;
	st->sets = n;
	st->set_types = type;
	st->n_sets = 1;
	return st;
}

static void capture_text(struct rig *r, struct step *st, const char *name)
{
	struct capture *c = arena_alloc(r->arena, sizeof *c);

	c->name = name;
	c->type = VALUE_TEXT;
	st->captures = c;
	st->n_captures = 1;
}

static void open_restore(struct rig *r)
{
	struct step *keep = rig_step(r, KIND_RUN, "my-data/keep", "keep it"),
		    *put = rig_step(r, KIND_RUN, "my-data/restore", "put it"),
		    *kids[6], *top = rig_step(r, KIND_RESTORE, "my-data", "restic");

	capture_text(r, keep, "my_data_kept");
	keep->effect_given = put->effect_given = true;
	keep->effect = put->effect = EFFECT_READ; /* nothing asks on the bench */
	put->verify = rig_probe(r, "look", "T", 0);
	kids[0] = set(r, "my-data/volumes", "my_data_volumes",
		      "{\"orders\":\"/srv/orders\",\"logs\":\"/srv/logs\"}");
	kids[1] = set(r, "my-data/points", "my_data_points",
		      "[{\"volume\":\"orders\",\"point\":\"p1\",\"at\":\"2023-11-14T19:03:20Z\"},"
		      "{\"volume\":\"logs\",\"point\":\"p2\",\"at\":\"nonsense\"}]");
	kids[2] = set(r, "my-data/pick", "my_data_point", "Tuesday");
	kids[3] = set(r, "my-data/chosen", "my_data_chosen",
		      "{\"orders\":\"p1\",\"logs\":\"p2\"}");
	kids[4] = loop(r, "my-data/safety", "my_data_volume", keep);
	kids[5] = loop(r, "my-data/put", "my_data_volume", put);
	rig_kids(r, top, kids, 6);
	rig_open(r, &top, 1);
}

static char *shown(struct rig *r, const struct progress_set *p)
{
	struct view *v = see(r);
	struct buf out = BUF_INIT;

	board_text(&out, view_state(v), r->now, p, 0);
	view_free(v);
	return buf_take(&out);
}

/* The commands that are prepared at once are let go; their tokens. */
static size_t let_go(struct rig *r, char tokens[4][TOKEN_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < r->acts.n; i++)
		if (r->acts.v[i].kind == ACT_PREPARE && n < 4)
			memcpy(tokens[n++], r->acts.v[i].token, TOKEN_MAX);
	for (size_t i = 0; i < n; i++) {
		struct engine_input in = { .kind = INPUT_PREPARED, .pid = 4711,
					   .pid_start = 99, .token = tokens[i] };

		rig_feed(r, &in);
	}
	return n;
}

/* A restore whose copies are made; the tokens of what puts the volumes back. */
static void open_kept(struct rig *r, char tokens[4][TOKEN_MAX])
{
	rig_init(r);
	open_restore(r);
	let_go(r, tokens);
	rig_ended(r, tokens[0], 0, "a");
	rig_ended(r, tokens[1], 0, "b");
	let_go(r, tokens);
}

static void a_restore_shows_every_volume_from_its_copy_to_its_end(void **x)
{
	struct rig r;
	char copy[4][TOKEN_MAX], put[4][TOKEN_MAX], *t;
	struct progress_set p = { 0 };
	struct progress reading = { 0, 4000000000, "bytes" };

	(void)x;
	rig_init(&r);
	open_restore(&r);
	assert_int_equal(let_go(&r, copy), 2);
	t = shown(&r, NULL);
	HAS(t, "0 of 2 restored and verified");
	HAS(t, "restore point: Tuesday");
	HAS(t, "nothing is overwritten yet");
	HAS(t, "orders  /srv/orders  p1     3h10m  safety copy");
	HAS(t, "logs    /srv/logs    p2            safety copy");
	free(t);

	rig_ended(&r, copy[0], 0, "orders.before");
	t = shown(&r, NULL);
	HAS(t, "copy is kept");
	HAS(t, "what was there is kept as orders.before");
	free(t);

	rig_ended(&r, copy[1], 0, "logs.before");
	assert_int_equal(let_go(&r, put), 2);
	progress_take(&progress_add(&p, put[0])->meter, &reading, r.now.boot - 10 * S);
	reading.done = 1000000000;
	progress_take(&progress_add(&p, put[0])->meter, &reading, r.now.boot);
	t = shown(&r, &p);
	HAS(t, "restoring  1.0 of 4.0 GB 25%  100.0 MB/s    0:30 left");
	HAS(t, "what was there is kept as logs.before");
	free(t);

	rig_ended(&r, put[1], 3, NULL);
	t = shown(&r, &p);
	HAS(t, "0 of 2 restored and verified, 1 FAILED");
	HAS(t, "FAILED: decide");
	HAS(t, "exit status 3");
	HAS(t, "> logs");
	free(t);
	progress_set_release(&p);
	rig_release(&r);
}

/* What only ran is not called restored: that is said after the look alone. */
static void what_is_not_verified_yet_is_not_done(void **x)
{
	struct rig r;
	char tokens[4][TOKEN_MAX], *t;

	(void)x;
	open_kept(&r, tokens);
	rig_ended(&r, tokens[0], 0, NULL);
	t = shown(&r, NULL);
	HAS(t, "verifying");
	HAS(t, "0 of 2 restored and verified");
	HAS_NOT(t, "DONE");
	free(t);
	rig_release(&r);
}

/* A round whose restore was left out is over; restored it is not. */
static void what_was_left_out_is_not_done_although_its_round_is_over(void **x)
{
	struct rig r;
	char tokens[4][TOKEN_MAX], *t;

	(void)x;
	open_kept(&r, tokens);
	rig_ended(&r, tokens[0], 3, NULL);
	assert_true(rig_say(&r, "my-data/restore@orders", VERB_SKIP, NULL));
	t = shown(&r, NULL);
	HAS(t, "SKIPPED");
	HAS(t, "because");
	HAS(t, "0 of 2 restored and verified");
	HAS_NOT(t, "DONE");
	free(t);
	rig_release(&r);
}

/* --- a rebuild ------------------------------------------------------------------------------- */

static void open_rebuild(struct rig *r)
{
	static const char *const items[] = { "n1", "n2" };
	struct step *look = rig_step(r, KIND_RUN, "store/look/see", "look"),
		    *parts[3], *top = rig_step(r, KIND_REBUILD, "store", "etcd");

	look->effect_given = true;
	look->effect = EFFECT_READ;
	capture_text(r, look, "store_look");
	parts[0] = set(r, "store/members", "store_members", "{\"n1\":\"10.0.0.1\",\"n2\":\"b\"}");
	parts[1] = loop(r, "store/look", "store_member", look);
	parts[1]->each_items = items;
	parts[2] = set(r, "store/quorum", "store_quorum",
		       "{\"members\":3,\"healthy\":1,\"needed\":2}");
	rig_kids(r, top, parts, 3);
	rig_kids(r, top, parts, 3);
	rig_open(r, (struct step *[]){ top, rig_step(r, KIND_DO, "after", "look") }, 2);
}

static void what_nobody_read_of_a_member_is_unknown(void **x)
{
	struct rig r;
	char tokens[4][TOKEN_MAX], *t;

	(void)x;
	rig_init(&r);
	open_rebuild(&r);
	assert_int_equal(let_go(&r, tokens), 2);
	t = shown(&r, NULL);
	HAS(t, "quorum: unknown, not read yet");
	HAS(t, "members: not looked at yet");
	HAS(t, "n1      10.0.0.1  being looked at  unknown  unknown  unknown  never");
	free(t);

	rig_ended(&r, tokens[0], 0, "{\"state\":\"up\",\"role\":\"leader\",\"healthy\":true}");
	rig_tick(&r, 4000);
	t = shown(&r, NULL);
	HAS(t, "up       leader   healthy     4s");
	HAS(t, "unknown  unknown  unknown  never");
	HAS(t, "members: 1 of 2 known to be healthy");
	free(t);
	rig_release(&r);
}

static void a_step_outside_has_no_board_and_one_inside_has_its(void **x)
{
	struct rig r;
	struct view *v;
	const struct inst *top;

	(void)x;
	rig_init(&r);
	open_rebuild(&r);
	v = see(&r);
	top = state_inst(view_state(v), "store");
	assert_ptr_equal(board_inst(state_inst(view_state(v), "store/look/see@n1")), top);
	assert_ptr_equal(board_inst(top), top);
	assert_null(board_inst(state_inst(view_state(v), "after")));
	assert_null(board_inst(NULL));
	assert_true(board_is_on(top));
	view_free(v);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_board_is_printed_as_wide_as_it_is),
		cmocka_unit_test(where_there_is_no_room_the_least_wanted_goes_first),
		cmocka_unit_test(a_text_is_fitted_by_columns_and_not_by_bytes),
		cmocka_unit_test(a_restore_shows_every_volume_from_its_copy_to_its_end),
		cmocka_unit_test(what_is_not_verified_yet_is_not_done),
		cmocka_unit_test(what_was_left_out_is_not_done_although_its_round_is_over),
		cmocka_unit_test(what_nobody_read_of_a_member_is_unknown),
		cmocka_unit_test(a_step_outside_has_no_board_and_one_inside_has_its),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
