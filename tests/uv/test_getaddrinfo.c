/* src/uv/getaddrinfo.c and getnameinfo.c: results, and that each request calls
 * back once whatever happens; in virtual time.  What the C library makes of the
 * same arguments is compared elsewhere. */
#include "scripted.h"

#include "support/suite.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scripted net;

/* What a request ended with. */
struct outcome {
  union {
    uv_getaddrinfo_t addresses;
    uv_getnameinfo_t name;
  } request; /* first */
  int callback_count;
  int status;
  char text[1024];
};

static struct outcome outcome;
static char services[] = "/tmp/stubdns-services-XXXXXX";

static const char services_text[] =
    "http 80/tcp www\n"
    "domain 53/tcp\n"
    "domain 53/udp\n"
    "syslog 514/udp\n";

static const struct script_answer script[] = {
    {"both.test.", STUBDNS_TYPE_A, 5, 0, "both.test. 300 A 192.0.2.1"},
    {"both.test.", STUBDNS_TYPE_AAAA, 5, 0, "both.test. 60 AAAA 2001:db8::1"},
    {"alias.test.", STUBDNS_TYPE_A, 0, 0,
     "alias.test. 20 CNAME both.test.\nboth.test. 300 A 192.0.2.1"},
    {"alias.test.", STUBDNS_TYPE_AAAA, 0, 0,
     "alias.test. 20 CNAME both.test.\nboth.test. 60 AAAA 2001:db8::1"},
    {"v4.test.", STUBDNS_TYPE_A, 0, 0, "v4.test. 300 A 192.0.2.2"},
    {"v4.test.", STUBDNS_TYPE_AAAA, 0, 0, ""},
    {"xn--bcher-kva.test.", STUBDNS_TYPE_A, 0, 0,
     "xn--bcher-kva.test. 9 A 192.0.2.3"},
    {"sick.test.", STUBDNS_TYPE_A, 0, STUBDNS_RCODE_SERVFAIL, ""},
    {"sick.test.", STUBDNS_TYPE_AAAA, 0, STUBDNS_RCODE_SERVFAIL, ""},
    {"mute.test.", STUBDNS_TYPE_A, 0, SCRIPT_SILENCE, ""},
    {"mute.test.", STUBDNS_TYPE_AAAA, 0, SCRIPT_SILENCE, ""},
    {"1.2.0.192.in-addr.arpa.", STUBDNS_TYPE_PTR, 0, 0,
     "1.2.0.192.in-addr.arpa. 9 PTR host.test."},
    {"2.2.0.192.in-addr.arpa.", STUBDNS_TYPE_PTR, 0, 0,
     "2.2.0.192.in-addr.arpa. 9 PTR bad\\010name.test."},
    {"3.2.0.192.in-addr.arpa.", STUBDNS_TYPE_PTR, 0, 0,
     "3.2.0.192.in-addr.arpa. 9 PTR \\;rm.test.\n"
     "3.2.0.192.in-addr.arpa. 9 PTR good.test."},
    {"4.2.0.192.in-addr.arpa.", STUBDNS_TYPE_PTR, 0, STUBDNS_RCODE_SERVFAIL,
     ""},
    {"5.2.0.192.in-addr.arpa.", STUBDNS_TYPE_PTR, 0, SCRIPT_SILENCE, ""},
    {NULL, 0, 0, 0, NULL},
};

static void begin(void) {
  strcpy(services, "/tmp/stubdns-services-XXXXXX");
  const int file = mkstemp(services);
  const ssize_t length = (ssize_t)strlen(services_text);
  ck_assert_int_ge(file, 0);
  ck_assert_int_eq(write(file, services_text, (size_t)length), length);
  close(file);
  const stubdns_resolver_options_t options = {.services = services};
  scripted_open(&net, script, &options);
}

static void end(void) {
  scripted_close(&net);
  unlink(services);
}

static void append_entry(char *text, size_t size,
                         const struct addrinfo *entry) {
  char host[64];
  char port[8];
  const size_t length = strlen(text);
  ck_assert_int_eq(getnameinfo(entry->ai_addr, entry->ai_addrlen, host,
                               sizeof host, port, sizeof port,
                               NI_NUMERICHOST | NI_NUMERICSERV),
                   0);
  snprintf(text + length, size - length, "%s%d/%d %s#%s", length ? "; " : "",
           entry->ai_socktype, entry->ai_protocol, host, port);
}

