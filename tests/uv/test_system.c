/* src/uv/system.c and servers.c: what a resolver makes of files, environment
 * and options when it begins. */
#include "folder.h"

#include "config/resolv_conf.h"

#include "stubdns/text.h"
#include "support/suite.h"
#include "uv/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct folder f;

/* The search list as text, with its number of dots in front. */
static const char *search_text(void) {
  static char text[4096];
  const struct stubdns__search_list *const list =
      f.resolver.transport->system.search;
  sprintf(text, "%u", list->ndots);
  for (size_t i = 0; i < list->domain_count; i++) {
    char name[STUBDNS_NAME_TEXT_SIZE];
    size_t length;
    ck_assert_int_eq(
        stubdns_name_to_text(&list->domains[i], name, sizeof name, &length), 0);
    strcat(strcat(text, " "), name);
  }
  return text;
}

static const struct row {
  const char *file;
  const char *local_domain; /* of the environment, NULL: not set */
  const char *res_options;
  stubdns_resolver_options_t options;
  const char *search;
  unsigned flags;
  const char *complaints;
} rows[] = {
    {"search a b\noptions ndots:3 rotate\n",
     NULL,
     NULL,
     {0},
     "3 a. b.",
     STUBDNS__CONF_ROTATE,
     ""},
    {"search a b\n", "c d", NULL, {0}, "1 c. d.", 0, ""},
    {"search a b\n", "", NULL, {0}, "1", 0, ""},
    {"search a\noptions ndots:3\n",
     NULL,
     "ndots:4 use-vc",
     {0},
     "4 a.",
     STUBDNS__CONF_USE_VC,
     ""},
    {"search a\noptions ndots:3\n",
     "b",
     "ndots:4",
     {.search = "c d", .resolv_options = "ndots:5 rotate"},
     "5 c. d.",
     STUBDNS__CONF_ROTATE,
     ""},
    {"search a\n", "b", NULL, {.search = ""}, "1", 0, ""},
    {"search a\nnonsense x\noptions ndots:x\nnameserver y\n",
     "b..c d",
     "ndot:1",
     {.resolv_options = "more"},
     "1 d.",
     0,
     "resolv.conf:2:nonsense resolv.conf:3:ndots:x resolv.conf:4:y "
     "LOCALDOMAIN:1:b..c RES_OPTIONS:1:ndot:1 resolv_options:1:more "},
    /* The system is left alone. */
    {"search a\noptions ndots:3 rotate\n",
     "b",
     "ndots:4",
     {.flags = STUBDNS_NO_SYSTEM_SERVERS},
     "1",
     0,
     ""},
    {"search a\noptions ndots:3 rotate\n",
     "b",
     "ndots:4",
     {.flags = STUBDNS_NO_SYSTEM_SERVERS,
      .search = "c",
      .resolv_options = "ndots:2"},
     "2 c.",
     0,
     ""},
};

START_TEST(options_go_before_the_environment_and_that_before_the_file) {
  const struct row *const row = &rows[_i];
  folder_begin(&f);
  folder_write(&f, "resolv.conf", row->file);
  if (row->local_domain) setenv("LOCALDOMAIN", row->local_domain, 1);
  if (row->res_options) setenv("RES_OPTIONS", row->res_options, 1);
  folder_open(&f, &row->options);
  ck_assert_str_eq(search_text(), row->search);
  ck_assert_uint_eq(f.resolver.transport->system.flags, row->flags);
  ck_assert_str_eq(f.complaints, row->complaints);
  folder_end(&f);
}
END_TEST

/* resolv.conf(5): the part of the host's name behind its first dot. */
START_TEST(domain_of_the_host_is_searched_where_nothing_is_written) {
  char name[256];
  char expected[300] = "1";
  ck_assert_int_eq(gethostname(name, sizeof name), 0);
  const char *const dot = strchr(name, '.');
  if (dot && dot[1]) sprintf(expected, "1 %s.", dot + 1);
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "nameserver ::1\n");
  folder_open(&f, NULL);
  ck_assert_str_eq(search_text(), expected);
  folder_end(&f);
}
END_TEST

