/* src/uv/multicast.c: responders on a link of the test's own, or on the
 * loopback interface. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"
#include "support/text_message.h"

#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESPONDERS 3
#define QUERY_SIZE 512

/* Answers queries that come to the group, from its own or from another port. */
struct member {
  uv_udp_t udp; /* first */
  uv_udp_t other;
  const char *answers;
  int from_other_port;
  unsigned flags; /* beside QR */
  int query_count;
  uint16_t asker_port;
  uint16_t class_; /* of the question */
  uint8_t octets[QUERY_SIZE];
};

struct gathered {
  stubdns_lookup_t lookup; /* first */
  int callback_count;
  int status;
  size_t record_count;
  size_t length;
  size_t event_count;
  uint32_t send_count;
  uint32_t drop_count;
};

/* Memory of the resolver, which runs out when it is told to. */
static struct {
  size_t blocks;
  size_t calls;
  size_t fail_at; /* the call that gets nothing; 0: none */
} memory;

static struct client client;
static struct member members[RESPONDERS];
static uint16_t port;
static const char *interface;
static const char *ipv4_address;
static const char *ipv6_address;

/* One end of a cable whose other end is here as well. */
#define MAKE_CABLE                                                             \
  "(ip link add v0 type veth peer name v1 && ip link set v0 up && "            \
  "ip link set v1 up && ip address add 192.0.2.1/24 dev v0 && "                \
  "ip address add 2001:db8::1/64 dev v0 nodad && "                             \
  "ip address add fe80::1/64 dev v0 nodad) >/dev/null 2>&1"

#define CAN_CONFIGURE "ip -Version >/dev/null 2>&1"
#define RAISE_LOOPBACK "ip link set lo up"

static int succeeds(const char *command) {
  /* The commands are ours.  NOLINTNEXTLINE(cert-env33-c) */
  return system(command) == 0;
}

/* As root a test has a network of its own with the interface v0; else there is
 * the loopback interface, which has no multicast over IPv6. */
static void prepare_network(void) {
  const int is_own = succeeds(CAN_CONFIGURE) && unshare(CLONE_NEWNET) == 0;
  const int has_cable =
      is_own && succeeds(RAISE_LOOPBACK) && succeeds(MAKE_CABLE);
  interface = has_cable ? "v0" : "lo";
  ipv4_address = has_cable ? "192.0.2.1" : "127.0.0.1";
  ipv6_address = has_cable ? "2001:db8::1%v0" : "::1%lo";
}

static void *allocate(void *data, size_t size) {
  (void)data;
  if (++memory.calls == memory.fail_at) return NULL;
  memory.blocks++;
  return malloc(size);
}

static void release(void *data, void *block) {
  (void)data;
  memory.blocks -= block != NULL;
  free(block);
}

static void on_allocate(uv_handle_t *handle, size_t suggested_size,
                        uv_buf_t *buffer) {
  struct member *const member = handle->data;
  (void)suggested_size;
  *buffer = uv_buf_init((char *)member->octets, sizeof member->octets);
}

static uint16_t port_of(const struct sockaddr *address) {
  return ntohs(
      address->sa_family == AF_INET
          ? ((const struct sockaddr_in *)(const void *)address)->sin_port
          : ((const struct sockaddr_in6 *)(const void *)address)->sin6_port);
}

static void on_query(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                     const struct sockaddr *from, unsigned flags) {
  static uint8_t reply[TEXT_MESSAGE_SIZE];
  struct member *const member = udp->data;
  stubdns_message_t query;
  (void)flags;
  if (length <= 0) return;
  ck_assert_int_eq(stubdns_message_parse(&query, (uint8_t *)buffer->base,
                                         (size_t)length, STUBDNS_PARSE_MDNS),
                   0);
  const stubdns_question_t question = stubdns_message_question(&query);
  member->query_count++;
  member->asker_port = port_of(from);
  member->class_ = question.class_;
  if (!member->answers) return;
  const size_t reply_length =
      text_message_write(reply, query.id, STUBDNS_FLAG_QR | member->flags,
                         &question, member->answers, NULL);
  const uv_buf_t octets = uv_buf_init((char *)reply, (unsigned)reply_length);
  ck_assert_int_ge(
      uv_udp_try_send(member->from_other_port ? &member->other : &member->udp,
                      &octets, 1, from),
      0);
}

static int bind_member(struct member *member, int family) {
  struct sockaddr_in6 ipv6;
  struct sockaddr_in ipv4;
  uv_udp_init(&client.loop, &member->udp);
  uv_udp_init(&client.loop, &member->other);
  member->udp.data = member->other.data = member;
  ck_assert_int_eq(uv_ip4_addr("0.0.0.0", port, &ipv4), 0);
  ck_assert_int_eq(uv_ip6_addr("::", port, &ipv6), 0);
  return uv_udp_bind(&member->udp,
                     family == AF_INET ? (const struct sockaddr *)&ipv4
                                       : (const struct sockaddr *)&ipv6,
                     UV_UDP_REUSEADDR);
}

