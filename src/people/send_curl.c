#include <dlfcn.h>

#include "err.h"
#include "sendint.h"

#define LIBRARY "libcurl.so.4"

int send_curl_load(struct send_curl *ret, struct err *err)
{
	void *lib = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	struct send_curl c;

	if (!lib)
		return err_set(err, ERR_NOTFOUND, "%s, which sends mail and webhooks, is not here",
			       LIBRARY);
#define X(name)                                                                                   \
	c.name = (__typeof__(c.name))dlsym(lib, "curl_" #name);                                   \
	if (!c.name)                                                                              \
		return err_set(err, ERR_NOTFOUND, "%s has no curl_%s", LIBRARY, #name);
	SEND_CURL(X)
#undef X
	if (c.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_IO, "%s does not start", LIBRARY);
	*ret = c;
	return 0;
}

int send_ready(struct err *err)
{
	struct send_curl c;

	return send_curl_load(&c, err);
}
