/* The lines above the first reply, as dig has them. */
#ifndef UDPDIG_COMMAND_LINE_H
#define UDPDIG_COMMAND_LINE_H

#include "arguments.h"

/* The command line as typed. */
struct command_line {
  int count;
  const char *const *words; /* the program's name included */
};

/* Prints it, where the first question's settings show it. */
void print_command_line(struct output *text, const struct arguments *arguments,
                        const struct command_line *command_line);

#endif
