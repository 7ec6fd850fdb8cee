/* chip_test.c - chip files: what a line means, what is refused and where, inheritance, the stable hash, the folder. Needs a writable /tmp. */
#define _GNU_SOURCE
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/chip.h"

static char folder[64]; /* the chip folder of one test */

static void make_folder(void)
{
    strcpy(folder, "/tmp/trine-chip-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(setenv("TRINE_CHIPS", folder, 1), 0);
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static void write_chip(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s.chip", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fputs(text, file) < 0, 0);
    ck_assert_int_eq(fclose(file), 0);
}

static tri_chip *parse(const char *text)
{
    tri_chip *chip;
    tri_status *status = tri_chip_parse(text, strlen(text), "test.chip", &chip);
    if (status) tri_status_print(status, text, stderr);
    ck_assert_ptr_null(status);
    return chip;
}

static tri_chip *load(const char *name)
{
    tri_chip *chip;
    tri_status *status = tri_chip_load(name, &chip);
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_ptr_null(status);
    return chip;
}

/* `text` is refused at line:column with a message that holds `part`. */
static void refused(const char *text, int line, int column, const char *part)
{
    tri_chip *chip = (tri_chip *)&chip;
    tri_status *status = tri_chip_parse(text, strlen(text), "test.chip", &chip);
    ck_assert_msg(status != NULL, "accepted: %s", text);
    ck_assert_ptr_null(chip);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    tri_loc loc = tri_status_loc(status);
    ck_assert_str_eq(loc.file, "test.chip");
    ck_assert_msg(loc.line == line && loc.column == column, "%s: at %d:%d, expected %d:%d", text, loc.line, loc.column, line, column);
    ck_assert_msg(strstr(tri_status_message(status), part) != NULL, "'%s' does not say '%s'", tri_status_message(status), part);
    tri_status_free(status);
}

START_TEST(a_line_gives_value_unit_tag_and_source)
{
    tri_chip *chip = parse("# a chip\n\n  hbm_bandwidth = 4.8 TB/s [V] \"a datasheet\"  # fast\nfamily=ptx\n");
    ck_assert_str_eq(chip->name, "test");
    ck_assert_uint_eq(chip->n, 2);
    const tri_chip_value *value = tri_chip_find(chip, "hbm_bandwidth");
    ck_assert_str_eq(value->text, "4.8");
    ck_assert_str_eq(value->unit, "TB/s");
    ck_assert(value->number == 4.8e12);
    ck_assert_int_eq(value->tag, 'V');
    ck_assert_str_eq(value->source, "a datasheet");
    ck_assert_str_eq(value->file, "test.chip");
    ck_assert_int_eq(value->line, 3);
    value = tri_chip_find(chip, "family");
    ck_assert_str_eq(value->text, "ptx");
    ck_assert_str_eq(value->unit, "");
    ck_assert(isnan(value->number));
    ck_assert_int_eq(value->tag, 0);
    ck_assert_ptr_null(tri_chip_find(chip, "famil"));
    tri_chip_free(chip);
}
END_TEST

START_TEST(units_scale_to_base_units_exactly)
{
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        {"7 B", 7}, {"1.5 KiB", 1536}, {"40 MiB", 41943040}, {"80 GiB", 85899345920}, {"2 TiB", 2199023255552}, {"3 KB", 3e3}, {"3 MB", 3e6},
        {"141 GB", 141e9}, {"1 TB", 1e12}, {"9 B/s", 9}, {"1 KB/s", 1e3}, {"1 MB/s", 1e6}, {"900 GB/s", 9e11}, {"3.35 TB/s", 3.35e12},
        {"128 B/ns", 128e9}, {"64 B/cycle", 64}, {"5 Hz", 5}, {"5 kHz", 5e3}, {"1410 MHz", 1.41e9}, {"1.98 GHz", 1.98e9}, {"2 s", 2},
        {"2 ms", 2e-3}, {"1.6 us", 1.6e-6}, {"830 ns", 830e-9}, {"12 cycles", 12}, {"1 FLOP/s", 1}, {"1 GFLOP/s", 1e9}, {"989.4 TFLOP/s", 989.4e12},
        {"2.5 PFLOP/s", 2.5e15}, {"624 TOP/s", 624e12}, {"700 W", 700}, {"3.5 USD/h", 3.5}, {"90 %", 0.9}, {"-12", -12}, {"+4", 4}, {"1e3", 1000},
        {"1.25E-2", 0.0125}, {"0", 0}, {"0.000", 0}, {"2000000000000000000", 2e18}, {"100.10", 100.1}, {"1002.003", 1002.003}, {".5", 0.5},
        {"123456789012345", 123456789012345.0}, {"0.1", 0.1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        snprintf(text, sizeof text, "k = %s [E]", cases[i].text);
        tri_chip *chip = parse(text);
        ck_assert_msg(chip->values[0].number == cases[i].number, "%s is %.17g", text, chip->values[0].number);
        tri_chip_free(chip);
    }
}
END_TEST

START_TEST(bad_lines_are_refused_where_they_are_bad)
{
    refused("a = 1 [V]\n= 2 [V]\n", 2, 1, "a key begins with a letter");
    refused("1a = 2 [V]", 1, 1, "a key begins with a letter");
    refused("a 2 [V]", 1, 3, "'=' is needed, here is '2'");
    refused("a", 1, 2, "the end of the line");
    refused("a = ", 1, 5, "needs a value");
    refused("a = 2", 1, 6, "has no tag");
    refused("a = 2 \"only a source\"", 1, 7, "has no tag");
    refused("a = 4.8TB/s [V]", 1, 10, "a space stands before a unit");
    refused("a = 2 parsec [V]", 1, 7, "'parsec' is no unit");
    refused("a = 2 [X]", 1, 7, "a tag is one of");
    refused("a = 2 [V", 1, 7, "a tag is one of");
    refused("a = 2 [V] \"open\nb = 1 [V]", 1, 11, "no closing quote");
    refused("a = 2 [V] \"x\ty\"", 1, 13, "control");
    refused("a = 2 [V] junk", 1, 11, "'j' stands where the line should end");
    refused("a = bf16, f32", 1, 11, "is a word, which has no unit");
    refused("a = x/y", 1, 6, "may not stand in a value");
    refused("a = 1234567890123456 [V]", 1, 5, "at most 15 digits");
    refused("a = 1e23 [V]", 1, 5, "between 1e-22 and 1e22");
    refused("a = 1e99999999999999999999 [V]", 1, 5, "between 1e-22 and 1e22");
    refused("a = 1e20 TB [V]", 1, 5, "between 1e-22 and 1e22");
    refused("inherits = a/b", 1, 13, "may not stand in a value");
    refused("inherits = .a", 1, 12, "takes the name of a chip");
    refused("inherits = a\ninherits = b", 2, 1, "line 1 said so already");
    refused("a = 1 B [V]\na = 1 B/s [V]", 2, 5, "changes its kind of unit");
    refused("\xef\xbb\xbf" "a = 1 [V]", 1, 1, "byte 0xef");
}
END_TEST

START_TEST(several_errors_travel_together)
{
    tri_chip *chip;
    const char *text = "a\nb = 1 [V]\nc = 2\n";
    tri_status *status = tri_chip_parse(text, strlen(text), "test.chip", &chip);
    ck_assert_int_eq(tri_status_count(status), 2);
    ck_assert_int_eq(tri_status_loc(tri_status_next(status)).line, 3);
    tri_status_free(status);
}
END_TEST

START_TEST(sizes_are_limited)
{
    static char text[(1 << 20) + 2];
    tri_chip *chip;
    memset(text, '#', sizeof text);
    for (size_t i = 100; i < sizeof text; i += 100) text[i] = '\n';
    ck_assert_ptr_null(tri_chip_parse(text, 1 << 20, "test.chip", &chip));
    tri_chip_free(chip);
    tri_status *status = tri_chip_parse(text, (1 << 20) + 1, "test.chip", &chip);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "too many for a chip file"));
    tri_status_free(status);

    memset(text, '#', 5000);
    text[4097] = 0;
    refused(text, 1, 1, "a line of 4097 bytes");
    text[4096] = 0;
    tri_chip_free(parse(text));

    char *at = text;
    for (int i = 0; i < 4096; i++) at += sprintf(at, "k%d = 1 [E]\n", i);
    chip = parse(text);
    ck_assert_uint_eq(chip->n, 4096);
    tri_chip_free(chip);
    sprintf(at, "more = 1 [E]\n");
    refused(text, 4097, 1, "more than 4096 values");

    memset(text, 'k', 65);
    strcpy(text + 65, " = 1 [E]");
    refused(text, 1, 1, "a key of 65 bytes");
}
END_TEST

