/* How options are found in the table. */
#include "option_table.h"

#include <string.h>

const char *option_next_name(const struct option *option, const char **position,
                             size_t *length) {
  const char *name = *position ? *position : option->names;
  name += strspn(name, " ");
  *length = strcspn(name, " ");
  *position = name + *length;
  return *length ? name : NULL;
}

const struct option *option_by_letter(char letter) {
  for (size_t i = 0; i < option_count; i++)
    if (option_table[i].letter == letter) return &option_table[i];
  return NULL;
}

enum likeness { UNLIKE, BEGINNING, WHOLE };

static enum likeness option_likeness(const struct option *option,
                                     const char *name, size_t length) {
  enum likeness likeness = UNLIKE;
  const char *position = NULL;
  size_t its_length;
  const char *its;
  while ((its = option_next_name(option, &position, &its_length))) {
    if (its_length < length || memcmp(its, name, length) != 0) continue;
    if (its_length == length) return WHOLE;
    if (option->kind != OPTION_REFUSED) likeness = BEGINNING;
  }
  return likeness;
}

size_t option_by_name(const char *name, size_t length,
                      const struct option **option) {
  size_t count = 0;
  *option = NULL;
  if (!length) return 0;
  for (size_t i = 0; i < option_count; i++) {
    const enum likeness likeness =
        option_likeness(&option_table[i], name, length);
    if (likeness == UNLIKE) continue;
    if (likeness == WHOLE || !*option) *option = &option_table[i];
    if (likeness == WHOLE) return 1;
    count++;
  }
  return count;
}
