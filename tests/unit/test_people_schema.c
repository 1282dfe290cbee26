/* The JSON Schema of contacts files accepts every one that lints without an error, and refuses what the
 * tables refuse. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "fsio.h"
#include "json.h"
#include "people.h"
#include "schemas.h"

static bool lints(const char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct people *p = NULL;
	bool ok = !people_load(path, &disk, &p, &f, NULL) && !f.errors;

	people_free(p);
	findings_release(&f);
	return ok;
}

static void must_accept(const struct json *schema, const char *path)
{
	struct buf text = BUF_INIT;

	assert_int_equal(fsio_read(path, 1 << 20, &text, NULL), 0);
	if (!accepts(schema, buf_str(&text), text.len))
		fail_msg("the schema refuses %s", path);
	buf_release(&text);
}

static void files_that_lint_are_accepted(void **state)
{
	struct json *schema = schema_of(people_schema);
	DIR *dir = opendir("tests/people");
	size_t seen = 0;

	(void)state;
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));) {
		char path[512];

		snprintf(path, sizeof(path), "tests/people/%s/in.yaml", e->d_name);
		if (e->d_name[0] == '.' || !lints(path))
			continue;
		seen++;
		must_accept(schema, path);
	}
	closedir(dir);
	assert_true(seen >= 4);
	must_accept(schema, "runbooks/contacts.yaml");
	json_free(schema);
}

static void mistakes_are_refused(void **state)
{
#define LADDER "contacts: 1\nladders: {ops: {wait: 5m, rungs: [{who: ana}]}}\n"
	static const char *const bad[] = {
		"ladders: {}\n",
		"contacts: 2\n",
		"contacts: 1\nladder: {}\n",
		"contacts: 1\nladders: {ops: {wait: 5m}}\n",
		"contacts: 1\nladders: {ops: {wait: 5m, rungs: []}}\n",
		"contacts: 1\nladders: {ops: {wait: soon, rungs: [{who: ana}]}}\n",
		"contacts: 1\nladders: {ops: {wait: {down: 5}, rungs: [{who: ana}]}}\n",
		"contacts: 1\nladders: {ops: {rounds: 11, rungs: [{who: ana}]}}\n",
		"contacts: 1\nladders: {ops: {rungs: [{who: ana, channel: x}]}}\n",
		"contacts: 1\nladders: {ops: {rungs: [{who: ana, by: fax}]}}\n",
		"contacts: 1\nladders: {ops: {rungs: [{text: x}]}}\n",
		"contacts: 1\nladders: {ops: {rungs: [{who: ana, skip_if: no}]}}\n",
		"contacts: 1\nladders: {ops: {rungs: [{who: ana, order: any}]}}\n",
		"contacts: 1\nladders: {'bad name!': {rungs: [{who: ana}]}}\n",
		LADDER "people: [ana]\n",
		LADDER "people: {ana: {fone: '1'}}\n",
		LADDER "people: {ana: {hours: 9-17}}\n",
		LADDER "people: {ana: {hours: 'weekdays 09:00-17:00'}}\n",
		LADDER "people: {ana: {awake: mon 09:00-17:00}}\n",
		LADDER "channels: {x: {note: y}}\n",
		LADDER "channels: {x: {by_hand: y, command: z}}\n",
		LADDER "channels: {x: {by_hand: y, public: perhaps}}\n",
		LADDER "channels: {x: {webhook: {url: 'ftp://x'}}}\n",
		LADDER "channels: {x: {webhook: {url_from: {env: A, file: b}}}}\n",
		LADDER "channels: {x: {smtp: {to: a@example.org, tls: maybe}}}\n",
		LADDER "channels: {x: {command: y, carries: fax}}\n",
		"- contacts: 1\n",
	};
	struct json *schema = schema_of(people_schema);

	(void)state;
	assert_true(accepts(schema, LADDER, strlen(LADDER)));
	schema_refuses(schema, bad, COUNT_OF(bad));
	json_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(files_that_lint_are_accepted),
		UNIT(mistakes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
