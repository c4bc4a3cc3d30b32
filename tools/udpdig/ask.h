/* Asking all inquiries at once, and printing their replies in the order in
 * which they were asked. */
#ifndef UDPDIG_ASK_H
#define UDPDIG_ASK_H

#include "command_line.h"
#include "status.h"

enum status ask(struct arguments *arguments,
                const struct command_line *command_line);

#endif
