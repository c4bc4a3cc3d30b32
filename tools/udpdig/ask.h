/* Asking all inquiries at once, and printing their replies in the order in
 * which they were asked. */
#ifndef UDPDIG_ASK_H
#define UDPDIG_ASK_H

#include "arguments.h"
#include "status.h"

/* The command line as typed, for the lines above the first reply. */
struct command_line {
  int count;
  const char *const *words; /* the program's name included */
};

enum status ask(struct arguments *arguments,
                const struct command_line *command_line);

#endif
