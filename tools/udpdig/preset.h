/* Options from the environment. */
#ifndef UDPDIG_PRESET_H
#define UDPDIG_PRESET_H

#include <stddef.h>

struct preset {
  const char *const *words;
  size_t count;
  /* private */
  char *text;
  const char **own;
};

/* Puts the words of UDPDIG_OPTIONS, divided by blanks, before `count` words,
 * where stdout is a terminal: what a script reads must not depend on it.
 *
 * Returns 0 or STUBDNS_ENOMEM. */
int preset_read(struct preset *preset, size_t count, const char *const *words);
void preset_release(struct preset *preset);

#endif
