/* A folder of a test's own, with the files of a system's configuration, and a
 * resolver that is configured by them. */
#ifndef STUBDNS_TESTS_FOLDER_H
#define STUBDNS_TESTS_FOLDER_H

#include "client.h"

#define FOLDER_PATH_SIZE 512

struct folder {
  char path[FOLDER_PATH_SIZE - 64];
  uv_loop_t loop;
  stubdns_resolver_t resolver;
  struct memory memory;
  char complaints[1024]; /* "file:line:word " of each, files by their name */
};

/* Makes the folder and the loop, and sees that the environment says nothing. */
void folder_begin(struct folder *folder);

/* Closes the resolver, if there is one, and removes the folder with all that is
 * in it.  Nothing may be left on the loop, and no memory. */
void folder_end(struct folder *folder);

/* The path of a file in the folder; valid until the next call but three. */
const char *folder_path(const struct folder *folder, const char *name);

/* Writes a file in its place. */
void folder_write(const struct folder *folder, const char *name,
                  const char *text);

/* Puts a new file in the place of an old one, if there is one. */
void folder_replace(const struct folder *folder, const char *name,
                    const char *text);

/* Makes a symbolic link, or puts it in the place of an old one. */
void folder_link(const struct folder *folder, const char *name,
                 const char *target);

void folder_make(const struct folder *folder, const char *name);
void folder_remove(const struct folder *folder, const char *name);

/* Makes the resolver with the folder's files "resolv.conf", "hosts" and
 * "nsswitch.conf" in the place of the system's; returns what
 * stubdns_resolver_init() does. */
int folder_try_open(struct folder *folder,
                    const stubdns_resolver_options_t *options);
void folder_open(struct folder *folder,
                 const stubdns_resolver_options_t *options);

/* The address of the first server, as a lookup tells that is cancelled before
 * it has sent anything. */
const char *folder_server(struct folder *folder);

/* Runs the loop until `is_true`, or fails the test after a time in which the
 * slowest machine would have done it. */
void folder_wait(struct folder *folder, int (*is_true)(struct folder *folder));

#endif
