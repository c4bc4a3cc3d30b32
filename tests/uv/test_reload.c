/* src/uv/system.c and file_watch.c: files that change are read again, however
 * they change, and nothing else is disturbed. */
#include "folder.h"

#include "support/responder.h"
#include "support/suite.h"
#include "uv/transport.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct folder f;

static int server_is_first(struct folder *folder) {
  return strcmp(folder_server(folder), "192.0.2.1#53") == 0;
}

static int server_is_second(struct folder *folder) {
  return strcmp(folder_server(folder), "192.0.2.2#53") == 0;
}

static int server_is_third(struct folder *folder) {
  return strcmp(folder_server(folder), "192.0.2.3#53") == 0;
}

static const char first[] = "nameserver 192.0.2.1\n";
static const char second[] = "nameserver 192.0.2.2\n";
static const char third[] = "nameserver 192.0.2.3\n";

START_TEST(file_written_in_its_place_is_read_again) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  ck_assert(server_is_first(&f));
  folder_write(&f, "resolv.conf", second);
  folder_wait(&f, server_is_second);
  folder_write(&f, "resolv.conf", third);
  folder_wait(&f, server_is_third);
  folder_end(&f);
}
END_TEST

START_TEST(file_replaced_by_another_is_read_again) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  folder_replace(&f, "resolv.conf", second);
  folder_wait(&f, server_is_second);
  folder_replace(&f, "resolv.conf", third);
  folder_wait(&f, server_is_third);
  folder_end(&f);
}
END_TEST

START_TEST(file_that_is_gone_changes_nothing_until_it_is_back) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  ck_assert(server_is_first(&f));
  folder_remove(&f, "resolv.conf");
  uv_run(&f.loop, UV_RUN_NOWAIT);
  ck_assert(server_is_first(&f));
  folder_write(&f, "resolv.conf", second);
  folder_wait(&f, server_is_second);
  folder_end(&f);
}
END_TEST

START_TEST(link_that_moves_is_followed) {
  folder_begin(&f);
  folder_make(&f, "one");
  folder_make(&f, "two");
  folder_write(&f, "one/conf", first);
  folder_write(&f, "two/conf", second);
  folder_link(&f, "resolv.conf", "one/conf");
  folder_open(&f, NULL);
  ck_assert(server_is_first(&f));
  folder_link(&f, "resolv.conf", folder_path(&f, "two/conf"));
  folder_wait(&f, server_is_second);
  /* What the link leads to now is watched. */
  folder_write(&f, "two/conf", third);
  folder_wait(&f, server_is_third);
  folder_end(&f);
}
END_TEST

START_TEST(file_that_a_link_leads_to_is_watched) {
  folder_begin(&f);
  folder_make(&f, "one");
  folder_write(&f, "one/conf", first);
  folder_link(&f, "middle", "./one//conf");
  folder_link(&f, "resolv.conf", "one/../middle");
  folder_open(&f, NULL);
  ck_assert(server_is_first(&f));
  folder_replace(&f, "one/conf", second);
  folder_wait(&f, server_is_second);
  folder_link(&f, "middle", "third");
  folder_write(&f, "third", third);
  folder_wait(&f, server_is_third);
  folder_end(&f);
}
END_TEST

/* As container systems do: the file's folder is a link, and moves. */
START_TEST(folder_that_is_a_link_and_moves_is_followed) {
  folder_begin(&f);
  folder_make(&f, "one");
  folder_make(&f, "two");
  folder_write(&f, "one/conf", first);
  folder_write(&f, "two/conf", second);
  folder_link(&f, "data", "one");
  folder_link(&f, "resolv.conf", "data/conf");
  folder_open(&f, NULL);
  ck_assert(server_is_first(&f));
  folder_link(&f, "data", "two");
  folder_wait(&f, server_is_second);
  folder_end(&f);
}
END_TEST

