/* What our reading of a hosts file finds, as libc_hosts prints it.
 *
 * usage: our_hosts FILE NAME... */
#include "config/hosts.h"
#include "resolver/hosts.h"

#include "stubdns/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX 65536

static void *allocate(void *data, size_t size) {
  (void)data;
  return malloc(size);
}

static void release(void *data, void *memory) {
  (void)data;
  free(memory);
}

static int draw(void *data, uint8_t *octets, size_t length) {
  (void)data;
  memset(octets, 0, length);
  return 0;
}

static int add_line(void *data, const struct stubdns__scoped_address *address,
                    const stubdns_name_t *name) {
  return stubdns__hosts_add_line(data, &address->address, name);
}

static int add_alias(void *data, const stubdns_name_t *name) {
  return stubdns__hosts_add_alias(data, name);
}

static void print_name(const struct stubdns__host_name *host_name) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  stubdns_name_t name;
  size_t length;
  stubdns__host_name_get(host_name, &name);
  stubdns_name_to_text(&name, text, sizeof text, &length);
  printf(" %s", text);
}

static void print_address(const stubdns_address_t *address) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_address_to_text(address, text, sizeof text);
  *strchr(text, '#') = '\0';
  printf(" %s", text);
}

static void print_host(const struct stubdns__hosts *hosts, const char *text) {
  stubdns_name_t name;
  printf("%s", text);
  if (!stubdns_name_from_text(&name, text, strlen(text))) {
    const struct stubdns__host_name *found =
        stubdns__hosts_find_name(hosts, &name);
    if (found) print_name(found->host->names);
    for (; found; found = found->same)
      print_address(&found->host->address);
  }
  printf("\n");
}

int main(int argc, char **argv) {
  static const struct stubdns__hooks hooks = {
      .allocate = allocate, .release = release, .random = draw};
  static char text[FILE_MAX];
  struct stubdns__hosts *hosts;
  FILE *const file = argc > 1 ? fopen(argv[1], "r") : NULL;
  if (!file || stubdns__hosts_create(&hooks, &hosts)) return 1;
  const struct stubdns__hosts_visitor visitor = {hosts, add_line, add_alias};
  const size_t length = fread(text, 1, sizeof text, file);
  fclose(file);
  if (stubdns__hosts_parse(text, length, &visitor, NULL)) return 1;
  for (int i = 2; i < argc; i++)
    print_host(hosts, argv[i]);
  stubdns__hosts_destroy(hosts);
  return 0;
}
