/* Cutting the variable into words. */
#include "preset.h"

#include "stubdns/error.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLANKS " \t\n"

static const char *find_options(void) {
  const char *const options = getenv("UDPDIG_OPTIONS");
  return options && *options && isatty(STDOUT_FILENO) ? options : NULL;
}

int preset_read(struct preset *preset, size_t count, const char *const *words) {
  const char *const options = find_options();
  *preset = (struct preset){.words = words, .count = count};
  if (!options) return 0;
  const size_t length = strlen(options);
  preset->text = malloc(length + 1);
  preset->own = calloc(length / 2 + 1 + count, sizeof *preset->own);
  if (!preset->text || !preset->own) {
    preset_release(preset);
    return STUBDNS_ENOMEM;
  }
  memcpy(preset->text, options, length + 1);
  size_t own_count = 0;
  char *rest = NULL;
  for (char *word = strtok_r(preset->text, BLANKS, &rest); word;
       word = strtok_r(NULL, BLANKS, &rest))
    preset->own[own_count++] = word;
  for (size_t i = 0; i < count; i++)
    preset->own[own_count++] = words[i];
  preset->words = preset->own;
  preset->count = own_count;
  return 0;
}

void preset_release(struct preset *preset) {
  free(preset->text);
  free(preset->own);
  *preset = (struct preset){0};
}