START_TEST(links_in_a_circle_are_left_alone) {
  folder_begin(&f);
  folder_link(&f, "resolv.conf", "other");
  folder_link(&f, "other", "resolv.conf");
  ck_assert_int_eq(folder_try_open(&f, NULL), UV_ELOOP);
  folder_link(&f, "other", "conf");
  folder_write(&f, "conf", first);
  folder_open(&f, NULL);
  folder_link(&f, "other", "resolv.conf");
  uv_run(&f.loop, UV_RUN_NOWAIT);
  ck_assert(server_is_first(&f));
  folder_link(&f, "other", "conf2");
  folder_write(&f, "conf2", second);
  folder_wait(&f, server_is_second);
  folder_end(&f);
}
END_TEST

START_TEST(path_may_begin_at_the_working_folder) {
  char before[FOLDER_PATH_SIZE];
  const stubdns_resolver_options_t options = {.resolv_conf = "resolv.conf"};
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  ck_assert_ptr_nonnull(getcwd(before, sizeof before));
  ck_assert_int_eq(chdir(f.path), 0);
  folder_open(&f, &options);
  folder_replace(&f, "resolv.conf", second);
  folder_wait(&f, server_is_second);
  ck_assert_int_eq(chdir(before), 0);
  folder_end(&f);
}
END_TEST

START_TEST(servers_that_were_added_stay_behind_those_of_the_file) {
  const stubdns_address_t added = {4, {192, 0, 2, 99}, STUBDNS_PORT, 0};
  stubdns_server_info_t info;
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  ck_assert_int_eq(stubdns_resolver_add_server(&f.resolver, &added), 0);
  folder_write(&f, "resolv.conf", "nameserver 192.0.2.2\nnameserver ::1\n");
  folder_wait(&f, server_is_second);
  const struct stubdns__core *const core = f.resolver.transport->core;
  ck_assert_uint_eq(stubdns__core_server_count(core), 3);
  stubdns__core_server_info(core, 2, &info);
  ck_assert(stubdns_address_equal(&info.address, &added));
  folder_end(&f);
}
END_TEST

/* The answer comes from the server that the lookup began with, when that is no
 * longer the resolver's. */
START_TEST(lookups_under_way_are_not_disturbed) {
  static const struct turn late = {{{PACKET_ANSWER, 300}}};
  static struct responder responder;
  char text[64];
  folder_begin(&f);
  responder_open(&responder, &f.loop, &late, 1);
  sprintf(text, "nameserver 127.0.0.1:%u\n", responder.address.port);
  folder_write(&f, "resolv.conf", text);
  const stubdns_resolver_options_t options = {.sends_per_server = 1,
                                              .deadline_ms = 60000};
  folder_open(&f, &options);
  struct result result;
  memset(&result, 0, sizeof result);
  ck_assert_int_eq(stubdns_lookup(&f.resolver, &result.lookup,
                                  "www.example.test", STUBDNS_TYPE_A, NULL,
                                  result_keep),
                   0);
  folder_write(&f, "resolv.conf", second);
  folder_wait(&f, server_is_second);
  while (!result.callback_count)
    uv_run(&f.loop, UV_RUN_ONCE);
  assert_true_answer(&result);
  ck_assert_uint_eq(result.answer.server.port, responder.address.port);
  responder_close(&responder);
  folder_end(&f);
}
END_TEST

START_TEST(watching_does_not_keep_the_loop_alive) {
  const struct stubdns__hosts *hosts;
  const struct stubdns__nsswitch *nsswitch;
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  stubdns__system_hosts(f.resolver.transport, &hosts);
  stubdns__system_nsswitch(f.resolver.transport, &nsswitch);
  ck_assert_ptr_nonnull(f.resolver.transport->system.hosts_file.watch.spots);
  ck_assert_int_eq(uv_loop_alive(&f.loop), 0);
  ck_assert_int_eq(uv_run(&f.loop, UV_RUN_DEFAULT), 0);
  folder_end(&f);
}
END_TEST

