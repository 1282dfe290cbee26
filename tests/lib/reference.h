/* The part of a page under docs/ that the program's own tables write. */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "str.h"
#include "unit.h"

#define REFERENCE_START "<!-- reference: written by the field tables, GENERATE=1 -->\n"
#define REFERENCE_END "<!-- end of the reference -->\n"

/* What stands between the marks of the page is what `print` writes; GENERATE=1 puts it there. */
static inline void reference_is(const char *page, void (*print)(struct buf *out))
{
	struct buf doc = BUF_INIT, fresh = BUF_INIT;
	struct err err;
	assert_int_equal(fsio_read(page, 1 << 22, &doc, NULL), 0);
	char *start = strstr(buf_str(&doc), REFERENCE_START);
	char *end = strstr(buf_str(&doc), REFERENCE_END);
	assert_non_null(start);
	assert_non_null(end);
	buf_add(&fresh, buf_str(&doc), (size_t)(start - buf_str(&doc)) + strlen(REFERENCE_START));
	print(&fresh);
	buf_addc(&fresh, '\n');
	buf_adds(&fresh, end);
	if (!getenv("GENERATE"))
		assert_string_equal(buf_str(&fresh), buf_str(&doc));
	else if (!str_eq(buf_str(&fresh), buf_str(&doc)) &&
		 fsio_replace(page, buf_str(&fresh), fresh.len, 0644, false, &err))
		fail_msg("%s", err.text);
	buf_release(&doc);
	buf_release(&fresh);
}

#endif
