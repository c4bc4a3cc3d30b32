/* Reading dig's layout: the header lines, then sections, each under a line that
 * names it and up to an empty one.  kdig writes the same with semicolons for
 * commas. */
#include "support/printed.h"

#include "stubdns/message.h"
#include "support/fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void squeeze_blanks(char *text) {
  char *to = text;
  for (const char *from = text; *from; from++) {
    if (!isspace((unsigned char)*from))
      *to++ = *from;
    else if (to > text && to[-1] != ' ')
      *to++ = ' ';
  }
  if (to > text && to[-1] == ' ') to--;
  *to = '\0';
}

/* What stands behind `label` in a line, up to one of `ends`; the line is cut
 * there.  NULL where the label is not in it. */
static char *value_of(char *line, const char *label, const char *ends) {
  char *const found = strstr(line, label);
  if (!found) return NULL;
  char *const value = found + strlen(label);
  value[strcspn(value, ends)] = '\0';
  return value;
}

static unsigned number_of(const char *line, const char *label) {
  const char *const found = strstr(line, label);
  return found ? (unsigned)strtoul(found + strlen(label), NULL, 10) : 0;
}

static void read_header(struct printed *printed, char *line) {
  printed->id = number_of(line, " id: ");
  printed->status = value_of(line, " status: ", ",;");
  printed->opcode = value_of(line, " opcode: ", ",;");
}

static unsigned flag_of_word(const char *word) {
  static const struct {
    const char *word;
    unsigned flag;
  } flags[] = {
      {"qr", STUBDNS_FLAG_QR}, {"aa", STUBDNS_FLAG_AA}, {"tc", STUBDNS_FLAG_TC},
      {"rd", STUBDNS_FLAG_RD}, {"ra", STUBDNS_FLAG_RA}, {"ad", STUBDNS_FLAG_AD},
      {"cd", STUBDNS_FLAG_CD},
  };
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (!strcmp(word, flags[i].word)) return flags[i].flag;
  return 0;
}

static void read_flags(struct printed *printed, char *line) {
  printed->counts[0] = number_of(line, " QUERY: ");
  printed->counts[1] = number_of(line, " ANSWER: ");
  printed->counts[2] = number_of(line, " AUTHORITY: ");
  printed->counts[3] = number_of(line, " ADDITIONAL: ");
  char *rest = value_of(line, "lags:", ";");
  for (char *word = strtok_r(rest, " ", &rest); word;
       word = strtok_r(NULL, " ", &rest))
    printed->flags |= flag_of_word(word);
}

/* "; EDNS: version: 0, flags: do; udp: 4096" and kdig's ";; Version: 0; flags:
 * do; UDP size: 4096 B; ext-rcode: NOERROR". */
static void read_edns(struct printed *printed, const char *line) {
  printed->has_edns = 1;
  printed->edns_version = number_of(line, "ersion: ");
  printed->edns_dnssec_ok = strstr(line, " do;") != NULL;
  printed->edns_payload_size =
      number_of(line, " udp: ") + number_of(line, " UDP size: ");
}

/* Where the lines under a heading belong: 0 to 2 a section of records, 3 the
 * question, -1 nowhere. */
static int section_of_heading(const char *line) {
  static const struct {
    const char *heading;
    int section;
  } headings[] = {
      {"ANSWER SECTION:", 0},     {"AUTHORITY SECTION:", 1},
      {"ADDITIONAL SECTION:", 2}, {"TSIG PSEUDOSECTION:", 2},
      {"QUESTION SECTION:", 3},   {"ZONE SECTION:", 3},
  };
  for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
    if (strstr(line, headings[i].heading)) return headings[i].section;
  return -1;
}

static void add_record(struct printed *printed, int section, char *line) {
  const size_t count = printed->section_ends[2];
  if (count == PRINTED_LINES_MAX) fixture_fail(line, "is one record too many");
  squeeze_blanks(line);
  printed->records[count] = line;
  for (int i = section; i < 3; i++)
    printed->section_ends[i] = count + 1;
}

static void read_question(struct printed *printed, char *line) {
  line += strspn(line, "; ");
  squeeze_blanks(line);
  printed->question = line;
}

/* Reads one line under the heading of `section`; gives the section that the
 * next one is in. */
static int read_line(struct printed *printed, char *line, int section) {
  if (strstr(line, "->>HEADER<<-"))
    read_header(printed, line);
  else if (strstr(line, " QUERY: "))
    read_flags(printed, line);
  else if (!strncmp(line, "; EDNS: ", 8) || !strncmp(line, ";; Version: ", 12))
    read_edns(printed, line);
  else if (!strncmp(line, ";; ", 3) && section_of_heading(line) >= 0)
    return section_of_heading(line);
  else if (line[0] == '\0')
    return -1;
  else if (section == 3 && line[0] == ';')
    read_question(printed, line);
  else if (section >= 0 && line[0] != ';')
    add_record(printed, section, line);
  else if (!printed->opcode && line[0] != ';')
    add_record(printed, 0, line); /* of a zone transfer, without headings */
  return section;
}

/* Cuts out what stands under "=== dig FORM". */
static char *cut_form(char *text, const char *form) {
  char heading[64];
  snprintf(heading, sizeof heading, "=== %s\n", form);
  char *const found = strstr(text, heading);
  if (!found) return NULL;
  char *const start = found + strlen(heading);
  char *const end = strstr(start, "\n=== ");
  if (end) end[1] = '\0';
  return start;
}

void printed_read(struct printed *printed, const char *path, const char *form) {
  memset(printed, 0, sizeof *printed);
  const struct octets file = file_read(path);
  printed->text = malloc(file.length + 1);
  if (!printed->text) fixture_fail(path, "does not fit into memory");
  if (file.length) memcpy(printed->text, file.octets, file.length);
  printed->text[file.length] = '\0';
  free(file.octets);
  char *line = form ? cut_form(printed->text, form) : printed->text;
  int section = -1;
  while (line && *line) {
    char *const end = line + strcspn(line, "\n");
    char *const next = *end ? end + 1 : end;
    *end = '\0';
    section = read_line(printed, line, section);
    line = next;
  }
}

void printed_free(struct printed *printed) {
  free(printed->text);
  printed->text = NULL;
}