START_TEST(any_line_end_will_do_and_zero_bytes_are_refused)
{
    tri_chip *chip = parse("a = 1 [V]\r\nb = w\r\n");
    ck_assert_uint_eq(chip->n, 2);
    ck_assert_str_eq(tri_chip_word(chip, "b", ""), "w");
    tri_chip_free(chip);
    static const char with_zero[] = "a = 1\0 [V]\n";
    tri_status *status = tri_chip_parse(with_zero, sizeof with_zero - 1, "test.chip", &chip);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "byte 0x00"));
    tri_status_free(status);
    ck_assert_ptr_null(tri_chip_parse(NULL, 0, "empty.chip", &chip));
    ck_assert_uint_eq(chip->n, 0);
    ck_assert_ptr_null(tri_chip_find(chip, "a"));
    tri_chip_free(chip);
}
END_TEST

START_TEST(values_are_sorted_and_the_last_line_wins)
{
    tri_chip *chip = parse("zeta = 1 [E]\nalpha = 2 [E]\nzeta = 3 [M]\nbeta = 4 [E]\nzeta = 5 [D]\n");
    ck_assert_uint_eq(chip->n, 3);
    ck_assert_str_eq(chip->values[0].key, "alpha");
    ck_assert_str_eq(chip->values[1].key, "beta");
    ck_assert_str_eq(chip->values[2].key, "zeta");
    ck_assert(chip->values[2].number == 5);
    ck_assert_int_eq(chip->values[2].tag, 'D');
    tri_chip_free(chip);
}
END_TEST