/* Another resolver, which reads again, shows that it could be noticed. */
START_TEST(file_is_not_read_again_where_that_is_turned_off) {
  static const char *const texts[] = {
      "nameserver 192.0.2.1\noptions no-reload\n", first};
  static const char *const words[] = {NULL, "no-reload"};
  stubdns_resolver_t still;
  stubdns_server_info_t info;
  folder_begin(&f);
  folder_write(&f, "resolv.conf", texts[_i]);
  const stubdns_resolver_options_t options = {
      .resolv_conf = folder_path(&f, "resolv.conf"),
      .resolv_options = words[_i]};
  ck_assert_int_eq(stubdns_resolver_init(&f.loop, &still, &options), 0);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  folder_write(&f, "resolv.conf", second);
  folder_wait(&f, server_is_second);
  stubdns__system_refresh(still.transport);
  stubdns__core_server_info(still.transport->core, 0, &info);
  ck_assert_uint_eq(info.address.octets[3], 1);
  stubdns_resolver_close(&still, NULL);
  folder_end(&f);
}
END_TEST

static size_t line_count(struct folder *folder) {
  const struct stubdns__hosts *hosts;
  stubdns_name_t name;
  size_t count = 0;
  ck_assert_int_eq(stubdns_name_from_text(&name, "host", 4), 0);
  ck_assert_int_eq(stubdns__system_hosts(folder->resolver.transport, &hosts),
                   0);
  for (const struct stubdns__host_name *found =
           stubdns__hosts_find_name(hosts, &name);
       found; found = found->same)
    count++;
  return count;
}

static int has_one_line(struct folder *folder) {
  return line_count(folder) == 1;
}

static int has_two_lines(struct folder *folder) {
  return line_count(folder) == 2;
}

static int has_no_line(struct folder *folder) {
  return line_count(folder) == 0;
}

START_TEST(hosts_are_read_when_they_come_change_and_go) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "");
  folder_open(&f, NULL);
  ck_assert(has_no_line(&f));
  folder_write(&f, "hosts", "192.0.2.1 host\n");
  folder_wait(&f, has_one_line);
  folder_replace(&f, "hosts", "192.0.2.1 host\n::1 host\n");
  folder_wait(&f, has_two_lines);
  folder_remove(&f, "hosts");
  folder_wait(&f, has_no_line);
  folder_end(&f);
}
END_TEST

START_TEST(file_in_a_folder_that_is_not_there_is_waited_for) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "");
  const stubdns_resolver_options_t options = {
      .hosts = folder_path(&f, "etc/more/hosts")};
  folder_open(&f, &options);
  ck_assert(has_no_line(&f));
  folder_make(&f, "etc");
  uv_run(&f.loop, UV_RUN_NOWAIT);
  ck_assert(has_no_line(&f));
  folder_make(&f, "etc/more");
  folder_write(&f, "etc/more/hosts", "192.0.2.1 host\n");
  folder_wait(&f, has_one_line);
  folder_end(&f);
}
END_TEST

static int has_dns_alone(struct folder *folder) {
  const struct stubdns__nsswitch *nsswitch;
  ck_assert_int_eq(
      stubdns__system_nsswitch(folder->resolver.transport, &nsswitch), 0);
  return nsswitch->rule_count == 1 &&
         nsswitch->rules[0].source == STUBDNS__SOURCE_DNS;
}

START_TEST(nsswitch_is_read_when_it_changes) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "");
  folder_write(&f, "nsswitch.conf", "hosts: files dns\n");
  folder_open(&f, NULL);
  ck_assert(!has_dns_alone(&f));
  folder_replace(&f, "nsswitch.conf", "hosts: dns\n");
  folder_wait(&f, has_dns_alone);
  folder_end(&f);
}
END_TEST

