/* Loading fixtures.  Folders are read through POSIX; what is in the files,
 * through the replay room's readers. */
#include "support/fixture.h"

#include "stubdns/replay.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fixture_fail(const char *path, const char *sentence) {
  fprintf(stderr, "%s: %s\n", path, sentence);
  exit(EXIT_FAILURE);
}

/* Memory of `size` octets, of which there is always enough for fixtures. */
static void *allocate(void *memory, size_t size) {
  memory = realloc(memory, size);
  if (!memory) fixture_fail("memory", "there is none left");
  return memory;
}

struct octets octets_copy(const uint8_t *octets, size_t length) {
  struct octets copy = {NULL, length};
  if (length == 0) return copy;
  copy.octets = allocate(NULL, length);
  memcpy(copy.octets, octets, length);
  return copy;
}

struct octets file_read(const char *path) {
  static uint8_t buffer[1u << 20]; /* fixtures are far smaller */
  FILE *const file = fopen(path, "rb");
  if (!file) fixture_fail(path, "cannot be opened");
  const size_t length = fread(buffer, 1, sizeof buffer, file);
  if (ferror(file)) fixture_fail(path, "cannot be read");
  if (length == sizeof buffer) fixture_fail(path, "is too long for a fixture");
  fclose(file);
  return octets_copy(buffer, length);
}

static int ends_in(const char *text, const char *suffix) {
  const size_t length = strlen(text);
  const size_t suffix_length = strlen(suffix);
  return length >= suffix_length &&
         !strcmp(text + length - suffix_length, suffix);
}

static char *join(const char *folder, const char *name) {
  const size_t size = strlen(folder) + strlen(name) + 2;
  char *const path = allocate(NULL, size);
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

static int compare_paths(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_path(struct file_list *files, char *path) {
  files->paths =
      allocate(files->paths, (files->count + 1) * sizeof *files->paths);
  files->paths[files->count++] = path;
}

struct file_list files_list(const char *folder, const char *suffix) {
  struct file_list files = {NULL, 0};
  char *const path = join(STUBDNS_FIXTURES, folder);
  DIR *const directory = opendir(path);
  if (!directory) fixture_fail(path, "cannot be opened");
  const struct dirent *entry;
  while ((entry = readdir(directory)) != NULL)
    if (ends_in(entry->d_name, suffix))
      add_path(&files, join(path, entry->d_name));
  closedir(directory);
  if (!files.count) fixture_fail(path, "holds no fixture");
  free(path);
  qsort(files.paths, files.count, sizeof *files.paths, compare_paths);
  return files;
}

void files_free(struct file_list *files) {
  for (size_t i = 0; i < files->count; i++)
    free(files->paths[i]);
  free(files->paths);
  *files = (struct file_list){NULL, 0};
}

/* The error of a name as in the source, or 0. */
static int error_of_name(const char *name, size_t length) {
#define X(identifier, number, text)                                            \
  if (length == strlen("STUBDNS_" #identifier) &&                              \
      !memcmp(name, "STUBDNS_" #identifier, length))                           \
    return number;
  STUBDNS_ERROR_MAP(X)
#undef X
  return 0;
}

/* Reads what stands behind the last ": " of the first line. */
static void read_verdict(struct hex_fixture *fixture, const char *path,
                         const char *line, size_t length) {
  size_t start = length;
  while (start > 0 && line[start - 1] != ':')
    start--;
  while (start < length && line[start] == ' ')
    start++;
  const char *const verdict = line + start;
  const size_t verdict_length = length - start;
  if (verdict_length == 2 && !memcmp(verdict, "ok", 2)) return;
  const int is_content = verdict_length > 8 && !memcmp(verdict, "content ", 8);
  const int error = is_content ? error_of_name(verdict + 8, verdict_length - 8)
                               : error_of_name(verdict, verdict_length);
  if (!error) fixture_fail(path, "the first line ends in no verdict");
  if (is_content)
    fixture->content_error = error;
  else
    fixture->error = error;
}

struct hex_fixture hex_load(const char *path) {
  struct hex_fixture fixture = {{NULL, 0}, 0, 0};
  const struct octets file = file_read(path);
  const char *const text = (const char *)file.octets;
  const char *const line_end =
      file.length ? memchr(text, '\n', file.length) : NULL;
  if (!line_end || text[0] != '#') fixture_fail(path, "has no first line");
  read_verdict(&fixture, path, text, (size_t)(line_end - text));
  uint8_t *const octets = allocate(NULL, file.length);
  size_t count;
  const int error =
      stubdns_hex_read(text, file.length, octets, file.length, &count);
  if (error) fixture_fail(path, stubdns_error_text(error));
  fixture.message = octets_copy(octets, count);
  free(octets);
  free(file.octets);
  return fixture;
}
