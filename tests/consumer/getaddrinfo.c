/* getaddrinfo NAME SERVICE [RESOLV.CONF]: prints the addresses of a host.  A
 * program written for uv_getaddrinfo() differs from this one in the names of
 * two functions, and has its loop where here is a resolver. */
#include <stdio.h>
#include <stubdns.h>

static void on_addresses(uv_getaddrinfo_t *request, int status,
                         struct addrinfo *list) {
  char text[64];
  if (status) fprintf(stderr, "%s\n", uv_strerror(status));
  for (const struct addrinfo *a = list; a; a = a->ai_next)
    if (!uv_ip_name(a->ai_addr, text, sizeof text)) puts(text);
  stubdns_freeaddrinfo(list); /* uv_freeaddrinfo() */
  stubdns_resolver_close((stubdns_resolver_t *)request->data, NULL);
}

int main(int argc, char **argv) {
  stubdns_resolver_options_t options = {0};
  stubdns_resolver_t dns;
  uv_getaddrinfo_t request;
  struct addrinfo hints = {0};
  hints.ai_socktype = SOCK_STREAM;
  request.data = &dns;
  options.resolv_conf = argc > 3 ? argv[3] : NULL; /* NULL: the system's */
  return argc < 3 || stubdns_resolver_init(uv_default_loop(), &dns, &options) ||
         /* uv_getaddrinfo(uv_default_loop(), ... */
         stubdns_getaddrinfo(&dns, &request, on_addresses, argv[1], argv[2],
                             &hints) ||
         uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
