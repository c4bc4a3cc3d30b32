/* The help text, made from the option table. */
#ifndef UDPDIG_HELP_H
#define UDPDIG_HELP_H

#include "output.h"

/* Names all options, on one screen. */
void help_print(struct output *output);

/* A line on each. */
void help_print_all(struct output *output);

#endif
