/* Loading fixtures: files by folder, and messages in heap blocks of exactly
 * their size, so that a read outside is seen.  A fixture that cannot be loaded
 * ends the program with a sentence on the standard error. */
#ifndef STUBDNS_TESTS_FIXTURE_H
#define STUBDNS_TESTS_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

/* Octets on the heap; NULL where there are none. */
struct octets {
  uint8_t *octets;
  size_t length;
};

/* Ends the program: `path` cannot be used because of `sentence`. */
_Noreturn void fixture_fail(const char *path, const char *sentence);

struct octets octets_copy(const uint8_t *octets, size_t length);

struct octets file_read(const char *path);

/* Paths, sorted by name. */
struct file_list {
  char **paths;
  size_t count;
};

/* The files of a folder below fixtures/ whose name ends in `suffix`, of which
 * there is at least one. */
struct file_list files_list(const char *folder, const char *suffix);
void files_free(struct file_list *files);

/* A hex file, whose first line says what the message shows and what parsing it
 * gives: "ok", the name of an error, or "content" and the error that one record
 * is marked with. */
struct hex_fixture {
  struct octets message;
  int error;
  int content_error;
};

struct hex_fixture hex_load(const char *path);

#endif
