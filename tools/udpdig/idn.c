/* The library is asked for its functions and never linked: most runs do
 * without it. */
#include "idn.h"

#include "stubdns/error.h"

#include <dlfcn.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#define LIBRARY "libidn2.so.0"
#define NONTRANSITIONAL 8 /* IDN2_NONTRANSITIONAL: sharp s is not "ss" */

struct library {
  int (*to_ascii)(const char *input, char **output, int flags);
  int (*to_unicode)(const char *input, char **output, int flags);
  const char *(*describe)(int error);
  void (*release)(void *memory);
};

/* A pointer to an object becomes one to a function, as POSIX allows. */
static int find(void *handle, const char *name, void *function) {
  void *const found = dlsym(handle, name);
  memcpy(function, &found, sizeof found);
  return found != NULL;
}

/* NULL where there is no libidn2, or an odd one. */
static const struct library *load(void) {
  static struct library library;
  static int is_whole;
  static int was_tried;
  if (was_tried) return is_whole ? &library : NULL;
  was_tried = 1;
  void *const handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  is_whole = handle && find(handle, "idn2_to_ascii_8z", &library.to_ascii) &&
             find(handle, "idn2_to_unicode_8z8z", &library.to_unicode) &&
             find(handle, "idn2_strerror", &library.describe) &&
             find(handle, "idn2_free", &library.release);
  return is_whole ? &library : NULL;
}

int idn_to_ascii(const char *name, char *ascii, size_t size,
                 struct output *message) {
  const struct library *const library = load();
  char *found = NULL;
  if (!library) {
    output_text(message, " has letters outside ASCII, which need " LIBRARY
                         ": install it, or write the name's 'xn--' form");
    return STUBDNS_EINVALID;
  }
  const int error = library->to_ascii(name, &found, NONTRANSITIONAL);
  if (error || strlen(found) >= size) {
    output_format(message, " is no internationalised name: %s",
                  error ? library->describe(error) : "it is too long");
    if (!error) library->release(found);
    return STUBDNS_EINVALID;
  }
  memcpy(ascii, found, strlen(found) + 1);
  library->release(found);
  return 0;
}

/* Letters and digits of any script: no controls, no marks of direction, nothing
 * that looks like a delimiter. */
static int is_harmless(const char *text) {
  mbstate_t state = {0};
  const char *const end = text + strlen(text);
  while (text < end) {
    wchar_t character;
    const size_t used = mbrtowc(&character, text, (size_t)(end - text), &state);
    if (used == 0 || used > (size_t)(end - text)) return 0;
    if (character >= 0x80 && !iswalnum((wint_t)character)) return 0;
    text += used;
  }
  return 1;
}

static void append_name(struct output *output, const char *word,
                        size_t length) {
  const struct library *const library = load();
  char name[IDN_SIZE];
  char *found = NULL;
  const int is_known = library && length < sizeof name;
  if (is_known) {
    memcpy(name, word, length);
    name[length] = '\0';
    if (library->to_unicode(name, &found, 0)) found = NULL;
  }
  if (found && is_harmless(found))
    output_text(output, found);
  else
    output_octets(output, word, length);
  if (found) library->release(found);
}

static int has_idn_label(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const char *const dash = memchr(text + i, '-', length - i);
    if (!dash) return 0;
    i = (size_t)(dash - text);
    if (i >= 2 && i + 1 < length && dash[1] == '-' &&
        strncasecmp(dash - 2, "xn", 2) == 0)
      return 1;
  }
  return 0;
}

static int is_utf8(void) {
  setlocale(LC_CTYPE, "");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int idn_is_wanted(const struct settings *settings, const char *text,
                  size_t length) {
  if (!has_idn_label(text, length)) return 0;
  const int is_asked =
      settings->idn_out == IDN_OUT_ALWAYS ||
      (settings->idn_out == IDN_OUT_ON_TERMINAL && isatty(STDOUT_FILENO));
  return is_asked && is_utf8();
}

void idn_append(struct output *output, const char *text, size_t length) {
  static const char dividers[] = " \t\n;\"'()";
  while (length) {
    size_t word = 0;
    while (word < length && !strchr(dividers, text[word]))
      word++;
    if (has_idn_label(text, word))
      append_name(output, text, word);
    else
      output_octets(output, text, word);
    if (word < length) output_octets(output, text + word++, 1);
    text += word;
    length -= word;
  }
}
