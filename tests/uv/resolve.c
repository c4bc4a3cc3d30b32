/* Asks the C library and us for the same thing, and prints what each says:
 *
 *   a NODE SERVICE FAMILY SOCKTYPE PROTOCOL FLAGS    getaddrinfo()
 *   n ADDRESS PORT FLAGS                             getnameinfo()
 *
 * one question a line on the standard input, "-" for what is not given and "''"
 * for the empty text; families, socket types, protocols and flags by name,
 * flags joined by "+".  Each is answered by two lines, "libc" and "ours". */
#include "stubdns.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 7

static const struct {
  const char *name;
  int number;
} constants[] = {
    {"-", 0},
    {"inet", AF_INET},
    {"inet6", AF_INET6},
    {"unix", AF_UNIX},
    {"stream", SOCK_STREAM},
    {"dgram", SOCK_DGRAM},
    {"raw", SOCK_RAW},
    {"seqpacket", SOCK_SEQPACKET},
    {"rdm", SOCK_RDM},
    {"tcp", IPPROTO_TCP},
    {"udp", IPPROTO_UDP},
    {"icmp", IPPROTO_ICMP},
    {"udplite", IPPROTO_UDPLITE},
    {"sctp", IPPROTO_SCTP},
    {"PASSIVE", AI_PASSIVE},
    {"CANONNAME", AI_CANONNAME},
    {"NUMERICHOST", AI_NUMERICHOST},
    {"NUMERICSERV", AI_NUMERICSERV},
    {"V4MAPPED", AI_V4MAPPED},
    {"ALL", AI_ALL},
    {"ADDRCONFIG", AI_ADDRCONFIG},
    {"IDN", 0x40},
    {"UNKNOWN", 0x8000},
    {"NAMEREQD", NI_NAMEREQD},
    {"NOHOST", NI_NUMERICHOST},
    {"NOSERV", NI_NUMERICSERV},
    {"NOFQDN", NI_NOFQDN},
    {"DGRAM", NI_DGRAM},
};

static const struct {
  int libc;
  int uv;
  const char *name;
} statuses[] = {
    {0, 0, "ok"},
    {EAI_ADDRFAMILY, UV_EAI_ADDRFAMILY, "ADDRFAMILY"},
    {EAI_AGAIN, UV_EAI_AGAIN, "AGAIN"},
    {EAI_BADFLAGS, UV_EAI_BADFLAGS, "BADFLAGS"},
    {EAI_FAIL, UV_EAI_FAIL, "FAIL"},
    {EAI_FAMILY, UV_EAI_FAMILY, "FAMILY"},
    {EAI_MEMORY, UV_EAI_MEMORY, "MEMORY"},
    {EAI_NODATA, UV_EAI_NODATA, "NODATA"},
    {EAI_NONAME, UV_EAI_NONAME, "NONAME"},
    {EAI_SERVICE, UV_EAI_SERVICE, "SERVICE"},
    {EAI_SOCKTYPE, UV_EAI_SOCKTYPE, "SOCKTYPE"},
    {EAI_NONAME, UV_EINVAL, "NONAME"}, /* libuv refuses such a call at once */
};

static uv_loop_t loop;
static stubdns_resolver_t resolver;

static int constant(const char *word) {
  int number = 0;
  for (char *part = strtok((char *)word, "+"); part; part = strtok(NULL, "+")) {
    size_t i = 0;
    while (strcmp(constants[i].name, part) != 0)
      if (++i == sizeof constants / sizeof constants[0]) abort();
    number |= constants[i].number;
  }
  return number;
}

static const char *text(const char *word) {
  if (strcmp(word, "-") == 0) return NULL;
  return strcmp(word, "''") == 0 ? "" : word;
}

static void print_status(const char *who, int libc, int uv) {
  const char *name = "?";
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
    if (statuses[i].libc == libc || statuses[i].uv == uv) {
      name = statuses[i].name;
      break;
    }
  printf("%s %s", who, name);
  if (strcmp(name, "?") == 0) printf("%d/%d", libc, uv);
}

static void print_list(const struct addrinfo *list) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (list && list->ai_canonname) printf(" canonname=%s", list->ai_canonname);
  for (; list; list = list->ai_next) {
    if (getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV))
      abort();
    printf(" %d:%d:%s#%s", list->ai_socktype, list->ai_protocol, host, port);
  }
  printf("\n");
}

static void on_addresses(uv_getaddrinfo_t *request, int status,
                         struct addrinfo *result) {
  (void)request;
  print_status("ours", 1, status);
  print_list(result);
  stubdns_freeaddrinfo(result);
}

static void addresses(char **words) {
  struct addrinfo hints;
  struct addrinfo *result = NULL;
  uv_getaddrinfo_t request;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = constant(words[3]);
  hints.ai_socktype = constant(words[4]);
  hints.ai_protocol = constant(words[5]);
  const int no_hints = strcmp(words[6], "none") == 0;
  if (!no_hints) hints.ai_flags = constant(words[6]);
  const struct addrinfo *const given = no_hints ? NULL : &hints;
  const int status =
      getaddrinfo(text(words[1]), text(words[2]), given, &result);
  print_status("libc", status, 1);
  print_list(result);
  if (!status) freeaddrinfo(result);
  const int error = stubdns_getaddrinfo(&resolver, &request, on_addresses,
                                        text(words[1]), text(words[2]), given);
  if (error) {
    print_status("ours", 1, error);
    printf("\n");
  }
  uv_run(&loop, UV_RUN_DEFAULT);
}

static void on_name(uv_getnameinfo_t *request, int status, const char *host,
                    const char *service) {
  (void)request;
  print_status("ours", 1, status);
  printf(" %s %s\n", host ? host : "", service ? service : "");
}

static void name(char **words) {
  union {
    struct sockaddr any;
    struct sockaddr_in6 ipv6;
    struct sockaddr_in ipv4;
  } address;
  char host[NI_MAXHOST] = "";
  char service[NI_MAXSERV] = "";
  uv_getnameinfo_t request;
  const int port = atoi(words[2]);
  const int is_ipv6 = strchr(words[1], ':') != NULL;
  if (is_ipv6 ? uv_ip6_addr(words[1], port, &address.ipv6)
              : uv_ip4_addr(words[1], port, &address.ipv4))
    abort();
  const int flags = constant(words[3]);
  const int status = getnameinfo(
      &address.any, is_ipv6 ? sizeof address.ipv6 : sizeof address.ipv4, host,
      sizeof host, service, sizeof service, flags);
  print_status("libc", status, 1);
  printf(" %s %s\n", status ? "" : host, status ? "" : service);
  const int error =
      stubdns_getnameinfo(&resolver, &request, on_name, &address.any, flags);
  if (error) {
    print_status("ours", 1, error);
    printf("\n");
  }
  uv_run(&loop, UV_RUN_DEFAULT);
}

static void answer_line(char *line) {
  char *words[WORDS] = {NULL};
  char *next = line;
  for (size_t i = 0; i < WORDS && next; i++) {
    words[i] = next;
    next = strchr(next, ' ');
    if (next) *next++ = '\0';
  }
  if (strcmp(words[0], "a") == 0 && words[6])
    addresses(words);
  else if (strcmp(words[0], "n") == 0 && words[3])
    name(words);
  else
    abort();
}

int main(void) {
  char line[4096];
  if (uv_loop_init(&loop) || stubdns_resolver_init(&loop, &resolver, NULL))
    return 1;
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = '\0';
    answer_line(line);
    fflush(stdout);
  }
  stubdns_resolver_close(&resolver, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  return uv_loop_close(&loop);
}
