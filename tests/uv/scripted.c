/* A network in virtual time whose server answers by a script. */
#include "scripted.h"

#include "support/text_message.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_US 1000000

/* On its way to the resolver. */
struct scripted_packet {
  struct scripted_packet *next;
  stubdns_path_t *path;
  uint64_t due_us;
  size_t length;
  uint8_t octets[];
};

static void *allocate(void *data, size_t size) {
  struct scripted *const s = data;
  if (++s->calls == s->fail_at) return NULL;
  void *const block = malloc(size);
  ck_assert_ptr_nonnull(block);
  memset(block, 0xa5, size); /* nobody may count on zeros */
  s->blocks++;
  return block;
}

static void release(void *data, void *block) {
  struct scripted *const s = data;
  if (!block) return;
  s->blocks--;
  free(block);
}

static uint64_t now_us(void *data) {
  return ((struct scripted *)data)->now_us;
}

static int fill_random(void *data, uint8_t *octets, size_t length) {
  static uint32_t state = 1;
  (void)data;
  for (size_t i = 0; i < length; i++) {
    state = state * 1103515245u + 12345u;
    octets[i] = (uint8_t)(state >> 16);
  }
  return 0;
}

static int open_path(void *data, stubdns_path_t *path,
                     const stubdns_address_t *server, int is_tcp) {
  (void)data;
  (void)path;
  (void)server;
  (void)is_tcp;
  return 0;
}

static void close_path(void *data, stubdns_path_t *path) {
  struct scripted *const s = data;
  for (struct scripted_packet **link = &s->packets; *link;) {
    struct scripted_packet *const packet = *link;
    if (packet->path != path) {
      link = &packet->next;
      continue;
    }
    *link = packet->next;
    free(packet);
  }
}

static const struct script_answer *find(const struct scripted *s,
                                        const stubdns_question_t *question) {
  static const struct script_answer nothing = {.rcode = STUBDNS_RCODE_NXDOMAIN};
  stubdns_name_t name;
  for (const struct script_answer *a = s->script; a && a->name; a++) {
    ck_assert_int_eq(stubdns_name_from_text(&name, a->name, strlen(a->name)),
                     0);
    if (a->type == question->type && stubdns_name_equal(&name, &question->name))
      return a;
  }
  return &nothing;
}

static size_t compose(const struct script_answer *answer,
                      const stubdns_message_t *query, uint8_t *octets) {
  const stubdns_question_t question = stubdns_message_question(query);
  return text_message_write(octets, query->id,
                            STUBDNS_FLAG_QR | STUBDNS_FLAG_RD |
                                STUBDNS_FLAG_RA | answer->rcode,
                            &question, answer->records, NULL);
}

static void send_octets(void *data, stubdns_path_t *path, const uint8_t *octets,
                        size_t length) {
  static uint8_t reply[TEXT_MESSAGE_SIZE];
  struct scripted *const s = data;
  stubdns_message_t query;
  ck_assert_int_eq(stubdns_message_parse(&query, octets, length, 0), 0);
  s->query_count++;
  const stubdns_question_t question = stubdns_message_question(&query);
  const struct script_answer *const answer = find(s, &question);
  if (answer->rcode == SCRIPT_SILENCE) return;
  const size_t reply_length = compose(answer, &query, reply);
  struct scripted_packet *const packet = malloc(sizeof *packet + reply_length);
  ck_assert_ptr_nonnull(packet);
  packet->path = path;
  packet->due_us = s->now_us + (uint64_t)answer->delay_ms * 1000;
  packet->length = reply_length;
  memcpy(packet->octets, reply, reply_length);
  packet->next = s->packets;
  s->packets = packet;
}

/* Of packets due at one time the one that was sent first. */
static struct scripted_packet **earliest(struct scripted *s) {
  struct scripted_packet **found = &s->packets;
  for (struct scripted_packet **link = found; *link; link = &(*link)->next)
    if ((*link)->due_us <= (*found)->due_us) found = link;
  return found;
}

static int wait_until(void *data, uint64_t until_us,
                      stubdns_arrival_t *arrival) {
  static uint8_t octets[TEXT_MESSAGE_SIZE];
  struct scripted *const s = data;
  struct scripted_packet **const link = earliest(s);
  struct scripted_packet *const packet = *link;
  if (!packet || packet->due_us > until_us) {
    if (until_us > s->now_us) s->now_us = until_us;
    return 0;
  }
  if (packet->due_us > s->now_us) s->now_us = packet->due_us;
  memcpy(octets, packet->octets, packet->length);
  *arrival = (stubdns_arrival_t){packet->path, octets, packet->length, 0};
  *link = packet->next;
  free(packet);
  return 1;
}

void scripted_open(struct scripted *s, const struct script_answer *script,
                   const stubdns_resolver_options_t *options) {
  const stubdns_address_t server = {4, {192, 0, 2, 53}, 53, 0};
  const stubdns_network_t network = {s,          now_us,      fill_random,
                                     open_path,  send_octets, close_path,
                                     wait_until, NULL};
  stubdns_resolver_options_t all = {.flags = 0};
  if (options) all = *options;
  all.flags |= STUBDNS_NO_SYSTEM_SERVERS;
  if (!all.hosts) all.hosts = "";
  if (!all.nsswitch) all.nsswitch = "";
  if (!all.gai_conf) all.gai_conf = "";
  if (!all.search) all.search = "";
  all.allocator = (stubdns_allocator_t){s, allocate, release};
  memset(s, 0, sizeof *s);
  s->script = script;
  s->now_us = BEGIN_US;
  ck_assert_int_eq(uv_loop_init(&s->loop), 0);
  ck_assert_int_eq(stubdns_resolver_init(&s->loop, &s->resolver, &all), 0);
  ck_assert_int_eq(stubdns_resolver_use_network(&s->resolver, &network), 0);
  ck_assert_int_eq(stubdns_resolver_add_server(&s->resolver, &server), 0);
}

void scripted_run(struct scripted *s) {
  ck_assert_int_eq(uv_run(&s->loop, UV_RUN_DEFAULT), 0);
}

unsigned scripted_ms(const struct scripted *s) {
  return (unsigned)((s->now_us - BEGIN_US) / 1000);
}

void scripted_close(struct scripted *s) {
  stubdns_resolver_close(&s->resolver, NULL);
  scripted_run(s);
  ck_assert_ptr_null(s->packets);
  ck_assert_uint_eq(s->blocks, 0);
  ck_assert_int_eq(uv_loop_close(&s->loop), 0);
}
