/* What a holder leaves in its folder and beside it, and how that goes. */
#ifndef HOLDER_HCLEAR_H
#define HOLDER_HCLEAR_H

/* Notes where the groups of this holder are, for whoever finds it dead. */
void hclear_note_group(int folder, const char *path);

/* Removes the groups that were noted and the note with them, unless something lives in one. */
void hclear_group(int folder);

#endif
