/* What every unit test includes first: cmocka with the headers it wants before it. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Run the named function as a test of that name. */
#define UNIT(f) cmocka_unit_test(f)

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

#endif
