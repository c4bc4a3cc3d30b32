/* Servers as typed: the host, the port, the scope of a link-local address. */
#include "server.h"

#include "number.h"

#include "stubdns/error.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* The host and the port of a server's text; `port` is NULL where there is
 * none. */
struct parts {
  const char *host;
  size_t host_length;
  const char *port;
};

static void split(struct parts *parts, const char *text) {
  const char *const hash = strrchr(text, '#');
  const char *const colon = strrchr(text, ':');
  const char *const bracket = text[0] == '[' ? strchr(text, ']') : NULL;
  const char *end = text + strlen(text);
  parts->port = NULL;
  if (hash) {
    parts->port = hash + 1;
    end = hash;
  } else if (colon &&
             (bracket ? colon == bracket + 1 : colon == strchr(text, ':'))) {
    parts->port = colon + 1;
    end = colon;
  }
  const int bracketed = bracket && bracket + 1 == end;
  parts->host = text + bracketed;
  parts->host_length = (size_t)(end - text) - 2 * (size_t)bracketed;
}

static int complain(struct output *message, const char *word, size_t length,
                    const char *sentence) {
  output_quoted(message, word, length);
  output_text(message, sentence);
  return STUBDNS_EINVALID;
}

static int read_port(struct server *server, const char *text,
                     struct output *message) {
  uint32_t port;
  const size_t length = strlen(text);
  if (number_read(&port, text, length) || port < 1 || port > UINT16_MAX)
    return complain(message, text, length, " is no port: 1 to 65535");
  server->port = port;
  return 0;
}

/* The library reads a scope only as a number; its name is the system's. */
static int read_scope(struct server *server, const char *scope, size_t length,
                      struct output *message) {
  char name[IF_NAMESIZE];
  if (number_read(&server->addresses[0].scope_id, scope, length) == 0) return 0;
  if (length && length < sizeof name) {
    memcpy(name, scope, length);
    name[length] = '\0';
    server->addresses[0].scope_id = if_nametoindex(name);
    if (server->addresses[0].scope_id) return 0;
  }
  return complain(message, scope, length, " is no network interface here");
}

/* A name whose last label is a number is a mistyped address. */
static int looks_like_address(const char *text, size_t length) {
  size_t digits = 0;
  if (memchr(text, ':', length)) return 1;
  if (length && text[length - 1] == '.') length--;
  while (digits < length && text[length - 1 - digits] >= '0' &&
         text[length - 1 - digits] <= '9')
    digits++;
  return digits && (digits == length || text[length - 1 - digits] == '.');
}

static int read_host(struct server *server, const struct parts *parts,
                     struct output *message) {
  const size_t length = parts->host_length;
  if (looks_like_address(parts->host, length))
    return complain(message, parts->host, length,
                    " is no IPv4 or IPv6 address");
  const int error = stubdns_name_from_text(&server->name, parts->host, length);
  if (error) {
    complain(message, parts->host, length, " is no name of a server: ");
    output_text(message, stubdns_error_text(error));
    return STUBDNS_EINVALID;
  }
  server->is_host = 1;
  return 0;
}

static int read_address(struct server *server, const struct parts *parts,
                        struct output *message) {
  const char *const scope = memchr(parts->host, '%', parts->host_length);
  const size_t length =
      scope ? (size_t)(scope - parts->host) : parts->host_length;
  if (stubdns_address_from_text(&server->addresses[0], parts->host, length))
    return read_host(server, parts, message);
  server->address_count = 1;
  if (!scope) return 0;
  return read_scope(server, scope + 1, parts->host_length - length - 1,
                    message);
}

int server_read(struct server *server, const char *text,
                struct output *message) {
  struct parts parts;
  *server = (struct server){.text = text};
  split(&parts, text);
  if (!parts.host_length)
    return complain(message, text, strlen(text),
                    " names no server: write @ADDRESS or @NAME");
  const int error = read_address(server, &parts, message);
  if (error || !parts.port) return error;
  return read_port(server, parts.port, message);
}

stubdns_address_t server_address(const struct server *server, size_t index,
                                 const struct settings *settings) {
  stubdns_address_t address = server->addresses[index];
  address.port = (uint16_t)(server->port ? server->port : settings->port);
  return address;
}

int server_is_allowed(const stubdns_address_t *address,
                      const struct settings *settings) {
  return address->length == 4 ? !settings->ipv6_only : !settings->ipv4_only;
}