static void on_addresses(uv_getaddrinfo_t *request, int status,
                         struct addrinfo *result) {
  struct outcome *const o = (struct outcome *)request;
  o->callback_count++;
  o->status = status;
  ck_assert_ptr_eq(request->addrinfo, result);
  ck_assert_int_eq(result == NULL, status != 0);
  if (result && result->ai_canonname) strcpy(o->text, result->ai_canonname);
  for (const struct addrinfo *at = result; at; at = at->ai_next)
    append_entry(o->text, sizeof o->text, at);
  stubdns_freeaddrinfo(result);
}

static const struct {
  const char *node;
  const char *service;
  int family;
  int socktype;
  int flags;
  int status;
  const char *text;
} rows[] = {
    {"both.test", "http", 0, SOCK_STREAM, 0, 0,
     "1/6 2001:db8::1#80; 1/6 192.0.2.1#80"},
    {"both.test", "domain", AF_INET, 0, 0, 0,
     "1/6 192.0.2.1#53; 2/17 192.0.2.1#53"},
    {"both.test", "syslog", AF_INET, 0, 0, 0, "2/17 192.0.2.1#514"},
    {"both.test", "syslog", AF_INET, SOCK_STREAM, 0, UV_EAI_SERVICE, ""},
    {"both.test", "80", AF_INET, 0, 0, 0,
     "1/6 192.0.2.1#80; 2/17 192.0.2.1#80; 3/0 192.0.2.1#80"},
    {"both.test", "65536", AF_INET, 0, 0, UV_EAI_SERVICE, ""},
    {"both.test", "http", 0, 0, AI_NUMERICSERV, UV_EAI_NONAME, ""},
    {"both.test", NULL, 0, 0, AI_NUMERICHOST, UV_EAI_NONAME, ""},
    {"alias.test", NULL, AF_INET, SOCK_DGRAM, AI_CANONNAME, 0,
     "both.test; 2/17 192.0.2.1#0"},
    {"v4.test", NULL, AF_INET6, SOCK_STREAM, 0, UV_EAI_NODATA, ""},
    {"v4.test", NULL, AF_INET6, SOCK_STREAM, AI_V4MAPPED, 0,
     "1/6 ::ffff:192.0.2.2#0"},
    {"both.test", NULL, AF_INET6, SOCK_STREAM, AI_V4MAPPED, 0,
     "1/6 2001:db8::1#0"},
    {"both.test", NULL, AF_INET6, SOCK_STREAM, AI_V4MAPPED | AI_ALL, 0,
     "1/6 2001:db8::1#0; 1/6 ::ffff:192.0.2.1#0"},
    {"nobody.test", NULL, 0, 0, 0, UV_EAI_NONAME, ""},
    {"sick.test", NULL, 0, 0, 0, UV_EAI_AGAIN, ""},
    {"mute.test", NULL, 0, 0, 0, UV_EAI_AGAIN, ""},
    {"a..b", NULL, 0, 0, 0, UV_EAI_NONAME, ""},
    {"b\303\274cher.test", NULL, AF_INET, SOCK_STREAM, AI_CANONNAME, 0,
     "xn--bcher-kva.test; 1/6 192.0.2.3#0"},
    {"127.1", NULL, 0, SOCK_STREAM, 0, 0, "1/6 127.0.0.1#0"},
    {"0x7f.0.0.01", "53", 0, SOCK_DGRAM, AI_CANONNAME, 0,
     "0x7f.0.0.01; 2/17 127.0.0.1#53"},
    {"256.1.1.1", NULL, 0, 0, AI_NUMERICHOST, UV_EAI_NONAME, ""},
    {"::1", NULL, AF_INET, 0, 0, UV_EAI_ADDRFAMILY, ""},
    {"::ffff:192.0.2.1", NULL, AF_INET, SOCK_STREAM, 0, 0, "1/6 192.0.2.1#0"},
    {"fe80::1%1", NULL, 0, SOCK_STREAM, 0, 0, "1/6 fe80::1%lo#0"},
    {"fe80::1%nosuch0", NULL, 0, 0, 0, UV_EAI_NONAME, ""},
    {"localhost", "http", 0, SOCK_STREAM, 0, 0, "1/6 ::1#80; 1/6 127.0.0.1#80"},
    {NULL, "http", AF_INET, SOCK_STREAM, AI_PASSIVE, 0, "1/6 0.0.0.0#80"},
    {NULL, "http", AF_INET6, SOCK_STREAM, 0, 0, "1/6 ::1#80"},
    {NULL, "http", 0, 0, AI_CANONNAME, UV_EAI_BADFLAGS, ""},
    {"both.test", NULL, AF_UNIX, 0, 0, UV_EAI_FAMILY, ""},
    {"both.test", NULL, 0, SOCK_RDM, 0, UV_EAI_SOCKTYPE, ""},
    {"both.test", NULL, 0, 0, 0x8000, UV_EAI_BADFLAGS, ""},
};

