/* Network file systems, on which a WAL cannot be shared: its index is memory between processes. */
#ifndef JOURNAL_NETFS_H
#define JOURNAL_NETFS_H

#include <stddef.h>

struct err;

/* 0, or ERR_DENIED naming the file system and a way out. What cannot be found out is let pass. */
int netfs_check(const char *folder, struct err *err);

/* The name of the network file system that statfs's f_type means, or NULL. For FUSE it depends on
 * fuse_type ("fuse.sshfs", NULL: not known): what is not known to be local is refused. */
const char *netfs_name(unsigned long f_type, const char *fuse_type);

/* Finds the file system type of device major:minor in the text of /proc/self/mountinfo. Returns
 * whether it is there and fits; ret is a string then. */
int netfs_type_in(const char *mountinfo, unsigned major, unsigned minor, char *ret, size_t n);

#endif
