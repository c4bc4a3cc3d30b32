/* A folder of a test's own, with files of configuration. */
#include "folder.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEADLINE_MS 20000
#define GLANCE_MS 2 /* between two looks, if nothing happens */

void folder_begin(struct folder *folder) {
  const char *const parent = getenv("TMPDIR");
  memset(folder, 0, sizeof *folder);
  snprintf(folder->path, sizeof folder->path, "%s/stubdns-test-XXXXXX",
           parent ? parent : "/tmp");
  ck_assert_ptr_nonnull(mkdtemp(folder->path));
  ck_assert_int_eq(uv_loop_init(&folder->loop), 0);
  unsetenv("LOCALDOMAIN");
  unsetenv("RES_OPTIONS");
}

static void remove_all(const char *path) {
  DIR *const listing = opendir(path);
  struct dirent *entry;
  ck_assert_ptr_nonnull(listing);
  while ((entry = readdir(listing)) != NULL) {
    char inside[2 * FOLDER_PATH_SIZE];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
    if (remove(inside)) remove_all(inside);
  }
  closedir(listing);
  ck_assert_int_eq(rmdir(path), 0);
}

void folder_end(struct folder *folder) {
  if (folder->resolver.loop) stubdns_resolver_close(&folder->resolver, NULL);
  uv_run(&folder->loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&folder->loop), 0);
  ck_assert_uint_eq(folder->memory.blocks, 0);
  remove_all(folder->path);
}

const char *folder_path(const struct folder *folder, const char *name) {
  static char paths[4][FOLDER_PATH_SIZE];
  static unsigned next;
  char *const path = paths[next++ % 4];
  snprintf(path, FOLDER_PATH_SIZE, "%s/%s", folder->path, name);
  return path;
}

void folder_write(const struct folder *folder, const char *name,
                  const char *text) {
  FILE *const file = fopen(folder_path(folder, name), "w");
  ck_assert_ptr_nonnull(file);
  ck_assert_int_ge(fputs(text, file), 0);
  ck_assert_int_eq(fclose(file), 0);
}

void folder_replace(const struct folder *folder, const char *name,
                    const char *text) {
  folder_write(folder, "new", text);
  ck_assert_int_eq(
      rename(folder_path(folder, "new"), folder_path(folder, name)), 0);
}

void folder_link(const struct folder *folder, const char *name,
                 const char *target) {
  ck_assert_int_eq(symlink(target, folder_path(folder, "new")), 0);
  ck_assert_int_eq(
      rename(folder_path(folder, "new"), folder_path(folder, name)), 0);
}

void folder_make(const struct folder *folder, const char *name) {
  ck_assert_int_eq(mkdir(folder_path(folder, name), 0700), 0);
}

void folder_remove(const struct folder *folder, const char *name) {
  ck_assert_int_eq(remove(folder_path(folder, name)), 0);
}

static void *allocate(void *data, size_t size) {
  struct memory *const memory = data;
  if (++memory->calls == memory->fail_at) {
    memory->failed_calls++;
    return NULL;
  }
  memory->blocks++;
  return memset(malloc(size), 0xa5, size);
}

static void release(void *data, void *block) {
  struct memory *const memory = data;
  if (!block) return;
  memory->blocks--;
  free(block);
}

static void on_complaint(void *data, const stubdns_complaint_t *complaint) {
  struct folder *const folder = data;
  const char *const slash = strrchr(complaint->origin, '/');
  const size_t length = strlen(folder->complaints);
  snprintf(folder->complaints + length, sizeof folder->complaints - length,
           "%s:%zu:%.*s ", slash ? slash + 1 : complaint->origin,
           complaint->line, (int)complaint->length, complaint->word);
}

int folder_try_open(struct folder *folder,
                    const stubdns_resolver_options_t *options) {
  stubdns_resolver_options_t all = {.flags = 0};
  if (options) all = *options;
  all.allocator = (stubdns_allocator_t){&folder->memory, allocate, release};
  if (!all.resolv_conf) all.resolv_conf = folder_path(folder, "resolv.conf");
  if (!all.hosts) all.hosts = folder_path(folder, "hosts");
  if (!all.nsswitch) all.nsswitch = folder_path(folder, "nsswitch.conf");
  if (!all.gai_conf) all.gai_conf = folder_path(folder, "gai.conf");
  all.on_complaint = on_complaint;
  all.complaint_data = folder;
  const int error =
      stubdns_resolver_init(&folder->loop, &folder->resolver, &all);
  if (error) folder->resolver.loop = NULL;
  return error;
}

void folder_open(struct folder *folder,
                 const stubdns_resolver_options_t *options) {
  ck_assert_int_eq(folder_try_open(folder, options), 0);
}

static void on_canceled(stubdns_lookup_t *lookup, int status,
                        const stubdns_answer_t *answer) {
  ck_assert_int_eq(status, STUBDNS_ECANCELED);
  ck_assert_uint_eq(answer->send_count, 0);
  stubdns_address_to_text(&answer->server, lookup->data,
                          STUBDNS_ADDRESS_TEXT_SIZE);
}

const char *folder_server(struct folder *folder) {
  static char text[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_lookup_t lookup = {.data = text};
  strcpy(text, "");
  ck_assert_int_eq(stubdns_lookup(&folder->resolver, &lookup,
                                  "first.example.test", STUBDNS_TYPE_A, NULL,
                                  on_canceled),
                   0);
  ck_assert_int_eq(stubdns_cancel(&lookup), 0);
  while (lookup.request)
    uv_run(&folder->loop, UV_RUN_ONCE);
  return text;
}

static void on_glance(uv_timer_t *timer) {
  (void)timer;
}

void folder_wait(struct folder *folder, int (*is_true)(struct folder *folder)) {
  const uint64_t end_ms = uv_hrtime() / 1000000 + DEADLINE_MS;
  uv_timer_t timer;
  uv_timer_init(&folder->loop, &timer);
  uv_timer_start(&timer, on_glance, GLANCE_MS, GLANCE_MS);
  while (!is_true(folder) && uv_hrtime() / 1000000 < end_ms)
    uv_run(&folder->loop, UV_RUN_ONCE);
  uv_close((uv_handle_t *)&timer, NULL);
  uv_run(&folder->loop, UV_RUN_NOWAIT);
  ck_assert_msg(is_true(folder), "it did not come to be");
}