static int start(int row) {
  const struct addrinfo hints = {.ai_flags = rows[row].flags,
                                 .ai_family = rows[row].family,
                                 .ai_socktype = rows[row].socktype};
  memset(&outcome, 0, sizeof outcome);
  return stubdns_getaddrinfo(&net.resolver, &outcome.request.addresses,
                             on_addresses, rows[row].node, rows[row].service,
                             &hints);
}

/* A canonical name is followed by the entries, as all are by "; ". */
START_TEST(addresses_are_given_as_libuv_gives_them) {
  begin();
  ck_assert_int_eq(start(_i), 0);
  ck_assert_int_eq(outcome.callback_count, 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, rows[_i].status);
  ck_assert_str_eq(outcome.text, rows[_i].text);
  end();
}
END_TEST

START_TEST(cancelled_request_calls_back_once) {
  begin();
  ck_assert_int_eq(start(_i), 0);
  ck_assert_int_eq(uv_cancel((uv_req_t *)&outcome.request.addresses),
                   UV_EINVAL); /* it knows that the request is not its own */
  ck_assert_int_eq(stubdns_getaddrinfo_cancel(&outcome.request.addresses), 0);
  ck_assert_int_eq(outcome.callback_count, 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, UV_EAI_CANCELED);
  ck_assert_int_eq(stubdns_getaddrinfo_cancel(&outcome.request.addresses),
                   STUBDNS_EINVALID);
  end();
}
END_TEST

START_TEST(closing_ends_requests) {
  begin();
  ck_assert_int_eq(start(_i), 0);
  end();
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, UV_EAI_CANCELED);
}
END_TEST

static void on_addresses_again(uv_getaddrinfo_t *request, int status,
                               struct addrinfo *result) {
  struct outcome *const o = (struct outcome *)request;
  on_addresses(request, status, result);
  if (o->callback_count < 3)
    ck_assert_int_eq(stubdns_getaddrinfo(&net.resolver, request,
                                         on_addresses_again, "both.test", NULL,
                                         NULL),
                     0);
  else
    stubdns_resolver_close(&net.resolver, NULL);
}

START_TEST(callback_may_ask_again_and_close) {
  begin();
  memset(&outcome, 0, sizeof outcome);
  ck_assert_int_eq(
      stubdns_getaddrinfo(&net.resolver, &outcome.request.addresses,
                          on_addresses_again, "127.0.0.1", NULL, NULL),
      0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 3);
  ck_assert_uint_eq(net.blocks, 0);
  ck_assert_int_eq(uv_loop_close(&net.loop), 0);
  unlink(services);
}
END_TEST

static struct addrinfo *kept;

static void keep(uv_getaddrinfo_t *request, int status,
                 struct addrinfo *result) {
  (void)request;
  ck_assert_int_eq(status, 0);
  kept = result;
}

START_TEST(result_outlives_the_resolver) {
  uv_getaddrinfo_t request;
  begin();
  ck_assert_int_eq(stubdns_getaddrinfo(&net.resolver, &request, keep,
                                       "both.test", NULL, NULL),
                   0);
  scripted_run(&net);
  stubdns_resolver_close(&net.resolver, NULL);
  scripted_run(&net);
  ck_assert_int_eq(uv_loop_close(&net.loop), 0);
  ck_assert_uint_eq(net.blocks, 1);
  ck_assert_ptr_nonnull(kept->ai_addr);
  stubdns_freeaddrinfo(kept);
  stubdns_freeaddrinfo(NULL);
  ck_assert_uint_eq(net.blocks, 0);
  unlink(services);
}
END_TEST

START_TEST(wrong_arguments_are_refused_at_once) {
  uv_getaddrinfo_t request;
  uv_getnameinfo_t name_request;
  struct sockaddr unix_address = {.sa_family = AF_UNIX};
  begin();
  ck_assert_int_eq(
      stubdns_getaddrinfo(&net.resolver, &request, NULL, "a", NULL, NULL),
      UV_EINVAL);
  ck_assert_int_eq(stubdns_getaddrinfo(&net.resolver, &request, on_addresses,
                                       NULL, NULL, NULL),
                   UV_EINVAL);
  ck_assert_int_eq(
      stubdns_getnameinfo(&net.resolver, &name_request, NULL, &unix_address, 0),
      UV_EINVAL);
  end();
}
END_TEST