START_TEST(a_file_replaces_what_it_inherits)
{
    make_folder();
    write_chip("root", "a = 1 [V]\nb = 2 [V]\nc = 3 [V]\n");
    write_chip("middle", "b = 20 [V]\nc = 30 [V]\ninherits = root\n");
    write_chip("leaf", "c = 300 [V]\ninherits = middle\n");
    tri_chip *chip = load("leaf");
    ck_assert_str_eq(chip->name, "leaf");
    ck_assert_uint_eq(chip->n, 3);
    ck_assert(tri_chip_number(chip, "a", 0) == 1);
    ck_assert(tri_chip_number(chip, "b", 0) == 20);
    ck_assert(tri_chip_number(chip, "c", 0) == 300);
    ck_assert_ptr_nonnull(strstr(tri_chip_find(chip, "b")->file, "/middle.chip"));
    ck_assert_int_eq(tri_chip_find(chip, "b")->line, 1);
    tri_chip_free(chip);
    chip = parse("inherits = middle\na = 7 [E]\n"); /* a text, as an artifact embeds it */
    ck_assert(tri_chip_number(chip, "a", 0) == 7);
    ck_assert(tri_chip_number(chip, "c", 0) == 30);
    tri_chip_free(chip);
    remove_folder();
}
END_TEST