/* Returns 0 where the system has no such multicast. */
static int join(struct member *member, int family) {
  if (family == AF_INET)
    return !uv_udp_set_membership(&member->udp, "224.0.0.251", ipv4_address,
                                  UV_JOIN_GROUP);
  return !uv_udp_set_membership(&member->udp, "ff02::fb", ipv6_address,
                                UV_JOIN_GROUP);
}

/* The first member takes a free port, and the others take the same. */
static int open_member(struct member *member, int family) {
  struct sockaddr_storage local;
  int length = sizeof local;
  ck_assert_int_eq(bind_member(member, family), 0);
  if (!join(member, family)) return 0;
  ck_assert_int_eq(
      uv_udp_getsockname(&member->udp, (struct sockaddr *)&local, &length), 0);
  port = port_of((const struct sockaddr *)&local);
  uv_unref((uv_handle_t *)&member->udp);
  uv_unref((uv_handle_t *)&member->other);
  return !uv_udp_recv_start(&member->udp, on_allocate, on_query);
}

static int open_all(int family, const char *const *answers) {
  stubdns_resolver_options_t options = {.flags = STUBDNS_MULTICAST,
                                        .multicast_port = 0};
  prepare_network();
  memset(&memory, 0, sizeof memory);
  options.allocator = (stubdns_allocator_t){NULL, allocate, release};
  options.multicast_interface = interface;
  if (family == AF_INET6 && strcmp(interface, "lo") == 0) return 0;
  memset(members, 0, sizeof members);
  port = 0;
  ck_assert_int_eq(uv_loop_init(&client.loop), 0);
  for (int i = 0; i < RESPONDERS; i++) {
    members[i].answers = answers[i];
    if (!open_member(&members[i], family)) return 0;
  }
  options.multicast_port = port;
  options.flags |= STUBDNS_NO_SYSTEM_SERVERS;
  return !stubdns_resolver_init(&client.loop, &client.resolver, &options);
}

static void close_all(void) {
  for (int i = 0; i < RESPONDERS; i++) {
    uv_close((uv_handle_t *)&members[i].udp, NULL);
    uv_close((uv_handle_t *)&members[i].other, NULL);
  }
  stubdns_resolver_close(&client.resolver, NULL);
  uv_run(&client.loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&client.loop), 0);
  ck_assert_uint_eq(memory.blocks, 0);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct gathered *const g = (struct gathered *)lookup;
  stubdns_event_t event;
  g->callback_count++;
  g->status = status;
  g->send_count = answer->send_count;
  g->drop_count = answer->drop_count;
  ck_assert_int_eq(answer->message == NULL, status != 0);
  while (stubdns_answer_next_event(answer, &g->event_count, &event))
    ;
  if (!answer->message) return;
  g->length = answer->message->length;
  g->record_count = answer->message->record_counts[STUBDNS_SECTION_ANSWER];
}

static void ask(struct gathered *gathered, const char *name, uint16_t type,
                const stubdns_lookup_options_t *options) {
  memset(gathered, 0, sizeof *gathered);
  ck_assert_int_eq(stubdns_lookup(&client.resolver, &gathered->lookup, name,
                                  type, options, on_answer),
                   0);
  ck_assert_int_eq(gathered->callback_count, 0);
}

static void skip(int family) {
  printf("skipped: there is no multicast for %s here\n",
         family == AF_INET ? "IPv4" : "IPv6");
}

static const int families[] = {AF_INET, AF_INET6};

START_TEST(several_responders_are_gathered_from_the_group_D1_D2) {
  static const char *const answers[] = {
      "_x._tcp.local. 10 PTR a._x._tcp.local.",
      "_x._tcp.local. 10 PTR b._x._tcp.local.",
      "_x._tcp.local. 10 PTR a._x._tcp.local."};
  struct gathered gathered;
  if (!open_all(families[_i], answers)) {
    skip(families[_i]);
    return;
  }
  ask(&gathered, "_x._tcp.local", STUBDNS_TYPE_PTR, NULL);
  client_run(&client);
  ck_assert_int_eq(gathered.callback_count, 1);
  ck_assert_int_eq(gathered.status, 0);
  ck_assert_uint_eq(gathered.record_count, 2);
  for (int i = 0; i < RESPONDERS; i++) {
    ck_assert_int_ge(members[i].query_count, 1);
    ck_assert_uint_ne(members[i].asker_port, port);
    ck_assert_uint_eq(members[i].class_, STUBDNS_CLASS_IN);
  }
  close_all();
}
END_TEST

