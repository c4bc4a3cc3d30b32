/* What the C library finds in a hosts file: for each name its canonical name
 * and its addresses, a line each.  Linked statically, so that the library's own
 * opening of the files can be led elsewhere.
 *
 * usage: libc_hosts FILE NAME... */
#include <arpa/inet.h>
#include <netdb.h>
#include <nss.h>
#include <stdio.h>
#include <string.h>

static const char *path;

FILE *__real__IO_new_fopen(const char *name, const char *mode);
FILE *__wrap__IO_new_fopen(const char *name, const char *mode);

FILE *__wrap__IO_new_fopen(const char *name, const char *mode) {
  return __real__IO_new_fopen(strcmp(name, "/etc/hosts") == 0 ? path : name,
                              mode);
}

static void print_address(const struct addrinfo *info) {
  const struct sockaddr_in *const ipv4 = (const void *)info->ai_addr;
  const struct sockaddr_in6 *const ipv6 = (const void *)info->ai_addr;
  char text[INET6_ADDRSTRLEN];
  if (info->ai_family == AF_INET)
    inet_ntop(AF_INET, &ipv4->sin_addr, text, sizeof text);
  else
    inet_ntop(AF_INET6, &ipv6->sin6_addr, text, sizeof text);
  printf(" %s", text);
}

static void print_host(const char *name) {
  const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                 .ai_socktype = SOCK_STREAM,
                                 .ai_flags = AI_CANONNAME};
  struct addrinfo *list = NULL;
  printf("%s", name);
  if (!getaddrinfo(name, NULL, &hints, &list)) {
    printf(" %s", list->ai_canonname);
    for (const struct addrinfo *info = list; info; info = info->ai_next)
      print_address(info);
    freeaddrinfo(list);
  }
  printf("\n");
}

int main(int argc, char **argv) {
  if (argc < 2) return 1;
  path = argv[1];
  if (__nss_configure_lookup("hosts", "files")) return 1;
  for (int i = 2; i < argc; i++)
    print_host(argv[i]);
  return 0;
}
