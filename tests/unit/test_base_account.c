#include "unit.h"

#include <string.h>

#include "account.h"

static void names_come_from_the_file(void **state)
{
	(void)state;
	char name[ACCOUNT_NAME_MAX];
	assert_true(account_name(0, name));
	assert_string_equal(name, "root");
	assert_false(account_name(4242424, name));
	assert_string_equal(name, "uid 4242424");
}

int main(void)
{
	const struct CMUnitTest tests[] = { UNIT(names_come_from_the_file) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
