/* The contact steps of a runbook, given what they need to be walked. */
#ifndef PEOPLE_PEOPLE_ATTACH_H
#define PEOPLE_PEOPLE_ATTACH_H

struct runbook;

/* Sets step->contact of every CONTACT step from the contacts file that its book names, read from
 * rb->files: the very bytes that a run pins. rb is a root book as loader_load made it; what is
 * attached is gone with runbook_free. The same bytes give the same numbers on every machine.
 *
 * Never fails: where the file is missing or broken, or has no such ladder, the step stays an
 * instruction and step->contact_why says why. */
void people_attach(struct runbook *rb);

/* Sets rb->tells from the ladders that its environments name: after guard_attach. A ladder that
 * cannot be climbed is left out. */
void people_attach_tells(struct runbook *rb);

#endif
