/* Reads every capture of fixtures/recorded once. */
#include "support/recorded.h"

#include "stubdns/replay.h"
#include "support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file's name without folder and ".pcap". */
static void copy_name(char *name, size_t size, const char *path) {
  const char *const start = strrchr(path, '/') + 1;
  snprintf(name, size, "%.*s", (int)strcspn(start, "."), start);
}

static void add_message(struct recorded_list *list, const char *path,
                        const stubdns_datagram_t *datagram) {
  struct recorded *const messages =
      realloc(list->messages, (list->count + 1) * sizeof *messages);
  if (!messages) fixture_fail(path, "there is no memory left");
  list->messages = messages;
  struct recorded *const message = &messages[list->count++];
  const struct octets copy = octets_copy(datagram->octets, datagram->length);
  copy_name(message->name, sizeof message->name, path);
  message->octets = copy.octets;
  message->length = copy.length;
}

static void add_capture(struct recorded_list *list, const char *path) {
  const struct octets file = file_read(path);
  stubdns_capture_t capture;
  stubdns_datagram_t datagram;
  int result =
      stubdns_capture_open(&capture, file.octets, file.length, NULL, 0);
  if (result) fixture_fail(path, stubdns_error_text(result));
  while ((result = stubdns_capture_next(&capture, &datagram)) > 0)
    add_message(list, path, &datagram);
  if (result) fixture_fail(path, stubdns_error_text(result));
  free(file.octets);
}

struct recorded_list recorded_load(void) {
  struct recorded_list list = {NULL, 0};
  struct file_list files = files_list("recorded", ".pcap");
  for (size_t i = 0; i < files.count; i++)
    add_capture(&list, files.paths[i]);
  files_free(&files);
  return list;
}

void recorded_free(struct recorded_list *list) {
  for (size_t i = 0; i < list->count; i++)
    free(list->messages[i].octets);
  free(list->messages);
}
