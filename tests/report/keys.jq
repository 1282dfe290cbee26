# Every key of a schema, as a path.
def known($at): ((.properties // {}) | to_entries[] | .key as $k | "\($at).\($k)", (.value | known("\($at).\($k)"))),
	((.items // empty) | known("\($at)[]"));
known("")
