/* Reads every capture of fixtures/recorded once. */
#include "support/recorded.h"

#include "stubdns/replay.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER STUBDNS_FIXTURES "/recorded"

static uint8_t *read_file(const char *path, size_t *length) {
  FILE *const file = fopen(path, "rb");
  assert(file);
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  uint8_t *const octets = malloc(*length);
  assert(octets && fread(octets, 1, *length, file) == *length);
  fclose(file);
  return octets;
}

static void add_message(struct recorded_list *list, const char *name,
                        const stubdns_datagram_t *datagram) {
  list->messages =
      realloc(list->messages, (list->count + 1) * sizeof *list->messages);
  assert(list->messages);
  struct recorded *const message = &list->messages[list->count++];
  snprintf(message->name, sizeof message->name, "%s", name);
  message->length = datagram->length;
  message->octets = malloc(datagram->length ? datagram->length : 1);
  assert(message->octets);
  memcpy(message->octets, datagram->octets, datagram->length);
}

static void add_capture(struct recorded_list *list, const char *file_name) {
  char path[512];
  char name[64];
  size_t length;
  stubdns_capture_t capture;
  stubdns_datagram_t datagram;
  snprintf(path, sizeof path, "%s/%s", FOLDER, file_name);
  snprintf(name, sizeof name, "%.*s", (int)strcspn(file_name, "."), file_name);
  uint8_t *const octets = read_file(path, &length);
  int status = stubdns_capture_open(&capture, octets, length, NULL, 0);
  assert(status == 0);
  while ((status = stubdns_capture_next(&capture, &datagram)) > 0)
    add_message(list, name, &datagram);
  assert(status == 0);
  free(octets);
}

static int is_capture(const struct dirent *entry) {
  const size_t length = strlen(entry->d_name);
  return length > 5 && !strcmp(entry->d_name + length - 5, ".pcap");
}

struct recorded_list recorded_load(void) {
  struct recorded_list list = {NULL, 0};
  struct dirent **entries;
  const int count = scandir(FOLDER, &entries, is_capture, alphasort);
  assert(count > 0);
  for (int i = 0; i < count; i++) {
    add_capture(&list, entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
  return list;
}

void recorded_free(struct recorded_list *list) {
  for (size_t i = 0; i < list->count; i++)
    free(list->messages[i].octets);
  free(list->messages);
}
