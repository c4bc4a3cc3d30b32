/* Reads resolv.conf(5): a keyword at the start of a line, blanks, values.  "#"
 * or ";" at the start of a line or behind an address begin a comment. */
#include "config/resolv_conf.h"

#include "stubdns/error.h"

#include <string.h>

/* A part of the text. */
struct span {
  const char *text;
  size_t length;
};

static int is_blank(char character) {
  return character == ' ' || character == '\t' || character == '\r';
}

/* The C library reads lines as strings, so that a NUL ends one too. */
static int ends_word(char character) {
  return is_blank(character) || character == '#' || character == ';' ||
         character == '\0';
}

static void drop(struct span *span, size_t length) {
  span->text += length;
  span->length -= length;
}

static struct span take_line(struct span *rest) {
  struct span line = {rest->text, 0};
  while (line.length < rest->length && rest->text[line.length] != '\n')
    line.length++;
  drop(rest, line.length < rest->length ? line.length + 1 : line.length);
  return line;
}

/* Takes the next word; it is empty at the end and where a comment begins. */
static struct span take_word(struct span *line) {
  while (line->length > 0 && is_blank(line->text[0]))
    drop(line, 1);
  struct span word = {line->text, 0};
  while (word.length < line->length && !ends_word(line->text[word.length]))
    word.length++;
  drop(line, word.length);
  return word;
}

/* "fe80::1%eth0": the address without the scope, and the scope as a name. */
static int read_with_name(struct stubdns__nameserver *server,
                          struct span word) {
  struct span name = word;
  while (name.length > 0 && name.text[0] != '%')
    drop(&name, 1);
  if (name.length < 2 || name.length > sizeof server->scope)
    return STUBDNS_EBADADDRESS;
  const int error = stubdns_address_from_text(&server->address, word.text,
                                              word.length - name.length);
  if (error) return error;
  if (server->address.length != 16) return STUBDNS_EBADADDRESS;
  memcpy(server->scope, name.text + 1, name.length - 1);
  return 0;
}

static int read_server(struct stubdns__nameserver *server, struct span word) {
  memset(server, 0, sizeof *server);
  if (!stubdns_address_from_text(&server->address, word.text, word.length))
    return 0;
  return read_with_name(server, word);
}

static void on_nameserver(struct stubdns__resolv_conf *config,
                          struct span line) {
  if (config->server_count == STUBDNS_SERVERS_MAX) return;
  struct stubdns__nameserver *const server =
      &config->servers[config->server_count];
  if (read_server(server, take_word(&line)) == 0) config->server_count++;
}

/* What each keyword does with the rest of its line. */
static const struct keyword {
  const char *text;
  void (*read)(struct stubdns__resolv_conf *config, struct span line);
} keywords[] = {
    {"nameserver", on_nameserver},
};

static int is_keyword(struct span word, const char *keyword) {
  return word.length == strlen(keyword) &&
         memcmp(word.text, keyword, word.length) == 0;
}

static void read_line(struct stubdns__resolv_conf *config, struct span line) {
  if (line.length == 0 || ends_word(line.text[0])) return;
  const struct span word = take_word(&line);
  if (line.length == 0 || !is_blank(line.text[0])) return;
  for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
    if (is_keyword(word, keywords[i].text)) keywords[i].read(config, line);
}

void stubdns__resolv_conf_parse(struct stubdns__resolv_conf *config,
                                const char *text, size_t length) {
  config->server_count = 0;
  struct span rest = {text, length};
  while (rest.length > 0)
    read_line(config, take_line(&rest));
}
