/* print_json: every message of the fixtures that parses, as JSON, for scripts.
 *
 * usage: print_json
 *
 * Each line is the name of the fixture, a tab, and the message. */
#include "stubdns/error.h"
#include "stubdns/json.h"

#include "support/fixture.h"
#include "support/recorded.h"
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_message(const char *name, const uint8_t *octets,
                          size_t length) {
  stubdns_message_t message;
  size_t needed;
  if (stubdns_message_parse(&message, octets, length, 0)) return;
  if (stubdns_message_to_json(&message, NULL, 0, &needed) != STUBDNS_ENOSPACE)
    fixture_fail(name, "fits into no characters");
  char *text = malloc(needed + 1);
  if (!text || stubdns_message_to_json(&message, text, needed + 1, NULL))
    fixture_fail(name, "does not fit into the length it told");
  printf("%s\t%s\n", name, text);
  free(text);
}

static void print_folder(const char *folder) {
  struct file_list files = files_list(folder, ".hex");
  for (size_t i = 0; i < files.count; i++) {
    const struct hex_fixture fixture = hex_load(files.paths[i]);
    print_message(files.paths[i], fixture.message.octets,
                  fixture.message.length);
    free(fixture.message.octets);
  }
  files_free(&files);
}

static void print_recorded(void) {
  struct recorded_list list = recorded_load();
  for (size_t i = 0; i < list.count; i++)
    print_message(list.messages[i].name, list.messages[i].octets,
                  list.messages[i].length);
  recorded_free(&list);
}

static void print_texts(void) {
  struct text_table table = texts_load();
  for (size_t i = 0; i < table.count; i++) {
    const struct text_row *row = &table.rows[i];
    char name[32];
    snprintf(name, sizeof name, "texts.txt#%zu", i);
    print_message(name, row->message, row->length);
  }
  texts_free(&table);
}

int main(void) {
  print_folder("messages");
  print_folder("malformed");
  print_recorded();
  print_texts();
  return 0;
}