START_TEST(search_list_may_be_the_systems_without_its_servers) {
  const stubdns_resolver_options_t options = {
      .flags = STUBDNS_NO_SYSTEM_SERVERS | STUBDNS_SYSTEM_SEARCH};
  folder_begin(&f);
  folder_write(&f, "resolv.conf",
               "nameserver 192.0.2.1\nsearch a b\noptions ndots:3\n");
  folder_open(&f, &options);
  ck_assert_str_eq(search_text(), "3 a. b.");
  ck_assert_uint_eq(stubdns__core_server_count(f.resolver.transport->core), 0);
  folder_end(&f);
}
END_TEST

START_TEST(files_that_are_turned_off_are_not_read) {
  const stubdns_resolver_options_t options = {
      .resolv_conf = "", .hosts = "", .nsswitch = "", .gai_conf = ""};
  const struct stubdns__address_policy *policy;
  const struct stubdns__hosts *hosts;
  const struct stubdns__nsswitch *nsswitch;
  folder_begin(&f);
  folder_open(&f, &options);
  ck_assert_str_eq(folder_server(&f), "127.0.0.1#53");
  ck_assert_int_eq(stubdns__system_hosts(f.resolver.transport, &hosts), 0);
  ck_assert_ptr_null(hosts);
  ck_assert_int_eq(stubdns__system_nsswitch(f.resolver.transport, &nsswitch),
                   0);
  ck_assert_uint_eq(nsswitch->rule_count, 2);
  ck_assert_int_eq(stubdns__system_policy(f.resolver.transport, &policy), 0);
  ck_assert(!policy->lists[STUBDNS__POLICY_LABEL].is_written);
  ck_assert_ptr_null(f.resolver.transport->system.hosts_file.watch.spots);
  ck_assert_ptr_null(f.resolver.transport->system.gai_conf_file.watch.spots);
  folder_end(&f);
}
END_TEST

START_TEST(pipe_keeps_nobody_waiting) {
  const struct stubdns__hosts *hosts;
  folder_begin(&f);
  ck_assert_int_eq(mkfifo(folder_path(&f, "resolv.conf"), 0600), 0);
  ck_assert_int_eq(mkfifo(folder_path(&f, "hosts"), 0600), 0);
  folder_open(&f, NULL);
  ck_assert_str_eq(folder_server(&f), "127.0.0.1#53");
  ck_assert_int_eq(stubdns__system_hosts(f.resolver.transport, &hosts), 0);
  folder_end(&f);
}
END_TEST

/* The names of an address, or the addresses of a name, are looked up elsewhere;
 * here it is what the table holds. */
START_TEST(hosts_are_kept_with_the_indices_of_their_interfaces) {
  const struct stubdns__hosts *hosts;
  stubdns_name_t name;
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "");
  folder_write(&f, "hosts",
               "nonsense x\nfe80::1%lo near alias\nfe80::1%nosuch0 far away\n");
  folder_open(&f, NULL);
  ck_assert_str_eq(f.complaints, ""); /* not read yet */
  ck_assert_int_eq(stubdns__system_hosts(f.resolver.transport, &hosts), 0);
  ck_assert_str_eq(f.complaints, "hosts:1:nonsense ");
  ck_assert_int_eq(stubdns_name_from_text(&name, "alias", 5), 0);
  const struct stubdns__host_name *const found =
      stubdns__hosts_find_name(hosts, &name);
  ck_assert_ptr_nonnull(found);
  ck_assert_uint_ne(found->host->address.scope_id, 0);
  ck_assert_int_eq(stubdns_name_from_text(&name, "away", 4), 0);
  ck_assert_ptr_null(stubdns__hosts_find_name(hosts, &name));
  folder_end(&f);
}
END_TEST

START_TEST(large_hosts_file_is_read_whole) {
  static char text[40 * 5000];
  const struct stubdns__hosts *hosts;
  stubdns_name_t name;
  char *end = text;
  for (int i = 0; i < 5000; i++)
    end += sprintf(end, "10.0.%d.%d host-%d\n", i / 256, i % 256, i);
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "");
  folder_write(&f, "hosts", text);
  folder_open(&f, NULL);
  ck_assert_int_eq(stubdns__system_hosts(f.resolver.transport, &hosts), 0);
  ck_assert_int_eq(stubdns_name_from_text(&name, "host-4999", 9), 0);
  ck_assert_ptr_nonnull(stubdns__hosts_find_name(hosts, &name));
  folder_end(&f);
}
END_TEST

