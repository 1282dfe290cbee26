/* Messages with places to fill in. */
#ifndef PEOPLE_PEOPLE_FORM_H
#define PEOPLE_PEOPLE_FORM_H

#include <stddef.h>

#include "field.h"
#include "place.h"

struct people_form {
	const char *id, *note, *subject, *text; /* subject NULL: the step's */
	const struct field *fields;
	size_t n_fields;
	struct place at;
};

#endif