START_TEST(request_without_memory_ends_cleanly) {
  for (size_t fail_after = 1; fail_after < 1000; fail_after++) {
    begin();
    net.fail_at = net.calls + fail_after;
    const int error = start(0);
    scripted_run(&net);
    const int is_past = net.calls < net.fail_at;
    ck_assert(!error || error == UV_ENOMEM);
    ck_assert_int_eq(outcome.callback_count, error == 0);
    end();
    if (is_past) {
      ck_assert_int_eq(outcome.status, 0);
      ck_assert_uint_gt(fail_after, 8);
      return;
    }
  }
  ck_abort_msg("memory never suffices");
}
END_TEST

static void on_name(uv_getnameinfo_t *request, int status, const char *host,
                    const char *service) {
  struct outcome *const o = (struct outcome *)request;
  o->callback_count++;
  o->status = status;
  ck_assert_int_eq(host == NULL, status != 0);
  if (host) snprintf(o->text, sizeof o->text, "%s %s", host, service);
}

static const struct {
  const char *address;
  int port;
  int flags;
  int status;
  const char *text;
} names[] = {
    {"192.0.2.1", 80, 0, 0, "host.test http"},
    {"192.0.2.1", 80, NI_DGRAM, 0, "host.test 80"},
    {"192.0.2.1", 514, NI_DGRAM, 0, "host.test syslog"},
    {"192.0.2.1", 80, NI_NUMERICHOST, 0, "192.0.2.1 http"},
    {"192.0.2.1", 80, NI_NUMERICSERV, 0, "host.test 80"},
    {"192.0.2.2", 80, 0, 0, "192.0.2.2 http"},
    {"192.0.2.2", 80, NI_NAMEREQD, UV_EAI_NONAME, ""},
    {"192.0.2.3", 80, 0, 0, "good.test http"},
    {"192.0.2.4", 80, 0, UV_EAI_AGAIN, ""},
    {"192.0.2.5", 80, 0, UV_EAI_AGAIN, ""},
    {"192.0.2.6", 80, 0, 0, "192.0.2.6 http"},
    {"192.0.2.6", 80, NI_NAMEREQD, UV_EAI_NONAME, ""},
    {"192.0.2.6", 80, 0x8000, UV_EAI_BADFLAGS, ""},
    {"2001:db8::1", 53, NI_NUMERICHOST, 0, "2001:db8::1 domain"},
    {"fe80::1%lo", 53, NI_NUMERICHOST, 0, "fe80::1%lo domain"},
};

static int start_name(int row) {
  union {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
  } address;
  memset(&outcome, 0, sizeof outcome);
  ck_assert_int_eq(
      strchr(names[row].address, ':')
          ? uv_ip6_addr(names[row].address, names[row].port, &address.ipv6)
          : uv_ip4_addr(names[row].address, names[row].port, &address.ipv4),
      0);
  return stubdns_getnameinfo(&net.resolver, &outcome.request.name, on_name,
                             &address.any, names[row].flags);
}

START_TEST(names_are_given_as_libuv_gives_them) {
  begin();
  ck_assert_int_eq(start_name(_i), 0);
  ck_assert_int_eq(outcome.callback_count, 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, names[_i].status);
  ck_assert_str_eq(outcome.text, names[_i].text);
  end();
}
END_TEST

START_TEST(cancelled_name_request_calls_back_once) {
  begin();
  ck_assert_int_eq(start_name(_i), 0);
  ck_assert_int_eq(stubdns_getnameinfo_cancel(&outcome.request.name), 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, UV_EAI_CANCELED);
  ck_assert_int_eq(stubdns_getnameinfo_cancel(&outcome.request.name),
                   STUBDNS_EINVALID);
  end();
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

Suite *test_suite(void) {
  Suite *suite = suite_create("getaddrinfo");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(cases, addresses_are_given_as_libuv_gives_them, 0,
                      COUNT(rows));
  tcase_add_loop_test(cases, cancelled_request_calls_back_once, 0, COUNT(rows));
  tcase_add_loop_test(cases, closing_ends_requests, 0, COUNT(rows));
  tcase_add_test(cases, callback_may_ask_again_and_close);
  tcase_add_test(cases, result_outlives_the_resolver);
  tcase_add_test(cases, wrong_arguments_are_refused_at_once);
  tcase_add_test(cases, request_without_memory_ends_cleanly);
  tcase_add_loop_test(cases, names_are_given_as_libuv_gives_them, 0,
                      COUNT(names));
  tcase_add_loop_test(cases, cancelled_name_request_calls_back_once, 0,
                      COUNT(names));
  suite_add_tcase(suite, cases);
  return suite;
}
