/* Every call is allowed in every callback of the calls that take several
 * lookups: addresses, targets, getaddrinfo() and getnameinfo(). */
#include "scripted.h"

#include "support/suite.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define REQUESTS_MAX 4

union request {
  stubdns_address_lookup_t addresses;
  stubdns_target_lookup_t targets;
  uv_getaddrinfo_t getaddrinfo;
  uv_getnameinfo_t getnameinfo;
};

/* What the first request's callback does. */
enum call { NOTHING, CANCEL_OTHER, CANCEL_SELF, BEGIN_ANOTHER, CLOSE, CALLS };

/* What leads to it. */
enum cause { ANSWERED, CANCELLED, CLOSED, CAUSES };

static const struct script_answer script[] = {
    {"a.test.", STUBDNS_TYPE_A, 10, 0, "a.test. 60 A 192.0.2.1"},
    {"a.test.", STUBDNS_TYPE_AAAA, 20, 0, ""},
    {"a.test.", STUBDNS_TYPE_MX, 10, 0, "a.test. 60 MX 1 a.test."},
    {"1.2.0.192.in-addr.arpa.", STUBDNS_TYPE_PTR, 10, 0,
     "1.2.0.192.in-addr.arpa. 60 PTR a.test."},
    {NULL, 0, 0, 0, NULL},
};

static struct scripted net;
static union request *requests[REQUESTS_MAX];
static int callback_counts[REQUESTS_MAX];
static size_t request_count;
static int is_inside; /* one of the library's functions */
static int is_closed;
static enum call call;

struct family {
  int (*begin)(union request *request);
  int (*cancel)(union request *request);
};

static const struct family *family;

static size_t index_of(const void *request) {
  size_t i = 0;
  while (i < request_count && (const void *)requests[i] != request)
    i++;
  ck_assert_uint_lt(i, request_count);
  return i;
}

static void begin(void) {
  union request *const request = calloc(1, sizeof *request);
  requests[request_count++] = request;
  is_inside = 1;
  ck_assert_int_eq(family->begin(request), 0);
  is_inside = 0;
}

/* One that is over, or under way: 0 or an error, and nothing else. */
static void cancel(size_t index) {
  is_inside = 1;
  (void)family->cancel(requests[index]);
  is_inside = 0;
}

static void close_resolver(void) {
  is_inside = 1;
  if (!is_closed) stubdns_resolver_close(&net.resolver, NULL);
  is_inside = 0;
  is_closed = 1;
}

/* The request is the user's again: it is overwritten where nothing more is done
 * with it. */
static void on_done(const void *request) {
  const size_t index = index_of(request);
  ck_assert(!is_inside);
  ck_assert_int_eq(callback_counts[index]++, 0);
  if (index == 0) switch (call) {
    case CANCEL_OTHER:
      if (!callback_counts[1]) cancel(1);
      break;
    case CANCEL_SELF:
      cancel(0);
      break;
    case BEGIN_ANOTHER:
      if (!is_closed) begin();
      break;
    case CLOSE:
      close_resolver();
      break;
    default:
      break;
    }
  memset(requests[index], 0xa5, sizeof *requests[index]);
}

static void on_addresses(stubdns_address_lookup_t *lookup, int status,
                         const stubdns_addresses_t *addresses) {
  (void)status;
  (void)addresses;
  on_done(lookup);
}

static void on_targets(stubdns_target_lookup_t *lookup, int status,
                       const stubdns_targets_t *targets) {
  (void)status;
  (void)targets;
  on_done(lookup);
}

static void on_getaddrinfo(uv_getaddrinfo_t *request, int status,
                           struct addrinfo *result) {
  (void)status;
  stubdns_freeaddrinfo(result);
  on_done(request);
}

static void on_getnameinfo(uv_getnameinfo_t *request, int status,
                           const char *host, const char *service) {
  (void)status;
  (void)host;
  (void)service;
  on_done(request);
}

static int begin_addresses(union request *request) {
  return stubdns_address_lookup(&net.resolver, &request->addresses, "a.test",
                                NULL, on_addresses);
}

static int cancel_addresses(union request *request) {
  return stubdns_address_cancel(&request->addresses);
}

static int begin_targets(union request *request) {
  return stubdns_lookup_mx(&net.resolver, &request->targets, "a.test", NULL,
                           on_targets);
}

static int cancel_targets(union request *request) {
  return stubdns_target_cancel(&request->targets);
}

static int begin_getaddrinfo(union request *request) {
  return stubdns_getaddrinfo(&net.resolver, &request->getaddrinfo,
                             on_getaddrinfo, "a.test", NULL, NULL);
}

static int cancel_getaddrinfo(union request *request) {
  return stubdns_getaddrinfo_cancel(&request->getaddrinfo);
}

static int begin_getnameinfo(union request *request) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
  return stubdns_getnameinfo(&net.resolver, &request->getnameinfo,
                             on_getnameinfo, (struct sockaddr *)&address, 0);
}

static int cancel_getnameinfo(union request *request) {
  return stubdns_getnameinfo_cancel(&request->getnameinfo);
}

static const struct family families[] = {
    {begin_addresses, cancel_addresses},
    {begin_targets, cancel_targets},
    {begin_getaddrinfo, cancel_getaddrinfo},
    {begin_getnameinfo, cancel_getnameinfo},
};

#define FAMILIES (sizeof families / sizeof families[0])

static void run(enum cause cause) {
  scripted_open(&net, script, NULL);
  request_count = 0;
  is_closed = 0;
  memset(callback_counts, 0, sizeof callback_counts);
  begin();
  begin();
  if (cause == CANCELLED) cancel(0);
  if (cause == CLOSED) close_resolver();
  scripted_run(&net);
  close_resolver();
  scripted_run(&net);
  ck_assert_int_eq(uv_loop_close(&net.loop), 0);
  ck_assert_uint_eq(net.blocks, 0);
  for (size_t i = 0; i < request_count; i++) {
    ck_assert_int_eq(callback_counts[i], 1);
    free(requests[i]);
  }
}

START_TEST(every_call_is_allowed_in_every_callback_T21) {
  family = &families[_i];
  for (int cause = 0; cause < CAUSES; cause++)
    for (int what = 0; what < CALLS; what++) {
      call = (enum call)what;
      run((enum cause)cause);
    }
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("helper calls");
  tcase_add_loop_test(cases, every_call_is_allowed_in_every_callback_T21, 0,
                      (int)FAMILIES);
  Suite *const suite = suite_create("uv/helper_calls");
  suite_add_tcase(suite, cases);
  return suite;
}
