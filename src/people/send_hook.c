/* What web services are posted, and what their answers mean. */
#include <string.h>

#include "json.h"
#include "sendint.h"
#include "str.h"

static void put_both(struct buf *out, const struct send_message *m)
{
	if (m->subject && m->subject[0])
		buf_adds(out, m->subject);
	if (out->len && m->text && m->text[0])
		buf_addc(out, '\n');
	buf_adds(out, m->text ? m->text : "");
}

static bool ends_word(char c)
{
	return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		 strchr("_-.", c)) || c == '\0';
}

/* Slack takes <…> for its own; "@here" rings only when it is written so. */
static void put_slack(struct buf *out, const char *s)
{
	static const char *const rings[] = { "here", "channel", "everyone" };
	static const struct { char c; const char *as; } escapes[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
	};
	bool fresh = true; /* a word may begin */

	for (; *s; fresh = ends_word(*s), s++) {
		const char *as = NULL;

		for (size_t i = 0; *s == '@' && fresh && i < sizeof(rings) / sizeof(rings[0]); i++)
			if (str_starts(s + 1, rings[i]) && ends_word(s[1 + strlen(rings[i])])) {
				buf_addf(out, "<!%s>", rings[i]);
				s += strlen(rings[i]);
				as = "";
			}
		for (size_t i = 0; !as && i < sizeof(escapes) / sizeof(escapes[0]); i++)
			if (*s == escapes[i].c)
				as = escapes[i].as;
		if (as)
			buf_adds(out, as);
		else
			buf_addc(out, *s);
	}
}

/* The service knows four words. One of them is taken as it is; else the least of several severities
 * is no reason to be woken, and anything else is one. */
static const char *pager_severity(const struct send_message *m)
{
	static const char *const words[] = { "critical", "error", "warning", "info" };

	for (size_t i = 0; m->severity && i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(m->severity, words[i]))
			return words[i];
	return m->severity && m->is_least ? "warning" : "critical";
}

static void put_pager(struct jsonw *w, const struct send_message *m, const char *host,
		      const char *key)
{
	struct buf id = BUF_INIT, both = BUF_INIT;
	char summary[1024];

	send_mail_id(&id, m, host);
	put_both(&both, m);
	jw_str(w, "routing_key", key);
	jw_str(w, "event_action", "trigger");
	jw_str(w, "dedup_key", buf_str(&id));
	jw_obj(w, "payload");
	jw_str(w, "summary", str_clip(summary, sizeof(summary), buf_str(&both)));
	jw_str(w, "source", host);
	jw_str(w, "severity", pager_severity(m));
	jw_obj(w, "custom_details");
	jw_str(w, "text", m->text);
	jw_str(w, "run", m->run);
	jw_str(w, "step", m->step);
	jw_end_obj(w);
	jw_end_obj(w);
	buf_release(&id);
	buf_release(&both);
}

static void put_json(struct jsonw *w, const struct people_channel *c, const struct send_message *m,
		     const char *host)
{
	struct buf id = BUF_INIT;

	send_mail_id(&id, m, host);
	jw_str(w, "channel", c->id);
	jw_str(w, "subject", m->subject);
	jw_str(w, "text", m->text);
	jw_str(w, "id", buf_str(&id));
	jw_str(w, "run", m->run);
	jw_str(w, "step", m->step);
	jw_str(w, "try", m->try_no);
	buf_release(&id);
}

void send_hook_body(struct buf *out, const struct people_channel *c, const struct send_message *m,
		    const char *host, const char *key)
{
	struct buf both = BUF_INIT, slack = BUF_INIT;
	struct jsonw w = { .out = out };

	put_both(&both, m);
	jw_obj(&w, NULL);
	switch (c->webhook.kind) {
	case PEOPLE_HOOK_SLACK:
		put_slack(&slack, buf_str(&both));
		jw_str(&w, "text", buf_str(&slack));
		break;
	case PEOPLE_HOOK_MATTERMOST:
		jw_str(&w, "text", buf_str(&both));
		break;
	case PEOPLE_HOOK_PAGERDUTY:
		put_pager(&w, m, host, key);
		break;
	default:
		put_json(&w, c, m, host);
		break;
	}
	jw_end_obj(&w);
	buf_release(&both);
	buf_release(&slack);
}

/* A page that asks for a login answers 200 too: where the service says how it agrees, it must. */
bool send_hook_taken(enum people_hook kind, long status, const char *body)
{
	switch (kind) {
	case PEOPLE_HOOK_SLACK:
	case PEOPLE_HOOK_MATTERMOST:
		return status == 200 && str_starts(body, "ok") &&
		       !body[2 + strspn(body + 2, " \r\n")];
	case PEOPLE_HOOK_PAGERDUTY:
		return status == 202;
	default:
		return status >= 200 && status < 300;
	}
}
