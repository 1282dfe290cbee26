/* send: one message to one channel; what a contact step's tries by mail and webhook run. Internal:
 * everything comes from the environment, so that no argument shows it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "json.h"
#include "mem.h"
#include "send.h"
#include "sending.h"
#include "str.h"
#include "verbs.h"

enum { MARGIN_S = 5 }; /* beyond the channel's own time, for a library that does not keep it */

static void too_late(int sig)
{
	static const char said[] = "it did not end in its time and was given up\n";
	ssize_t n = write(STDERR_FILENO, said, sizeof(said) - 1);

	(void)sig;
	(void)n;
	_exit(CLI_ENDED);
}

void sending_guard(int64_t timeout_ms)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0); /* a core that is piped to a program heeds no limit */
	signal(SIGPIPE, SIG_IGN);
	if (timeout_ms) {
		signal(SIGALRM, too_late);
		alarm((unsigned)(timeout_ms / 1000) + MARGIN_S);
	}
}

/* The lines of s, or what commas part; each is cut off in place. */
static size_t lines(char *s, const char **ret, size_t max)
{
	size_t n = 0;
	char *line;

	while ((line = strsep(&s, "\n,")))
		if (line[strspn(line, " ")]) {
			if (n == max)
				return max + 1;
			ret[n++] = line + strspn(line, " ");
		}
	return n;
}

/* The last line of each message is the head of the record as it was then: whoever has it can tell
 * whether the record is still that one. Nothing that could be obeyed by a service is in it. */
static void add_head(struct send_message *m, struct buf *room)
{
	const char *head = getenv("BLACKSTART_HEAD");

	if (!head || !*head || !m->text)
		return;
	buf_addf(room, "%s\n\nRecord: ", m->text);
	str_printable(room, head, strlen(head), false);
	if (room->len <= SEND_TEXT_MAX)
		m->text = buf_str(room);
}

static int env_message(struct send_message *m, char *to, const char **list, struct err *err)
{
	m->try_no = getenv("try");
	m->subject = getenv("subject");
	m->text = getenv("text");
	m->severity = getenv("severity");
	if (m->severity && !*m->severity)
		m->severity = NULL;
	m->is_least = str_eq(getenv("severity_is"), "least");
	m->run = getenv("BLACKSTART_RUN");
	m->step = getenv("BLACKSTART_STEP");
	m->wall_ns = clock_now().wall;
	m->to = list;
	m->n_to = lines(to, list, SEND_TO_MAX);
	if (m->n_to > SEND_TO_MAX)
		return err_set(err, ERR_LIMIT, "more than %d recipients", SEND_TO_MAX);
	return 0;
}

static int send_env(const char *text, struct buf *words, struct err *err)
{
	char *to = mem_dup(getenv("to") ? getenv("to") : "");
	const char *list[SEND_TO_MAX];
	struct people_channel c;
	struct send_message m = { 0 };
	struct arena *arena = arena_new();
	struct json *doc = NULL;
	struct buf room = BUF_INIT;
	int rc = json_parse(text, strlen(text), &doc, err);

	if (rc)
		err_context(err, rc, "`channel`");
	else
		rc = send_channel_decode(doc, arena, &c, err);
	if (!rc)
		rc = env_message(&m, to, list, err);
	if (!rc) {
		add_head(&m, &room);
		sending_guard(c.timeout_ms);
		rc = send_by(&c, &m, words, err);
	}
	json_free(doc);
	arena_free(arena);
	buf_release(&room);
	free(to);
	return rc;
}

int cmd_send(void)
{
	const char *channel = getenv("channel");
	struct buf words = BUF_INIT;
	struct err err = { 0 };
	int rc;

	sending_guard(0);
	if (!channel)
		return cli_usage("send takes everything from its environment; "
				 "`blackstart contacts FILE --test CHANNEL` sends a message");
	rc = send_env(channel, &words, &err);
	if (rc) {
		buf_clear(&words);
		cli_safe(&words, err.text);
		buf_addc(&words, '\n');
		fsio_write_all(STDERR_FILENO, buf_str(&words), words.len, NULL);
		buf_release(&words);
		return CLI_ENDED;
	}
	buf_addc(&words, '\n');
	return cli_put(&words, CLI_OK);
}
