#include "client_status.h"

#include "err.h"

int client_status_of(int rc)
{
	switch (rc) {
	case ERR_DENIED:
		return CLIENT_REFUSED;
	case ERR_CORRUPT: case ERR_IO: case ERR_FULL: case ERR_VERSION: case ERR_BUSY:
		return CLIENT_JOURNAL;
	default:
		return CLIENT_ENDED;
	}
}
