/* What the C library makes of a resolv.conf and of the environment: the values
 * of res_ninit(), one kind a line.  The program is linked statically so that
 * the library's own opening of the file, and its asking for the host's name,
 * can be led elsewhere.
 *
 * usage: libc_conf FILE */
#include <arpa/inet.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>

#ifndef RES_NOAAAA
#define RES_NOAAAA 0x08000000 /* came with glibc 2.36 */
#endif

static const char *path;

FILE *__real__IO_new_fopen(const char *name, const char *mode);
FILE *__wrap__IO_new_fopen(const char *name, const char *mode);
int __wrap___gethostname(char *name, size_t size);

FILE *__wrap__IO_new_fopen(const char *name, const char *mode) {
  return __real__IO_new_fopen(strcmp(name, _PATH_RESCONF) == 0 ? path : name,
                              mode);
}

int __wrap___gethostname(char *name, size_t size) {
  snprintf(name, size, "host.own.example");
  return 0;
}

static void print_server(const struct __res_state *state, int index) {
  char text[INET6_ADDRSTRLEN];
  const struct sockaddr_in6 *const ipv6 = state->_u._ext.nsaddrs[index];
  const struct sockaddr_in *const ipv4 = &state->nsaddr_list[index];
  if (!ipv6 || ipv4->sin_family == AF_INET) {
    printf(" %s", inet_ntop(AF_INET, &ipv4->sin_addr, text, sizeof text));
    return;
  }
  printf(" %s", inet_ntop(AF_INET6, &ipv6->sin6_addr, text, sizeof text));
  if (ipv6->sin6_scope_id) printf("%%%u", ipv6->sin6_scope_id);
}

static void print_options(unsigned long options) {
  static const struct {
    unsigned long flag;
    const char *word;
  } words[] = {
      {RES_ROTATE, "rotate"},
      {RES_USE_EDNS0, "edns0"},
      {RES_TRUSTAD, "trust-ad"},
      {RES_USEVC, "use-vc"},
      {RES_NOAAAA, "no-aaaa"},
      {RES_SNGLKUP, "single-request"},
      {RES_SNGLKUPREOP, "single-request-reopen"},
      {RES_NOTLDQUERY, "no-tld-query"},
      {RES_NORELOAD, "no-reload"},
  };
  printf("options");
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (options & words[i].flag) printf(" %s", words[i].word);
  printf("\n");
}

int main(int argc, char **argv) {
  struct __res_state state;
  memset(&state, 0, sizeof state);
  if (argc != 2) return 1;
  path = argv[1];
  if (res_ninit(&state)) return 1;
  printf("servers");
  for (int i = 0; i < state.nscount; i++)
    print_server(&state, i);
  printf("\nsearch");
  for (int i = 0; i < MAXDNSRCH && state.dnsrch[i]; i++)
    printf(" %s", state.dnsrch[i][0] ? state.dnsrch[i] : ".");
  printf("\nndots %d\ntimeout %d\nattempts %d\n", (int)state.ndots,
         state.retrans, state.retry);
  print_options(state.options);
  return 0;
}