/* The precedence of 2001:db8::1. */
static uint32_t precedence(struct folder *folder) {
  static const uint8_t octets[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
  const struct stubdns__address_policy *policy;
  ck_assert_int_eq(stubdns__system_policy(folder->resolver.transport, &policy),
                   0);
  return stubdns__address_policy_value(policy, STUBDNS__POLICY_PRECEDENCE,
                                       octets);
}

static int has_seven(struct folder *folder) {
  return precedence(folder) == 7;
}

static int has_default(struct folder *folder) {
  return precedence(folder) == 40;
}

START_TEST(gai_conf_is_read_when_it_comes_changes_and_goes) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", "");
  folder_open(&f, NULL);
  ck_assert(has_default(&f));
  folder_write(&f, "gai.conf",
               "precedence 2001:db8::/32 7\nlabels\nscopev4 ::/0 1\n");
  folder_wait(&f, has_seven);
  ck_assert_str_eq(f.complaints, "gai.conf:2:labels gai.conf:3:::/0 ");
  folder_replace(&f, "gai.conf", "precedence 2001:db8:1::/48 9\n");
  folder_wait(&f, has_default);
  folder_replace(&f, "gai.conf", "precedence 2001:db8::/33 7\n");
  folder_wait(&f, has_seven);
  ck_assert_int_eq(unlink(folder_path(&f, "gai.conf")), 0);
  folder_wait(&f, has_default);
  folder_end(&f);
}
END_TEST

static int has_noticed(struct folder *folder) {
  const struct stubdns__file_watch *const watch =
      &folder->resolver.transport->system.resolv_conf.watch;
  return watch->may_have_changed || watch->is_blind;
}

/* The loop may be left alone between lookups: then nothing is heard. */
START_TEST(change_that_was_not_heard_is_seen_a_while_later) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  ck_assert(server_is_first(&f));
  struct stubdns__system_file *const file =
      &f.resolver.transport->system.resolv_conf;
  stubdns__file_watch_stop(&file->watch);
  folder_write(&f, "resolv.conf", second);
  file->watch.may_have_changed = 0;
  file->looked_us -= 1000000;
  ck_assert(server_is_second(&f));
  folder_end(&f);
}
END_TEST

/* Each allocation fails in turn while the file is read again: the old values
 * stay, and the new ones come with the next lookup. */
START_TEST(reading_again_without_memory_is_made_up_for_later) {
  folder_begin(&f);
  folder_write(&f, "resolv.conf", first);
  folder_open(&f, NULL);
  size_t failed_count = 0;
  for (size_t ahead = 1; failed_count + 1 >= ahead; ahead++) {
    folder_replace(&f, "resolv.conf", ahead % 2 ? second : first);
    folder_wait(&f, has_noticed);
    f.memory.fail_at = f.memory.calls + ahead;
    stubdns__system_refresh(f.resolver.transport);
    failed_count += f.memory.calls >= f.memory.fail_at;
    f.memory.fail_at = 0;
    folder_wait(&f, ahead % 2 ? server_is_second : server_is_first);
  }
  ck_assert_uint_ge(failed_count, 3); /* text, search list, servers */
  folder_end(&f);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("reload");
  tcase_add_test(cases, file_written_in_its_place_is_read_again);
  tcase_add_test(cases, file_replaced_by_another_is_read_again);
  tcase_add_test(cases, file_that_is_gone_changes_nothing_until_it_is_back);
  tcase_add_test(cases, link_that_moves_is_followed);
  tcase_add_test(cases, file_that_a_link_leads_to_is_watched);
  tcase_add_test(cases, folder_that_is_a_link_and_moves_is_followed);
  tcase_add_test(cases, links_in_a_circle_are_left_alone);
  tcase_add_test(cases, path_may_begin_at_the_working_folder);
  tcase_add_test(cases, servers_that_were_added_stay_behind_those_of_the_file);
  tcase_add_test(cases, lookups_under_way_are_not_disturbed);
  tcase_add_test(cases, watching_does_not_keep_the_loop_alive);
  tcase_add_loop_test(cases, file_is_not_read_again_where_that_is_turned_off, 0,
                      2);
  tcase_add_test(cases, hosts_are_read_when_they_come_change_and_go);
  tcase_add_test(cases, file_in_a_folder_that_is_not_there_is_waited_for);
  tcase_add_test(cases, nsswitch_is_read_when_it_changes);
  tcase_add_test(cases, gai_conf_is_read_when_it_comes_changes_and_goes);
  tcase_add_test(cases, change_that_was_not_heard_is_seen_a_while_later);
  tcase_add_test(cases, reading_again_without_memory_is_made_up_for_later);
  tcase_set_timeout(cases, 60);
  Suite *const suite = suite_create("uv/reload");
  suite_add_tcase(suite, cases);
  return suite;
}
