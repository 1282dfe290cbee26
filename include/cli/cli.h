/* The command line: verbs, messages, exit statuses. The only room that names a concrete
 * interface. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* The program. Returns the exit status. */
int cli_main(int argc, char **argv);

#endif
