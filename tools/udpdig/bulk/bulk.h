/* Asking for every line of a file: what `udpdig -f` does. */
#ifndef UDPDIG_BULK_BULK_H
#define UDPDIG_BULK_BULK_H

#include "arguments.h"
#include "ask.h"
#include "status.h"

enum status bulk(struct arguments *arguments,
                 const struct command_line *command_line);

#endif
