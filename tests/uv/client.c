/* A resolver on a loop of its own, and lookups that keep what they end with. */
#include "client.h"

#include "support/packets.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static int runs_out(const struct memory *memory) {
  if (memory->calls == memory->fail_at) return 1;
  return memory->fail_every && memory->calls % memory->fail_every == 0;
}

static void *allocate(void *data, size_t size) {
  struct memory *const memory = data;
  memory->calls++;
  if (runs_out(memory)) {
    memory->failed_calls++;
    return NULL;
  }
  void *const block = malloc(size);
  ck_assert_ptr_nonnull(block);
  memset(block, 0xa5, size); /* nobody may count on zeros */
  memory->blocks++;
  return block;
}

static void release(void *data, void *block) {
  struct memory *const memory = data;
  if (!block) return;
  memory->blocks--;
  free(block);
}

int client_try_open(struct client *client,
                    const stubdns_resolver_options_t *options) {
  stubdns_resolver_options_t all = {.flags = 0};
  if (options) all = *options;
  all.flags |= STUBDNS_NO_SYSTEM_SERVERS;
  all.allocator = (stubdns_allocator_t){&client->memory, allocate, release};
  client->is_closed = 0;
  ck_assert_int_eq(uv_loop_init(&client->loop), 0);
  client->resolver.data = client;
  return stubdns_resolver_init(&client->loop, &client->resolver, &all);
}

void client_open(struct client *client,
                 const stubdns_resolver_options_t *options) {
  memset(&client->memory, 0, sizeof client->memory);
  ck_assert_int_eq(client_try_open(client, options), 0);
}

void client_add(struct client *client, const stubdns_address_t *server) {
  ck_assert_int_eq(stubdns_resolver_add_server(&client->resolver, server), 0);
}

static uint64_t now_ms(void) {
  return uv_hrtime() / 1000000;
}

static void keep_address(struct result *result,
                         const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    if (record.type != STUBDNS_TYPE_A) continue;
    memcpy(result->address, record.octets + record.rdata_offset, 4);
    return;
  }
}

void result_keep(stubdns_lookup_t *lookup, int status,
                 const stubdns_answer_t *answer) {
  struct result *const result = (struct result *)lookup;
  result->callback_count++;
  result->status = status;
  result->elapsed_ms = now_ms() - result->started_ms;
  result->answer = *answer;
  result->answer.message = NULL;
  result->has_message = answer->message != NULL;
  if (!answer->message) return;
  result->message_length = answer->message->length;
  result->rcode = stubdns_message_rcode(answer->message);
  keep_address(result, answer->message);
}

int client_try(struct client *client, struct result *result, const char *name,
               uint16_t type, const stubdns_lookup_options_t *options) {
  memset(result, 0, sizeof *result);
  result->started_ms = now_ms();
  return stubdns_lookup(&client->resolver, &result->lookup, name, type, options,
                        result_keep);
}

void client_ask(struct client *client, struct result *result,
                const char *name) {
  ck_assert_int_eq(client_try(client, result, name, STUBDNS_TYPE_A, NULL), 0);
  ck_assert_int_eq(result->callback_count, 0);
}

void client_run(struct client *client) {
  ck_assert_int_eq(uv_run(&client->loop, UV_RUN_DEFAULT), 0);
}

void client_on_closed(stubdns_resolver_t *resolver) {
  struct client *const client = resolver->data;
  client->is_closed++;
  memset(resolver, 0xa5, sizeof *resolver);
}

void client_close(struct client *client) {
  if (!client->is_closed)
    stubdns_resolver_close(&client->resolver, client_on_closed);
  client_run(client);
  ck_assert_int_eq(client->is_closed, 1);
  ck_assert_uint_eq(client->memory.blocks, 0);
  ck_assert_int_eq(uv_loop_close(&client->loop), 0);
}

void assert_true_answer(const struct result *result) {
  ck_assert_int_eq(result->callback_count, 1);
  ck_assert_int_eq(result->status, 0);
  ck_assert_uint_eq(result->rcode, STUBDNS_RCODE_NOERROR);
  ck_assert_mem_eq(result->address, TRUE_ADDRESS, 4);
}
