/* What a program that was attached to a run ends with: its exit status, whatever it looked like. */
#ifndef CLIENT_CLIENT_STATUS_H
#define CLIENT_CLIENT_STATUS_H

enum client_status {
	CLIENT_COMPLETE = 0, /* closed with success */
	CLIENT_ENDED = 1,    /* closed otherwise; left while it goes on; the answers did not fit */
	CLIENT_REFUSED = 3,  /* may not attach */
	CLIENT_JOURNAL = 4,  /* the journal cannot be written (closed over it), or not be read */
};

/* Where it had to end for that error. */
int client_status_of(int rc);

#endif
