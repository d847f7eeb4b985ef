/* A made-up snapshot and what is needed to draw a view of it. Owner: the test (views_finish). */
#ifndef SECATEUR_TESTS_UNIT_VIEWS_VIEWS_FIXTURE_H
#define SECATEUR_TESTS_UNIT_VIEWS_VIEWS_FIXTURE_H

#include "tests/screens/sample.h"
#include "views/cells/view.h"

extern const struct help_line views_test_help[];

struct views_fixture {
    struct snapshot *snapshot;
    struct view_state view_state;
    struct view_input input;
};

extern const struct sample_options views_finished;

struct views_fixture views_fixture_of(const struct sample_options *options);

void views_finish(struct views_fixture *f);

const struct view_input *views_input(struct views_fixture *f, bool zoomed);

/* The text of a view of that size; the caller frees. */
char *views_text(struct views_fixture *f, const char *name, int columns, int rows, bool zoomed);

void views_assert_shows(struct views_fixture *f, const char *name, int columns, int rows,
    bool zoomed, const char *wanted);

#endif
