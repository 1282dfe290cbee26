/* Any text as a jq program or a regular expression: what lint says of it must come in time, and a
 * program that lint takes must give a value, a miss or an error, and nothing else. The first byte
 * chooses; the rest is the pattern. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "err.h"
#include "mem.h"
#include "runbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libjq forgets the pieces of a string in which it finds an error of grammar. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libjq.so";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char json[] = "{\"items\":[{\"n\":\"a\",\"v\":1},{\"n\":\"b\"}],\"a\":3}";
	if (size < 1 || size > 300)
		return 0;
	char *pattern = mem_dupn((const char *)data + 1, size - 1);
	struct capture c = { .name = "it", .type = (enum value_type)(data[0] / 2 % VALUE_TYPE_MAX),
			     .how = data[0] % 2 ? CAPTURE_JQ : CAPTURE_MATCH, .pattern = pattern };
	struct value v = { 0 };
	struct err err = { 0 };
	int rc = capture_check(&c, &err);
	if (rc && !err.text[0])
		abort();
	/* Running takes a process: for a few of them. */
	if (rc == 0 && size % 16 == 0) {
		rc = capture_apply(&c, json, sizeof(json) - 1, &v, &err);
		if (rc == 0 && v.known && err.code)
			abort();
		if (rc == 0 && !v.known && err.code != ERR_NOTFOUND)
			abort();
		value_release(&v);
	}
	free(pattern);
	return 0;
}