/* Each allocation fails in turn. */
START_TEST(resolver_without_memory_is_not_made) {
  size_t failed_count = 0;
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "nameserver ::1\nsearch a\n");
  do {
    f.memory.calls = 0;
    f.memory.fail_at = ++failed_count;
    const int error = folder_try_open(&f, NULL);
    if (!error) break;
    ck_assert_int_eq(error, STUBDNS_ENOMEM);
    ck_assert_uint_eq(f.memory.blocks, 0);
  } while (failed_count < 100);
  ck_assert_uint_gt(failed_count, 5);
  folder_end(&f);
}
END_TEST

START_TEST(hosts_without_memory_are_read_the_next_time) {
  const struct stubdns__hosts *hosts;
  size_t ahead = 1; /* the first is for the watch, which may be blind */
  int error;
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "");
  folder_write(&f, "hosts", "192.0.2.1 host\n");
  folder_open(&f, NULL);
  do {
    f.memory.fail_at = f.memory.calls + ++ahead;
    error = stubdns__system_hosts(f.resolver.transport, &hosts);
    ck_assert(error == 0 || error == STUBDNS_ENOMEM);
  } while (error || f.memory.calls >= f.memory.fail_at);
  ck_assert_ptr_nonnull(hosts);
  ck_assert_uint_ge(ahead, 4);
  folder_end(&f);
}
END_TEST

static int watching_fails;

int __real_uv_fs_event_start(uv_fs_event_t *handle, uv_fs_event_cb on_event,
                             const char *path, unsigned flags);
int __wrap_uv_fs_event_start(uv_fs_event_t *handle, uv_fs_event_cb on_event,
                             const char *path, unsigned flags);

int __wrap_uv_fs_event_start(uv_fs_event_t *handle, uv_fs_event_cb on_event,
                             const char *path, unsigned flags) {
  if (watching_fails) return UV_ENOSPC;
  return __real_uv_fs_event_start(handle, on_event, path, flags);
}

/* As where the system's watches are used up. */
START_TEST(file_that_cannot_be_watched_is_looked_at_each_time) {
  folder_begin(&f);
  watching_fails = 1;
  folder_write(&f, "resolv.conf", "nameserver 192.0.2.1\n");
  folder_open(&f, NULL);
  ck_assert_str_eq(folder_server(&f), "192.0.2.1#53");
  folder_replace(&f, "resolv.conf", "nameserver 192.0.2.2\n");
  ck_assert_str_eq(folder_server(&f), "192.0.2.2#53");
  watching_fails = 0;
  folder_end(&f);
}
END_TEST

START_TEST(names_of_a_domain_are_asked_of_its_servers) {
  const stubdns_address_t inside = {4, {192, 0, 2, 77}, STUBDNS_PORT, 0};
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "nameserver 192.0.2.1\n");
  folder_open(&f, NULL);
  ck_assert_int_eq(
      stubdns_resolver_add_domain_server(&f.resolver, "test", &inside), 0);
  ck_assert_int_eq(
      stubdns_resolver_add_domain_server(&f.resolver, "a..b", &inside),
      STUBDNS_EEMPTYLABEL);
  ck_assert_str_eq(folder_server(&f), "192.0.2.77#53");
  folder_end(&f);
}
END_TEST

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(rows)[0]))

Suite *test_suite(void) {
  TCase *const cases = tcase_create("system");
  tcase_add_loop_test(
      cases, options_go_before_the_environment_and_that_before_the_file, 0,
      COUNT(rows));
  tcase_add_test(cases,
                 domain_of_the_host_is_searched_where_nothing_is_written);
  tcase_add_test(cases, search_list_may_be_the_systems_without_its_servers);
  tcase_add_test(cases, files_that_are_turned_off_are_not_read);
  tcase_add_test(cases, pipe_keeps_nobody_waiting);
  tcase_add_test(cases, hosts_are_kept_with_the_indices_of_their_interfaces);
  tcase_add_test(cases, large_hosts_file_is_read_whole);
  tcase_add_test(cases, resolver_without_memory_is_not_made);
  tcase_add_test(cases, hosts_without_memory_are_read_the_next_time);
  tcase_add_test(cases, file_that_cannot_be_watched_is_looked_at_each_time);
  tcase_add_test(cases, names_of_a_domain_are_asked_of_its_servers);
  tcase_set_timeout(cases, 60);
  Suite *const suite = suite_create("uv/system");
  suite_add_tcase(suite, cases);
  return suite;
}
