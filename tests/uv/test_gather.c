/* src/uv/gather.c: replies that the kernel has joined on their way are told
 * apart, and where it joins none they come as ever.  The linker puts the
 * __wrap_... functions of this file in the place of the system's. */
#include "uv/gather.h"

#include "client.h"

#include "support/packets.h"
#include "support/responder.h"
#include "support/suite.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

#define COUNT 8

static struct client client;
static struct responder responder;
static struct result results[COUNT];

static const struct turn drops = {{{PACKET_NONE, 0}}};

static int gro_errno; /* what asking for UDP_GRO gives */
static unsigned longest;

int __real_setsockopt(int descriptor, int level, int name, const void *value,
                      socklen_t length);
int __wrap_setsockopt(int descriptor, int level, int name, const void *value,
                      socklen_t length);
int __wrap_setsockopt(int descriptor, int level, int name, const void *value,
                      socklen_t length) {
  errno = gro_errno;
  if (level == IPPROTO_UDP && name == UDP_GRO && gro_errno) return -1;
  return __real_setsockopt(descriptor, level, name, value, length);
}

int __real_recvmmsg(int descriptor, struct mmsghdr *messages, unsigned count,
                    int flags, struct timespec *timeout);
int __wrap_recvmmsg(int descriptor, struct mmsghdr *messages, unsigned count,
                    int flags, struct timespec *timeout);
int __wrap_recvmmsg(int descriptor, struct mmsghdr *messages, unsigned count,
                    int flags, struct timespec *timeout) {
  const int got = __real_recvmmsg(descriptor, messages, count, flags, timeout);
  for (int i = 0; i < got; i++)
    if (messages[i].msg_len > longest) longest = messages[i].msg_len;
  return got;
}

/* Plain queries, so that replies can be foretold. */
static void ask_all(stubdns_lookup_cb on_answer) {
  static const stubdns_resolver_options_t options = {
      .flags = STUBDNS_SHARE_PATHS, .paths_max = 1};
  static const stubdns_lookup_options_t plain = {
      .flags = STUBDNS_LOOKUP_NO_0X20 | STUBDNS_LOOKUP_NO_EDNS};
  longest = 0;
  client_open(&client, &options);
  responder_open(&responder, &client.loop, &drops, 1);
  client_add(&client, &responder.address);
  for (int i = 0; i < COUNT; i++) {
    char name[32];
    snprintf(name, sizeof name, "n%d.example.test", i);
    results[i].callback_count = 0;
    ck_assert_int_eq(stubdns_lookup(&client.resolver, &results[i].lookup, name,
                                    STUBDNS_TYPE_A, &plain, on_answer),
                     0);
  }
  while (responder.query_count < COUNT)
    uv_run(&client.loop, UV_RUN_ONCE);
}

static size_t make_reply(int i, uint8_t *octets) {
  stubdns_question_t question = {.type = STUBDNS_TYPE_A,
                                 .class_ = STUBDNS_CLASS_IN};
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  uint8_t sent[STUBDNS_QUERY_MAX];
  size_t length;
  char name[32];
  snprintf(name, sizeof name, "n%d.example.test", i);
  ck_assert_int_eq(stubdns_name_from_text(&question.name, name, strlen(name)),
                   0);
  query.question = &question;
  query.id = responder.ids[i];
  query.edns = 0;
  ck_assert_int_eq(stubdns_query_build(&query, sent, sizeof sent, &length), 0);
  return (size_t)packet_make(PACKET_ANSWER, sent, length, octets);
}

/* Sends all replies as one that the kernel may cut, or leave joined.  Returns 0
 * where it cannot. */
static int send_joined(void) {
  static uint8_t octets[COUNT * PACKET_SIZE];
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons(responder.ports[0])};
  size_t length = 0;
  size_t each = 0;
  uv_os_fd_t descriptor;
  for (int i = 0; i < COUNT; i++) {
    const size_t one = make_reply(i, octets + length);
    ck_assert(each == 0 || each == one);
    each = one;
    length += one;
  }
  const int segment = (int)each;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ck_assert_int_eq(uv_fileno((uv_handle_t *)&responder.socket, &descriptor), 0);
  if (__real_setsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, &segment,
                        sizeof segment))
    return 0;
  ck_assert_int_eq(sendto(descriptor, octets, length, 0,
                          (const struct sockaddr *)&to, sizeof to),
                   (ssize_t)length);
  return 1;
}

static void end(void) {
  responder_close(&responder);
  client_close(&client);
}

START_TEST(joined_replies_are_told_apart) {
  gro_errno = _i ? ENOPROTOOPT : 0;
  ask_all(result_keep);
  const int is_sent = send_joined();
  if (is_sent) client_run(&client);
  for (int i = 0; is_sent && i < COUNT; i++) {
    assert_true_answer(&results[i]);
    ck_assert_int_eq(results[i].callback_count, 1);
    ck_assert_uint_eq(results[i].answer.drop_count, 0);
  }
  if (gro_errno) ck_assert_uint_lt(longest, 100);
  end();
}
END_TEST

static int callback_count;

static void close_at_once(stubdns_lookup_t *lookup, int status,
                          const stubdns_answer_t *answer) {
  (void)lookup;
  (void)answer;
  ck_assert_int_eq(status, callback_count ? STUBDNS_ECANCELED : 0);
  if (callback_count++ == 0)
    stubdns_resolver_close(&client.resolver, client_on_closed);
}

START_TEST(resolver_is_closed_by_the_first_of_joined_replies) {
  gro_errno = 0;
  callback_count = 0;
  ask_all(close_at_once);
  if (!send_joined())
    stubdns_resolver_close(&client.resolver, client_on_closed);
  client_run(&client);
  ck_assert_int_eq(callback_count, COUNT);
  end();
}
END_TEST

Suite *test_suite(void) {
  Suite *const suite = suite_create("uv/gather");
  TCase *const cases = tcase_create("gather");
  tcase_add_loop_test(cases, joined_replies_are_told_apart, 0, 2);
  tcase_add_test(cases, resolver_is_closed_by_the_first_of_joined_replies);
  suite_add_tcase(suite, cases);
  return suite;
}
