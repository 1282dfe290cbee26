/* Who did it, and how we know. */
#ifndef MODEL_ACTOR_H
#define MODEL_ACTOR_H

struct actor {
	char id[96];   /* "ana"; "keeper" for what the program does by itself */
	char how[160]; /* "ssh-key SHA256:…", "sudo from ana", "login", "claimed", "program" */
};

#endif