START_TEST(reply_from_another_port_or_with_an_error_is_ignored_D4_D6) {
  static const char *const answers[] = {"x.local. 10 A 192.0.2.1",
                                        "x.local. 10 A 192.0.2.2",
                                        "x.local. 10 A 192.0.2.3"};
  struct gathered gathered;
  if (!open_all(AF_INET, answers)) {
    skip(AF_INET);
    return;
  }
  members[0].from_other_port = 1;
  members[1].flags = STUBDNS_RCODE_NXDOMAIN;
  ask(&gathered, "x.local", STUBDNS_TYPE_A, NULL);
  client_run(&client);
  ck_assert_int_eq(gathered.status, 0);
  ck_assert_uint_eq(gathered.record_count, 1);
  ck_assert_uint_ge(gathered.drop_count, 2);
  close_all();
}
END_TEST

static char long_text[9000];

/* 34 strings of 250 characters. */
START_TEST(reply_of_nearly_9000_octets_is_read_D9) {
  const char *const answers[] = {long_text, NULL, NULL};
  struct gathered gathered;
  strcpy(long_text, "x.local. 10 TXT");
  for (int i = 0; i < 34; i++) {
    const size_t length = strlen(long_text);
    long_text[length] = ' ';
    memset(long_text + length + 1, 'a' + i % 26, 250);
    long_text[length + 251] = '\0';
  }
  if (!open_all(AF_INET, answers)) {
    skip(AF_INET);
    return;
  }
  ask(&gathered, "x.local", STUBDNS_TYPE_TXT, NULL);
  client_run(&client);
  ck_assert_int_eq(gathered.status, 0);
  ck_assert_uint_gt(gathered.length, 8500);
  close_all();
}
END_TEST

START_TEST(silence_ends_at_the_deadline) {
  static const char *const answers[] = {NULL, NULL, NULL};
  const stubdns_lookup_options_t options = {.deadline_ms = 60};
  struct gathered gathered;
  if (!open_all(AF_INET, answers)) {
    skip(AF_INET);
    return;
  }
  ask(&gathered, "x.local", STUBDNS_TYPE_A, &options);
  client_run(&client);
  ck_assert_int_eq(gathered.callback_count, 1);
  ck_assert_int_eq(gathered.status, STUBDNS_ETIMEOUT);
  ck_assert_int_eq(members[0].query_count, 1);
  close_all();
}
END_TEST

START_TEST(cancelled_and_closed_lookups_call_back_once) {
  static const char *const answers[] = {NULL, NULL, NULL};
  struct gathered gathered;
  struct gathered other;
  if (!open_all(AF_INET, answers)) {
    skip(AF_INET);
    return;
  }
  ask(&gathered, "x.local", STUBDNS_TYPE_A, NULL);
  ask(&other, "y.local", STUBDNS_TYPE_A, NULL);
  ck_assert_int_eq(stubdns_cancel(&gathered.lookup), 0);
  close_all();
  ck_assert_int_eq(gathered.callback_count, 1);
  ck_assert_int_eq(gathered.status, STUBDNS_ECANCELED);
  ck_assert_int_eq(stubdns_cancel(&gathered.lookup), STUBDNS_EINVALID);
  ck_assert_int_eq(other.callback_count, 1);
  ck_assert_int_eq(other.status, STUBDNS_ECANCELED);
}
END_TEST

/* A name that is asked by multicast goes to no server, and no other goes to the
 * group. */
START_TEST(names_in_local_go_to_the_group_alone_D11) {
  static const char *const answers[] = {NULL, NULL, NULL};
  static const struct turn answer = {{{PACKET_ANSWER, 0}}};
  static struct responder server;
  const stubdns_lookup_options_t options = {.deadline_ms = 60};
  struct gathered gathered;
  if (!open_all(AF_INET, answers)) {
    skip(AF_INET);
    return;
  }
  responder_open(&server, &client.loop, &answer, 1);
  ck_assert_int_eq(
      stubdns_resolver_add_server(&client.resolver, &server.address), 0);
  ask(&gathered, "x.local", STUBDNS_TYPE_A, &options);
  client_run(&client);
  ck_assert_int_eq(gathered.status, STUBDNS_ETIMEOUT);
  ck_assert_int_eq(members[0].query_count, 1);
  ck_assert_uint_eq(server.query_count, 0);
  ask(&gathered, "www.example.test", STUBDNS_TYPE_A, NULL);
  client_run(&client);
  ck_assert_int_eq(gathered.status, 0);
  ck_assert_int_eq(members[0].query_count, 1);
  ck_assert_uint_eq(server.query_count, 1);
  responder_close(&server);
  close_all();
}
END_TEST