START_TEST(a_parent_beside_the_file_comes_before_the_folder)
{
    char path[128];
    make_folder();
    write_chip("base", "a = 1 [V]\n");
    snprintf(path, sizeof path, "%s/mine", folder);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    write_chip("mine/new", "inherits = base\n");
    snprintf(path, sizeof path, "%s/mine/new.chip", folder);
    tri_chip *chip = load(path);
    ck_assert_str_eq(chip->name, "new");
    ck_assert(tri_chip_number(chip, "a", 0) == 1);
    tri_chip_free(chip);
    write_chip("mine/base", "a = 2 [V]\n");
    chip = load(path);
    ck_assert(tri_chip_number(chip, "a", 0) == 2);
    tri_chip_free(chip);
    remove_folder();
}
END_TEST

static void load_refused(const char *name, tri_code code, const char *part)
{
    tri_chip *chip;
    tri_status *status = tri_chip_load(name, &chip);
    ck_assert_msg(status != NULL, "%s was accepted", name);
    ck_assert_ptr_null(chip);
    ck_assert_int_eq(tri_status_code(status), code);
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    tri_status_print(status, NULL, out);
    fclose(out);
    ck_assert_msg(strstr(text, part) != NULL, "'%s' does not say '%s'", text, part);
    free(text);
    tri_status_free(status);
}

START_TEST(inheritance_ends)
{
    make_folder();
    write_chip("self", "inherits = self\n");
    load_refused("self", TRI_INVALID, "may not inherit from itself");
    write_chip("one", "inherits = two\n");
    write_chip("two", "inherits = three\n");
    write_chip("three", "\ninherits = one\n");
    load_refused("one", TRI_INVALID, "three.chip:2:12: ");
    for (int i = 0; i < 10; i++) {
        char name[16], text[32];
        snprintf(name, sizeof name, "d%d", i);
        snprintf(text, sizeof text, "inherits = d%d\n", i + 1);
        write_chip(name, text);
    }
    write_chip("d10", "a = 1 [E]\n");
    tri_chip_free(load("d2")); /* eight ancestors */
    load_refused("d1", TRI_INVALID, "more than 8 files");
    remove_folder();
}
END_TEST

START_TEST(unknown_names_come_with_advice)
{
    make_folder();
    write_chip("h100", "a = 1 [E]\n");
    write_chip("mi300x", "a = 1 [E]\n");
    write_chip("child", "inherits = h10\n");
    load_refused("h10", TRI_USAGE, "did you mean 'h100'?");
    load_refused("H200", TRI_USAGE, "child, h100, mi300x");
    load_refused("child", TRI_INVALID, "child.chip:1:12: ");
    load_refused("no such", TRI_USAGE, "no name of a chip");
    load_refused("", TRI_USAGE, "no name of a chip");
    load_refused("/nowhere/x.chip", TRI_INVALID, "/nowhere/x.chip");
    load_refused("/dev/zero", TRI_INVALID, "regular file");
    load_refused("/tmp/", TRI_INVALID, "directory");
    remove_folder();
    load_refused("h100", TRI_USAGE, "TRINE_CHIPS"); /* the folder is gone */
}
END_TEST

START_TEST(names_are_listed_sorted)
{
    make_folder();
    write_chip("zebra", "");
    write_chip("ant", "");
    write_chip("notes.txt", ""); /* notes.txt.chip: a name may hold dots */
    char path[128];
    snprintf(path, sizeof path, "%s/README.md", folder);
    fclose(fopen(path, "w"));
    char **names;
    size_t n;
    ck_assert_ptr_null(tri_chip_names(&names, &n));
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(names[0], "ant");
    ck_assert_str_eq(names[1], "notes.txt");
    ck_assert_str_eq(names[2], "zebra");
    for (size_t i = 0; i < n; i++) free(names[i]);
    free(names);
    remove_folder();
}
END_TEST

