/* Writes the fixtures as files for a fuzzer to begin with: messages into one
 * folder, the lines of texts.txt into another.
 *
 * usage: write_corpus MESSAGES-FOLDER TEXTS-FOLDER */
#include "support/fixture.h"
#include "support/recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_file(const char *folder, size_t number, const void *octets,
                       size_t length) {
  char path[512];
  snprintf(path, sizeof path, "%s/%05zu", folder, number);
  FILE *const file = fopen(path, "wb");
  if (!file || fwrite(octets, 1, length, file) != length || fclose(file))
    fixture_fail(path, "it cannot be written");
}

static size_t write_recorded(const char *folder) {
  struct recorded_list list = recorded_load();
  const size_t count = list.count;
  for (size_t i = 0; i < count; i++)
    write_file(folder, i, list.messages[i].octets, list.messages[i].length);
  recorded_free(&list);
  return count;
}

static size_t write_hex(const char *folder, const char *name, size_t number) {
  struct file_list files = files_list(name, ".hex");
  for (size_t i = 0; i < files.count; i++) {
    struct hex_fixture fixture = hex_load(files.paths[i]);
    write_file(folder, number++, fixture.message.octets,
               fixture.message.length);
    free(fixture.message.octets);
  }
  files_free(&files);
  return number;
}

/* Each line of a zone is a start of its own. */
static void write_lines(const char *folder) {
  struct file_list files = files_list("zones", ".zone");
  size_t number = 0;
  for (size_t i = 0; i < files.count; i++) {
    const struct octets zone = file_read(files.paths[i]);
    const char *line = (const char *)zone.octets;
    size_t left = zone.length;
    while (left > 0) {
      const char *const end = memchr(line, '\n', left);
      const size_t length = end ? (size_t)(end - line) + 1 : left;
      write_file(folder, number++, line, length);
      line += length;
      left -= length;
    }
    free(zone.octets);
  }
  files_free(&files);
}

int main(int argc, char **argv) {
  if (argc != 3) return 1;
  size_t number = write_recorded(argv[1]);
  number = write_hex(argv[1], "messages", number);
  write_hex(argv[1], "malformed", number);
  write_lines(argv[2]);
  return 0;
}
