/* What happens by itself: deadlines, the minute, the clock, files on disk, idleness, signals. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "loop.h"
#include "str.h"

#define MINUTE (60 * CLOCK_S)
#define PARK_MS_MAX (1000LL * 3600 * 24)
#define JUMP CLOCK_S
#define OVERDUE (100 * CLOCK_MS)

/* --- deadlines -------------------------------------------------------------------------------- */

static void tick_due(void *ctx)
{
	struct keeper *k = ctx;
	struct engine_input in = feed_input(INPUT_TICK);

	k->tick = NULL;
	k->tick_at = -1;
	k->tick_done = in.now.boot;
	if (!trouble_stalled(k))
		feed(k, &in, NULL);
}

static void arm_tick(struct keeper *k)
{
	int64_t due = trouble_stalled(k) || k->closed ? -1 : engine_deadline(k->engine);

	if (due == k->tick_at && (due < 0) == !k->tick)
		return;
	loop_cancel(k->tick);
	k->tick = NULL;
	k->tick_at = due;
	if (due < 0)
		return;
	/* Whatever a tick left due must not keep us busy. */
	int64_t at = due <= k->tick_done ? loop_now(k->loop) + OVERDUE : due;
	k->tick = loop_at(k->loop, at, tick_due, k);
}

/* --- the clock -------------------------------------------------------------------------------- */

/* Wall time against boot time: what a person or a time server changed. */
static void look_at_clock(struct keeper *k)
{
	struct moment now = clock_now();
	int64_t offset = now.wall - now.boot, jump = offset - k->clock_offset;

	if (jump < JUMP && jump > -JUMP)
		return;
	k->clock_offset = offset;
	struct engine_input in = feed_input(INPUT_CLOCK);
	in.number = jump;
	feed(k, &in, NULL);
}

/* --- the minute ------------------------------------------------------------------------------- */

static void minute_due(void *ctx)
{
	struct keeper *k = ctx;

	k->minute = loop_after(k->loop, MINUTE, minute_due, k);
	if (!trouble_stalled(k)) {
		digest_pins(k);
		outside_minute(k);
		journal_ballast_keep(k->journal);
		journal_checkpoint(k->journal, !procs_running(k));
		if (k->output && !k->chunks_open)
			output_checkpoint(k->output, !procs_running(k));
	}
	sheet_write(k);
}

/* --- idleness --------------------------------------------------------------------------------- */

static bool holds_secrets(const struct keeper *k)
{
	return k->secrets.n > 0;
}

/* Nothing runs, nothing is due, nobody looks. What only our memory knows would be lost, so with a
 * secret in it we stay. */
static bool is_idle(const struct keeper *k)
{
	return !procs_running(k) && !digest_waited_for(k) && !clients_there(k) && !k->batch.n &&
	       !k->later.n && !k->trouble.on && engine_deadline(k->engine) < 0 &&
	       !holds_secrets(k);
}

static void park(struct keeper *k)
{
	struct engine_input in = feed_input(INPUT_KEEPER);

	in.text = "park";
	in.name = keeper_version();
	if (!k->closed && !trouble_stalled(k))
		feed(k, &in, NULL);
	keeper_stop(k, 0);
}

static void park_due(void *ctx)
{
	struct keeper *k = ctx;

	k->park = NULL;
	if (is_idle(k))
		park(k);
}

static void arm_park(struct keeper *k)
{
	bool idle = is_idle(k);

	if (idle == (k->park != NULL) || k->leaving)
		return;
	loop_cancel(k->park);
	k->park = idle ? loop_after(k->loop, k->park_ns, park_due, k) : NULL;
}

static void on_term(void *ctx, int signo)
{
	(void)signo;
	park(ctx);
}

/* --- all of it -------------------------------------------------------------------------------- */

void watch_start(struct keeper *k)
{
	const char *park = getenv("BLACKSTART_PARK_MS");
	int64_t ms = 0;
	struct moment now = clock_now();
	struct err err = { 0 };

	k->clock_offset = now.wall - now.boot;
	k->park_ns = park && str_to_i64(park, &ms) && ms > 0 && ms < PARK_MS_MAX ?
			     ms * CLOCK_MS : 600 * CLOCK_S;
	k->tick_at = -1;
	k->minute = loop_after(k->loop, MINUTE, minute_due, k);
	(void)loop_signal(k->loop, SIGTERM, on_term, k, &err);
	(void)loop_signal(k->loop, SIGINT, on_term, k, &err);
}

void watch_after(struct keeper *k)
{
	if (!trouble_stalled(k) && !k->closed)
		look_at_clock(k);
	arm_tick(k);
	if (!k->closed)
		arm_park(k);
}

void watch_stop(struct keeper *k)
{
	loop_cancel(k->minute);
	loop_cancel(k->tick);
	loop_cancel(k->park);
	loop_cancel(k->point);
	k->minute = k->tick = k->park = k->point = NULL;
}