START_TEST(the_hash_is_of_keys_and_values_only)
{
    make_folder();
    write_chip("parent", "b = 3350 GB/s [V] \"x\"\nc = w\n");
    static const char *const same[] = {
        "a = 2 KiB [V] \"s\"\nb = 3.35 TB/s [V]\nc = w\n",
        "# comment\nc = w [R] \"other\"\nb = 3.350 TB/s [M] \"t\"\na = 2048 B [E]\n",
        "inherits = parent\na = 2.0 KiB [V]\n",
        "a = 5 B [V]\ninherits = parent\na = 2.048 KB [V]\n",
    };
    static const char *const other[] = {
        "a = 2 KiB [V]\nb = 3.35 TB/s [V]\nc = v\n", "a = 2 KiB [V]\nb = 3.36 TB/s [V]\nc = w\n", "a = 2 KiB [V]\nb = 3.35 TB/s [V]\nd = w\n",
        "a = 2 KiB [V]\nb = 3.35 TB/s [V]\n",        "a = 2048 [V]\nb = 3.35 TB/s [V]\nc = w\n",
    };
    tri_chip *first = parse(same[0]);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        tri_chip *chip = parse(same[i]);
        ck_assert_msg(chip->hash == first->hash, "the hash depends on how it is written: %s", same[i]);
        tri_chip_free(chip);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        tri_chip *chip = parse(other[i]);
        ck_assert_msg(chip->hash != first->hash, "the hash does not see: %s", other[i]);
        tri_chip_free(chip);
    }
    tri_chip_free(first);
    remove_folder();
}
END_TEST

START_TEST(what_is_printed_parses_back)
{
    make_folder();
    write_chip("parent", "b = 3350 GB/s [V] \"x, (1) \xc3\xa9\"\nc = w,v [R] \"why\"\n");
    tri_chip *chip = parse("inherits = parent\na = -1.50e2 % [C]\nlist = 1,2,3\n");
    char *text = tri_chip_print(chip);
    tri_chip *again = parse(text);
    ck_assert_uint_eq(again->n, chip->n);
    ck_assert_uint_eq(again->hash, chip->hash);
    for (size_t i = 0; i < chip->n; i++) {
        ck_assert_str_eq(again->values[i].key, chip->values[i].key);
        ck_assert_str_eq(again->values[i].text, chip->values[i].text);
        ck_assert_str_eq(again->values[i].unit, chip->values[i].unit);
        ck_assert_str_eq(again->values[i].source, chip->values[i].source);
        ck_assert_int_eq(again->values[i].tag, chip->values[i].tag);
    }
    ck_assert_ptr_null(strstr(text, "inherits ="));
    free(text);
    tri_chip_free(again);
    tri_chip_free(chip);
    remove_folder();
}
END_TEST

START_TEST(questions_have_answers_for_what_is_missing)
{
    tri_chip *chip = parse("units = 132 [V]\nratio = 2.6 [E]\nfamily = ptx\ndtypes = bf16,f32,f8E4M3FN\nbig = 1e22 [E]\n");
    ck_assert(tri_chip_number(chip, "units", 1) == 132);
    ck_assert(tri_chip_number(chip, "none", 1.5) == 1.5);
    ck_assert(tri_chip_number(chip, "family", 2) == 2);
    ck_assert_int_eq(tri_chip_integer(chip, "units", 1), 132);
    ck_assert_int_eq(tri_chip_integer(chip, "ratio", 1), 3);
    ck_assert_int_eq(tri_chip_integer(chip, "none", -7), -7);
    ck_assert_int_eq(tri_chip_integer(chip, "family", -7), -7);
    ck_assert_int_eq(tri_chip_integer(chip, "big", -7), -7);
    ck_assert_str_eq(tri_chip_word(chip, "family", "x"), "ptx");
    ck_assert_str_eq(tri_chip_word(chip, "none", "x"), "x");
    ck_assert(tri_chip_lists(chip, "dtypes", "bf16"));
    ck_assert(tri_chip_lists(chip, "dtypes", "f32"));
    ck_assert(tri_chip_lists(chip, "dtypes", "f8E4M3FN"));
    ck_assert(!tri_chip_lists(chip, "dtypes", "f8E4M3"));
    ck_assert(!tri_chip_lists(chip, "dtypes", "f16"));
    ck_assert(!tri_chip_lists(chip, "dtypes", ""));
    ck_assert(!tri_chip_lists(chip, "none", "bf16"));
    double number = 0;
    ck_assert_ptr_null(tri_chip_require(chip, "units", &number));
    ck_assert(number == 132);
    tri_status *status = tri_chip_require(chip, "clock", &number);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "'test' says nothing of 'clock'"));
    tri_status_free(status);
    status = tri_chip_require(chip, "family", &number);
    ck_assert_int_eq(tri_status_loc(status).line, 3);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "not the word 'ptx'"));
    tri_status_free(status);
    tri_chip_free(chip);
    tri_chip_free(NULL);
}
END_TEST

