/* Answers, checked against what was asked. */
#include "field.h"

#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "runbook.h"
#include "str.h"
#include "value.h"

static int in_bounds(const struct field *f, const struct value *v, struct err *err)
{
	double x, lo, hi;
	bool number = f->type == VALUE_INT || f->type == VALUE_NUMBER;

	if (number && str_to_f64(v->text, &x)) {
		if (f->min && str_to_f64(f->min, &lo) && x < lo)
			return err_set(err, ERR_PARSE, "%s must be at least %s", f->name, f->min);
		if (f->max && str_to_f64(f->max, &hi) && x > hi)
			return err_set(err, ERR_PARSE, "%s must be at most %s", f->name, f->max);
		return 0;
	}
	if (f->min && strcmp(v->text, f->min) < 0)
		return err_set(err, ERR_PARSE, "%s must not come before %s", f->name, f->min);
	if (f->max && strcmp(v->text, f->max) > 0)
		return err_set(err, ERR_PARSE, "%s must not come after %s", f->name, f->max);
	return 0;
}

static bool matches(const char *pattern, const char *text)
{
	regex_t re;
	bool ok;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	ok = !regexec(&re, text, 0, NULL, 0);
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
	for (size_t i = 0; i < f->n_one_of; i++)
		listed |= !strcmp(f->one_of[i], ret->text);
	if (!rc && !listed)
		rc = err_set(err, ERR_PARSE, "%s must be one of the values listed", f->name);
	if (!rc)
		rc = in_bounds(f, ret, err);
	if (!rc && f->match && !matches(f->match, ret->text))
		rc = err_set(err, ERR_PARSE, "%s does not have the form asked for", f->name);
	if (rc)
		value_release(ret);
	return rc;
}
