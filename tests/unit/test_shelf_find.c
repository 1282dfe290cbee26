#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "find_score.h"
#include "runbook.h"

static const struct trigger triggers[] = {
	{ .alert = "couchdb_missing_node" },
	{ .text = "no available volume zone" },
	{ .text = "No  available\nvolume zone in eu-west-1" },
};

static const struct runbook book = {
	.path = "books/couch-restore.yaml",
	.owner = "dba",
	.title = "Restore the CouchDB cluster",
	.about = "Rolls the data back to an earlier point.",
	.triggers = triggers,
	.n_triggers = COUNT_OF(triggers),
};

static int score(const char *pasted, char *ret_why, size_t n)
{
	struct buf why = BUF_INIT;
	struct find_for pasted_words;
	struct find_in in;
	int s;

	find_in_make(&in, &book);
	find_for_make(&pasted_words, pasted, strlen(pasted));
	s = find_score(&in, &pasted_words, &why);
	find_for_release(&pasted_words);
	find_in_release(&in);
	if (ret_why) {
		ret_why[0] = '\0';
		strncat(ret_why, buf_str(&why), n - 1);
	}
	buf_release(&why);
	return s;
}

static void blanks_and_case_make_no_difference(void **state)
{
	(void)state;
	struct buf text = BUF_INIT;

	find_plain(&text, "  A\t\nB\0C \r\n", 11);
	assert_string_equal(buf_str(&text), "a b c");
	buf_release(&text);
}

static void an_alert_counts_most(void **state)
{
	(void)state;
	char why[80];
	int alert = score("[FIRING] CouchDB_missing_node (db-1)", why, sizeof(why));

	assert_string_equal(why, "alert couchdb_missing_node");
	assert_true(alert > score("no available volume zone in EU-WEST-1", why, sizeof(why)));
	assert_non_null(strstr(why, "eu-west-1")); /* the longer text, though both fit */
	assert_true(score("no available volume zone in eu-west-1", NULL, 0) >
		    score("no available volume zone here", NULL, 0));
	assert_true(score("no available volume zone", NULL, 0) >
		    score("restore the couchdb cluster", NULL, 0));
}

static void an_alert_is_a_whole_word(void **state)
{
	(void)state;
	char why[80];

	score("couchdb_missing_nodes", why, sizeof(why));
	assert_null(strstr(why, "alert"));
	score("xcouchdb_missing_node", why, sizeof(why));
	assert_null(strstr(why, "alert"));
	score("xcouchdb_missing_node couchdb_missing_node!", why, sizeof(why));
	assert_non_null(strstr(why, "alert"));
}

static void a_part_of_a_trigger_will_do(void **state)
{
	(void)state;
	assert_true(score("volume zone", NULL, 0) > score("cluster", NULL, 0));
	assert_int_equal(score("vol", NULL, 0), 0);
}

static void words_of_the_title_count_before_the_rest(void **state)
{
	(void)state;
	char why[80];

	assert_true(score("cluster restore", why, sizeof(why)) > score("cluster", NULL, 0));
	assert_string_equal(why, "its title");
	assert_true(score("cluster", NULL, 0) > score("earlier", why, sizeof(why)));
	assert_string_equal(why, "what it is about");
	assert_int_equal(score("nothing of that", NULL, 0), 0);
	assert_int_equal(score("", NULL, 0), 0);
}

static int typed(const char *text, const char *also)
{
	struct find_for words;
	struct find_in in;
	int s;

	find_in_make(&in, &book);
	find_for_make(&words, text, strlen(text));
	s = find_typed(&in, &words, also, NULL);
	find_for_release(&words);
	find_in_release(&in);
	return s;
}

static void what_is_being_typed_narrows(void **state)
{
	(void)state;
	assert_true(typed("c", NULL) > 0);
	assert_true(typed("res clu", NULL) > typed("clu", NULL));
	assert_int_equal(typed("clu zz", NULL), 0); /* every word counts */
	assert_true(typed("couchdb_mis", NULL) > 0);
	assert_true(typed("dba", NULL) > 0);
	assert_true(typed("couch-restore.y", NULL) > 0);
	assert_int_equal(typed("overdue", NULL), 0);
	assert_true(typed("overdue", "review overdue") > 0);
	assert_true(typed("rest", NULL) > typed("store", NULL)); /* a beginning before a part */
	assert_int_equal(typed("", NULL), 0);
}

static void a_word_counts_once(void **state)
{
	(void)state;
	assert_int_equal(score("cluster cluster cluster", NULL, 0), score("cluster", NULL, 0));
	assert_true(score("restore restore the the cluster couchdb", NULL, 0) >
		    score("restore cluster elsewhere", NULL, 0));
}

static void what_is_pasted_is_found_by_its_trigger_whatever_else_it_says(void **state)
{
	(void)state;
	static const char pasted[] = "03:12 pod pending: no available volume zone (x9) in ns y";

	assert_true(typed(pasted, NULL) > typed("restore the couchdb cluster", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(blanks_and_case_make_no_difference), UNIT(an_alert_counts_most),
		UNIT(an_alert_is_a_whole_word), UNIT(a_part_of_a_trigger_will_do),
		UNIT(words_of_the_title_count_before_the_rest),
		UNIT(what_is_being_typed_narrows), UNIT(a_word_counts_once),
		UNIT(what_is_pasted_is_found_by_its_trigger_whatever_else_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
