/* The two clocks of a record, and dates as people write them.
 *
 * Wall time says when, boot time (CLOCK_BOOTTIME: it counts through suspend) says how long; boot
 * time means nothing without the boot id, as systemd's journal has it.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

enum { CLOCK_BOOT_ID_LEN = 36 };

/* Nanoseconds: what is on record counts in them, what is written by people in milliseconds. */
#define CLOCK_MS INT64_C(1000000)
#define CLOCK_S  INT64_C(1000000000)

struct moment {
	int64_t wall; /* nanoseconds since 1970 UTC */
	int64_t boot; /* nanoseconds since the machine started */
};

struct moment clock_now(void);

/* This boot's id (36 characters), read once from /proc. "unknown" where there is none. */
const char *clock_boot_id(void);

/* Appends "2026-11-22T03:21:07Z", with `digits` (0, 3, 6 or 9) digits of fraction. */
void clock_utc(struct buf *out, int64_t wall_ns, int digits);

/* Reads "2026-11-22", "2026-11-22T03:21Z", "2026-11-22 03:21:07.5+01:00": ISO 8601 with a real
 * calendar behind it (no 30 February); no zone means UTC. False for anything else. */
bool clock_parse(const char *s, int64_t *ret_wall_ns);

#endif