/* The task, each reply and the merged message: whichever fails, the lookup says
 * so or does without. */
START_TEST(lookup_without_memory_ends_cleanly) {
  static const char *const answers[] = {"x.local. 10 A 192.0.2.1",
                                        "x.local. 10 A 192.0.2.2", NULL};
  const stubdns_lookup_options_t options = {.deadline_ms = 300};
  struct gathered gathered;
  memset(&gathered, 0, sizeof gathered);
  if (!open_all(AF_INET, answers)) {
    skip(AF_INET);
    return;
  }
  memory.fail_at = memory.calls + 1 + (size_t)_i;
  const int error =
      stubdns_lookup(&client.resolver, &gathered.lookup, "x.local",
                     STUBDNS_TYPE_A, &options, on_answer);
  client_run(&client);
  ck_assert_int_eq(error, _i == 0 ? STUBDNS_ENOMEM : 0);
  ck_assert_int_eq(gathered.callback_count, error == 0);
  if (_i == 1 || _i == 2) ck_assert_uint_eq(gathered.record_count, 1);
  if (_i == 3) ck_assert_int_eq(gathered.status, STUBDNS_ENOMEM);
  ck_assert_uint_ge(memory.calls, memory.fail_at);
  close_all();
}
END_TEST

/* What an address lookup ended with. */
struct host {
  stubdns_address_lookup_t lookup; /* first */
  int callback_count;
  int status;
  int ipv6_status;
  size_t address_count;
  uint32_t scope_id; /* of the first */
};

static void on_addresses(stubdns_address_lookup_t *lookup, int status,
                         const stubdns_addresses_t *addresses) {
  struct host *const host = (struct host *)lookup;
  host->callback_count++;
  host->status = status;
  host->ipv6_status = addresses->ipv6_status;
  host->address_count = addresses->address_count;
  if (host->address_count > 0)
    host->scope_id = addresses->addresses[0].address.scope_id;
}

static void ask_host(struct host *host, const char *name,
                     const stubdns_address_options_t *options) {
  memset(host, 0, sizeof *host);
  ck_assert_int_eq(stubdns_address_lookup(&client.resolver, &host->lookup, name,
                                          options, on_addresses),
                   0);
  client_run(&client);
  ck_assert_int_eq(host->callback_count, 1);
}

/* Silence about IPv6 is not waited for to its end, 3 s; silence about both says
 * that there is no such host. */
START_TEST(host_with_one_family_is_found_and_silence_is_no) {
  static const char *const answers[] = {"x.local. 10 A 192.0.2.1",
                                        "x.local. 10 A 192.0.2.2", NULL};
  const stubdns_address_options_t options = {.lookup = {.deadline_ms = 60}};
  struct host host;
  if (!open_all(AF_INET, answers)) {
    skip(AF_INET);
    return;
  }
  ask_host(&host, "x.local", NULL);
  ck_assert_int_eq(host.status, 0);
  ck_assert_uint_eq(host.address_count, 2);
  ck_assert_int_eq(host.ipv6_status, STUBDNS_ENODATA);
  ask_host(&host, "y.local", &options);
  ck_assert_int_eq(host.status, STUBDNS_ENONAME);
  close_all();
}
END_TEST

START_TEST(link_local_address_has_the_scope_of_its_link) {
  static const char *const answers[] = {"x.local. 10 AAAA fe80::7", NULL, NULL};
  struct host host;
  if (!open_all(AF_INET6, answers)) {
    skip(AF_INET6);
    return;
  }
  ask_host(&host, "x.local", NULL);
  ck_assert_int_eq(host.status, 0);
  ck_assert_uint_eq(host.address_count, 1);
  ck_assert_uint_eq(host.scope_id, if_nametoindex("v0"));
  close_all();
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("multicast");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(
      cases, several_responders_are_gathered_from_the_group_D1_D2, 0, 2);
  tcase_add_test(cases,
                 reply_from_another_port_or_with_an_error_is_ignored_D4_D6);
  tcase_add_test(cases, reply_of_nearly_9000_octets_is_read_D9);
  tcase_add_test(cases, silence_ends_at_the_deadline);
  tcase_add_test(cases, cancelled_and_closed_lookups_call_back_once);
  tcase_add_test(cases, names_in_local_go_to_the_group_alone_D11);
  tcase_add_loop_test(cases, lookup_without_memory_ends_cleanly, 0, 4);
  tcase_add_test(cases, link_local_address_has_the_scope_of_its_link);
  tcase_add_test(cases, host_with_one_family_is_found_and_silence_is_no);
  suite_add_tcase(suite, cases);
  return suite;
}
