/* What a person can ask for. */
#ifndef MODEL_VERB_H
#define MODEL_VERB_H

enum verb {
	VERB_START,  /* begin the step that waits; for HOLD: with the typed name in text */
	VERB_DONE,   /* the instruction is done; fields: what it returns; CHOOSE: option id in text
		      */
	VERB_FAIL,   /* the instruction could not be done (reason) */
	VERB_RETRY,  /* again: DECIDING, BLOCKED */
	VERB_SKIP,   /* reason */
	VERB_DEFER,  /* reason */
	VERB_RECALL, /* a deferred step */
	VERB_OVERRIDE, /* BLOCKED: start all the same; DECIDING: it is done, whatever the reading
			  (reason) */
	VERB_ACCEPT,   /* DECIDING: go on although it failed (reason) */
	VERB_REPAIR,   /* CHECK in DECIDING: run its repair */
	VERB_ABORT,    /* stop the step's command */
	VERB_SUSPEND,  /* lay a manual step aside */
	VERB_RESUME,   /* take it up again */
	VERB_REOPEN,   /* go back to a finished step: a new attempt (reason) */
	VERB_EDIT,     /* the command of a step that has not started: text (reason) */
	VERB_UNDO,     /* run the undo of a finished step; without step: offer all, newest first */
	VERB_SETTLE,   /* pay what is owed: name in text */
	VERB_CORRECT,  /* a value: name in name, new text in text (reason) */
	VERB_EXEC,     /* a command typed by hand: text; terminal, shell in fields */
	VERB_CALL,     /* walk another runbook here: path in text (reason) */
	VERB_NOTE,     /* text */
	VERB_PAUSE,    /* the run: nothing new starts */
	VERB_CONTINUE, /* take a paused run up */
	VERB_PACE,     /* text: auto | step */
	VERB_HANDOVER, /* give the seat to a person: text */
	VERB_TAKE,     /* take the seat (reason, where it is held) */
	VERB_REFRESH,  /* a credential: name in name, value in text (never on record) */
	VERB_CLOSE,    /* end the run now (reason), or answer the closing question */
	VERB_JOURNAL,  /* the record cannot be written: text wait | move PATH | close */
	VERB_INPUT,    /* keystrokes for a command's terminal: name is the token, text base64 */
	VERB_REPLY,    /* CONTACT, at any time: name is a person or a channel (id, or name), text
			* what came of it: answered joined no-answer voicemail refused wrong calling
			* sent passed released; of what came of a try, fields may say `try`: the
			* number of their tries as it was seen. Without name: yes or no to its
			* question, named by prompt */
	VERB_APPROVE,  /* a second person's word on what waits for one: step, name is the digest of
			* the request, text the signature or the code, reason where it is a no. The
			* keeper looks at it and feeds INPUT_APPROVAL */
	VERB_IDENTIFY, /* who operates, by signature or code in text: INPUT_IDENTITY */
	VERB_PERMIT,   /* text: a signed permit; INPUT_PERMIT */
	VERB_INJECT,   /* a facilitator, of inject `name`: deliver | hold | release | leave-out.
			* The keeper looks it up in the scenario and feeds INPUT_DRILL */
	VERB_INVENT,   /* a facilitator: text, shown at once; name help: it helps the operator */
	VERB_OBSERVE,  /* a facilitator: text; name: the objective it is about, or none */
	VERB_PLAY,     /* what the command `name` (a token) comes to, where words are waited
			* for: text = what it prints; fields exit, stderr, says, expects; or field
			* result: worked, failed, or what it prints */
	VERB_HELP,     /* the operator asked for help: name = screen */
	VERB_ATTACH,   /* a file: name, text = a remark, step; its bytes come with the intent, in a
			* descriptor. The keeper looks at them and says size and digest */
	VERB_SHELL,    /* what a shell under `exec` says of itself: name is its token, text a line;
			* fields what (line, ended), n (of the line, from 1), exit, in (folder) */
	VERB_MAX,
	VERB_INVALID = -1,
};

/* Whether the verb departs from the script and so must carry a reason. */
int verb_needs_reason(enum verb v);

#endif
