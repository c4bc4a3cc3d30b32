/* The help text, made from the option table. */
#ifndef UDPDIG_HELP_H
#define UDPDIG_HELP_H

#include "output.h"

void help_print(struct output *output);

#endif
