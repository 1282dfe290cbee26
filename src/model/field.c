/* Answers, checked against what was asked. */
#include "field.h"

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "limits.h"
#include "runbook.h"
#include "str.h"
#include "value.h"

/* Where v stands against the bound: -1 0 1. Canonical text has no order of its own: '9' comes after
 * '10', and a second with a fraction before the same second without one. */
static int against(enum value_type type, const char *v, const char *bound)
{
	int64_t i = 0, j = 0;
	double x, y;
	bool both;

	switch (type) {
	case VALUE_INT:
		both = str_to_i64(v, &i) && str_to_i64(bound, &j);
		break;
	case VALUE_DATETIME:
		both = clock_parse(v, &i) && clock_parse(bound, &j);
		break;
	case VALUE_DURATION:
		both = str_to_duration(v + (*v == '-'), &i) &&
		       str_to_duration(bound + (*bound == '-'), &j);
		i *= both && *v == '-' ? -1 : 1;
		j *= both && *bound == '-' ? -1 : 1;
		break;
	case VALUE_NUMBER:
		if (str_to_f64(v, &x) && str_to_f64(bound, &y))
			return (x > y) - (x < y);
		both = false;
		break;
	default:
		both = false;
		break;
	}
	return both ? (i > j) - (i < j) : strcmp(v, bound);
}

static int in_bounds(const struct field *f, const struct value *v, struct err *err)
{
	if (f->min && against(f->type, v->text, f->min) < 0)
		return err_set(err, ERR_PARSE, "%s must be %s or more", f->name, f->min);
	if (f->max && against(f->type, v->text, f->max) > 0)
		return err_set(err, ERR_PARSE, "%s must be %s or less", f->name, f->max);
	return 0;
}

/* The whole text, not a part of it: POSIX takes the leftmost, longest match. */
static bool matches(const char *pattern, const char *text)
{
	regmatch_t m;
	regex_t re;
	bool ok;

	if (regcomp(&re, pattern, REG_EXTENDED))
		return false;
	ok = !regexec(&re, text, 1, &m, 0) && m.rm_so == 0 && !text[m.rm_eo];
	regfree(&re);
	return ok;
}

int field_check(const struct field *f, const char *text, struct value *ret, struct err *err)
{
	bool listed = !f->n_one_of;
	int rc;

	if (!text)
		return err_set(err, ERR_PARSE, "%s is asked for", f->name);
	rc = value_parse(f->type, text, strlen(text), ret, err);
	if (rc)
		return err_context(err, rc, "%s", f->name);
	if (f->type == VALUE_TEXT && !*ret->text)
		rc = err_set(err, ERR_PARSE, "%s must not be empty", f->name);
	if (!rc && f->secret && strlen(ret->text) > LIMIT_SECRET_BYTES)
		rc = err_set(err, ERR_PARSE, "%s is longer than %d bytes", f->name,
			     LIMIT_SECRET_BYTES);
	for (size_t i = 0; i < f->n_one_of; i++)
		listed |= !strcmp(f->one_of[i], ret->text);
	if (!rc && !listed)
		rc = err_set(err, ERR_PARSE, "%s must be one of the values listed", f->name);
	if (!rc)
		rc = in_bounds(f, ret, err);
	if (!rc && f->match && field_form_problem(f->match))
		rc = err_set(err, ERR_PARSE, "%s cannot be checked for its form: %s", f->name,
			     field_form_problem(f->match));
	else if (!rc && f->match && strlen(ret->text) > FIELD_FORM_BYTES)
		rc = err_set(err, ERR_PARSE, "%s is longer than %d bytes", f->name,
			     FIELD_FORM_BYTES);
	if (!rc && f->match && !matches(f->match, ret->text))
		rc = err_set(err, ERR_PARSE, "%s does not have the form asked for", f->name);
	if (rc)
		value_release(ret);
	return rc;
}
