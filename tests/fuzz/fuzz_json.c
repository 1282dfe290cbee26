/* json_parse takes any bytes; what it takes is written back as text that it takes again, unchanged.
 * str_printable of the same bytes is valid UTF-8 without control characters. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "str.h"
#include "utf8.h"

static void must(int ok)
{
	if (!ok)
		abort();
}

static void round_trip(const char *text, size_t size)
{
	struct json *doc = NULL, *again = NULL;
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct err err = { 0 };
	int rc = json_parse(text, size, &doc, &err);
	if (rc) {
		must(rc == err.code && err.text[0] && !doc);
		return;
	}
	json_dump(&once, doc);
	must(json_parse(once.data, once.len, &again, NULL) == 0);
	json_dump(&twice, again);
	must(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
	json_free(doc);
	json_free(again);
	buf_release(&once);
	buf_release(&twice);
}

static void printable(const char *text, size_t size)
{
	struct buf out = BUF_INIT;
	str_printable(&out, text, size, false);
	must(utf8_check(buf_str(&out), out.len) == out.len);
	for (size_t i = 0; i < out.len; i++)
		must((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	round_trip((const char *)data, size);
	printable((const char *)data, size);
	return 0;
}
