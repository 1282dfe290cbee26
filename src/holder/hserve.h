/* The holder process: sockets, children, the pass. */
#ifndef HOLDER_HSERVE_H
#define HOLDER_HSERVE_H

struct hconf;

/* holder_main with other times and bounds. */
int hserve_main(const char *folder, const char *run, const struct hconf *conf);

#endif