/* The files that come with Trine: every one loads, prints and parses back. What a usable chip must say, it says. */
START_TEST(the_chips_in_the_source_folder_are_whole)
{
    static const char *const gpus[] = {"a100", "h100", "h200", "b200", "mi250x", "mi300x", "mi355x"};
    static const char *const needed[] = {"units", "wave", "threads_block_max", "registers_unit", "registers_thread_max", "shared_bytes_unit",
                                         "shared_bytes_block", "clock", "hbm_bytes", "hbm_bandwidth", "l2_bytes", "peak_bf16", "peak_f16",
                                         "peak_f32", "launch_latency", "power"};
    unsetenv("TRINE_CHIPS");
    char **names;
    size_t n;
    ck_assert_ptr_null(tri_chip_names(&names, &n));
    ck_assert_uint_ge(n, 13);
    for (size_t i = 0; i < n; i++) {
        tri_chip *chip = load(names[i]);
        char *text = tri_chip_print(chip);
        tri_chip *again = parse(text);
        ck_assert_uint_eq(again->hash, chip->hash);
        free(text);
        tri_chip_free(again);
        tri_chip_free(chip);
        free(names[i]);
    }
    free(names);
    for (size_t i = 0; i < sizeof gpus / sizeof *gpus; i++) {
        tri_chip *chip = load(gpus[i]);
        for (size_t k = 0; k < sizeof needed / sizeof *needed; k++) {
            double number = 0;
            tri_status *status = tri_chip_require(chip, needed[k], &number);
            if (status) tri_status_print(status, NULL, stderr);
            ck_assert_ptr_null(status);
            ck_assert_msg(number > 0, "%s: %s is %g", gpus[i], needed[k], number);
        }
        ck_assert(tri_chip_lists(chip, "dtypes", "bf16") && tri_chip_lists(chip, "mma_dtypes", "bf16"));
        tri_chip_free(chip);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chip");
    TCase *cases = tcase_create("chip");
    tcase_add_test(cases, a_line_gives_value_unit_tag_and_source);
    tcase_add_test(cases, units_scale_to_base_units_exactly);
    tcase_add_test(cases, bad_lines_are_refused_where_they_are_bad);
    tcase_add_test(cases, several_errors_travel_together);
    tcase_add_test(cases, sizes_are_limited);
    tcase_add_test(cases, any_line_end_will_do_and_zero_bytes_are_refused);
    tcase_add_test(cases, values_are_sorted_and_the_last_line_wins);
    tcase_add_test(cases, a_file_replaces_what_it_inherits);
    tcase_add_test(cases, a_parent_beside_the_file_comes_before_the_folder);
    tcase_add_test(cases, inheritance_ends);
    tcase_add_test(cases, unknown_names_come_with_advice);
    tcase_add_test(cases, names_are_listed_sorted);
    tcase_add_test(cases, the_hash_is_of_keys_and_values_only);
    tcase_add_test(cases, what_is_printed_parses_back);
    tcase_add_test(cases, questions_have_answers_for_what_is_missing);
    tcase_add_test(cases, the_chips_in_the_source_folder_are_whole);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
