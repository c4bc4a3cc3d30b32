/* Colour for text in dig's layout: --color. */
#ifndef UDPDIG_COLOR_H
#define UDPDIG_COLOR_H

#include "output.h"
#include "settings.h"

/* Whether stdout is to be coloured: --color, then CLICOLOR_FORCE, NO_COLOR and
 * TERM, then whether it is a terminal. */
int color_is_wanted(const struct settings *settings);

/* Appends `length` characters of text to `output`, its lines coloured by what
 * they begin with.  Nothing else of them changes. */
void color_append(struct output *output, const char *text, size_t length);

#endif
