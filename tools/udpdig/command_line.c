/* The words as they were typed, and the number of servers. */
#include "command_line.h"

#include "stubdns.h"

#include <string.h>

/* The words that a word of --record or --replay takes, itself among them; 0 for
 * any other. */
static int words_of_recording(const char *word) {
  static const char *const names[] = {"record", "replay"};
  if (strncmp(word, "--", 2) != 0 && word[0] != '+') return 0;
  const char *const name = word + (word[0] == '+' ? 1 : 2);
  for (size_t i = 0; i < 2; i++) {
    const size_t length = strlen(names[i]);
    if (strncmp(name, names[i], length) != 0) continue;
    if (name[length] == '=') return 1;
    if (name[length] == '\0') return word[0] == '+' ? 1 : 2;
  }
  return 0;
}

/* A replay prints what its recording did: neither says that it is one. */
static void append_words(struct output *text,
                         const struct command_line *command_line) {
  for (int i = 1; i < command_line->count; i++) {
    const char *const word = command_line->words[i];
    const int skipped = words_of_recording(word);
    if (skipped) {
      i += skipped - 1;
      continue;
    }
    output_text(text, " ");
    output_printable(text, (const uint8_t *)word, strlen(word));
  }
}

void print_command_line(struct output *text, const struct arguments *arguments,
                        const struct command_line *command_line) {
  const struct group *const group = arguments->inquiries[0].group;
  if (!group->settings.command || group->settings.short_form) return;
  if (group->settings.diff || group->settings.count) return;
  if (group->settings.form != FORM_TEXT) return;
  output_format(text, "\n; <<>> udpdig %d.%d.%d <<>>", STUBDNS_VERSION_MAJOR,
                STUBDNS_VERSION_MINOR, STUBDNS_VERSION_PATCH);
  append_words(text, command_line);
  output_text(text, "\n");
  size_t count = 0;
  for (size_t i = 0; i < group->servers.count; i++)
    count += arguments->servers[group->servers.first + i].address_count;
  if (count)
    output_format(text, "; (%zu server%s found)\n", count,
                  count == 1 ? "" : "s");
  output_text(text, ";; global options: +cmd\n");
}
